import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ImageSet } from '../../../lib/notegrad/src/data/samples/images';
import { concatenate, type SequenceSet } from '../../../lib/notegrad/src/data/samples/sequences';
import { split } from '../../../lib/notegrad/src/data/transforms/split';

/** Image i is the two bytes of i; the classes are 60 %, 30 % and 10 % of the set. */
function numbered(
  count: number,
): ImageSet & { targets: { number: { values: Int32Array; width: number } } } {
  return {
    name: 'numbered',
    source: 'a test',
    pixels: Uint8Array.from({ length: 2 * count }, (_, i) =>
      i % 2 === 0 ? (i >> 1) & 255 : i >> 9,
    ),
    shape: [count, 1, 2, 1],
    labels: Uint8Array.from({ length: count }, (_, i) => [0, 0, 0, 0, 0, 0, 1, 1, 1, 2][i % 10]),
    classNames: ['most', 'some', 'few'],
    targets: { number: { values: Int32Array.from({ length: count }, (_, i) => i), width: 1 } },
  };
}

const numbers = ({ pixels, shape, labels, targets }: ReturnType<typeof numbered>) =>
  Array.from({ length: shape[0] }, (_, i) => {
    const number = pixels[2 * i] + 256 * pixels[2 * i + 1];
    assert.is(targets.number.values[i], number);
    assert.is(labels[i], numbered(10).labels[number % 10]);
    return number;
  });

for (const stratified of [false, true]) {
  const how = stratified ? 'a stratified' : 'a plain';

  test(`${how} split puts every sample into one part, with its label and targets`, () => {
    const parts = split(numbered(6000), { train: 5000, validation: 1000 }, { seed: 1, stratified });
    assert.is(parts.train.shape[0], 5000);
    assert.is(parts.validation.shape[0], 1000);
    const all = [...numbers(parts.train), ...numbers(parts.validation)];
    assert.is(new Set(all).size, 6000);
    assert.is(parts.validation.name, 'numbered, validation');
  });

  test(`${how} split depends on its seed alone`, () => {
    const first = (seed: number) =>
      numbers(split(numbered(500), { a: 200, b: 100 }, { seed, stratified }).b).join();
    assert.is(first(1), first(1));
    assert.is.not(first(1), first(2));
  });

  test(`${how} split may leave samples out and have empty parts`, () => {
    const parts = split(numbered(50), { a: 20, none: 0, b: 7 }, { stratified });
    assert.equal(parts.none.shape, [0, 1, 2, 1]);
    assert.is(new Set([...numbers(parts.a), ...numbers(parts.b)]).size, 27);
  });
}

test("a stratified split keeps the classes' proportions", () => {
  const parts = split(numbered(6000), { a: 5000, b: 997, c: 3 }, { stratified: true });
  const shares = ({ labels }: ImageSet) =>
    [0, 1, 2].map((id) => labels.filter((label) => label === id).length);
  assert.equal(shares(parts.a), [3000, 1500, 500]);
  const b = shares(parts.b);
  [0.6, 0.3, 0.1].forEach((share, id) => {
    assert.ok(Math.abs(b[id] - share * 997) <= 1, b.join());
  });
  assert.is(parts.c.shape[0], 3);
});

test('parts that need more samples than there are, or a part of a sample, are refused', () => {
  assert.throws(
    () => split(numbered(10), { a: 6, b: 5 }),
    /^cannot split numbered: the parts need 11 samples, it has 10$/,
  );
  assert.throws(() => split(numbered(10), { a: 0.5 }), /^invalid size of a: 0.5/);
  assert.throws(() => split(numbered(10), { a: -1 }), /^invalid size of a: -1/);
});

test('sequences are split like images', () => {
  const set: SequenceSet = {
    name: 'words',
    source: 'a test',
    ...concatenate(Array.from({ length: 30 }, (_, i) => new Uint8Array(i % 4).fill(i))),
    vocabularySize: 128,
    labels: Uint8Array.from({ length: 30 }, (_, i) => i % 2),
    classNames: ['even', 'odd'],
  };
  const { a, b } = split(set, { a: 20, b: 10 }, { seed: 4 });
  for (const part of [a, b]) {
    for (let i = 0; i < part.labels.length; i++) {
      const ids = part.ids.subarray(part.offsets[i], part.offsets[i + 1]);
      for (const id of ids) {
        assert.is(id % 2, part.labels[i]);
        assert.is(ids.length, id % 4);
      }
    }
  }
  assert.is(a.ids.length + b.ids.length, set.ids.length);
});

test.run();

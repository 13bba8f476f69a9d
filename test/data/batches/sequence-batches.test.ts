import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type SequenceBatchOptions,
  sequenceBatches,
} from '../../../lib/notegrad/src/data/batches/sequence-batches';
import { fromAscii } from '../../../lib/notegrad/src/data/samples/ascii';
import { select, selectFirst } from '../../../lib/notegrad/src/data/samples/select';
import {
  concatenate,
  type SequenceSet,
  sequenceLengths,
} from '../../../lib/notegrad/src/data/samples/sequences';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { assertTensorsKept } from '../../support/memory';

/** Texts with their lengths' parity as class. */
function textSet(texts: readonly string[]): SequenceSet {
  return {
    name: 'texts',
    source: 'a test',
    ...concatenate(texts.map((text) => Uint8Array.from(Buffer.from(text)))),
    vocabularySize: 128,
    labels: Uint8Array.from(texts, (text) => text.length % 2),
    classNames: ['even', 'odd'],
    texts,
  };
}

const words = Array.from({ length: 400 }, (_, i) => 'x'.repeat((i * 7) % 50) + (i % 10));

/** The rows of each batch as text with its padding as dots. */
const rows = (set: SequenceSet, options: Omit<SequenceBatchOptions, 'oneHot'>) =>
  Array.from(sequenceBatches(set, options), (batch) => {
    const texts = (batch.x.arraySync() as number[][]).map((ids) =>
      String.fromCharCode(...ids).replaceAll('\0', '.'),
    );
    const [labels, lengths] = [
      Array.from(batch.y.dataSync()),
      Array.from(batch.lengths.dataSync()),
    ];
    assert.equal([batch.x.dtype, batch.y.dtype, batch.lengths.dtype], Array(3).fill('int32'));
    tf.dispose(batch);
    return { texts, labels, lengths };
  });

const inOrder = { batchSize: 3, shuffle: false };

test('sequences are filled up to the longest of their batch', () => {
  assert.equal(rows(textSet(['a', 'bcd', 'ef', 'g']), inOrder), [
    { texts: ['a..', 'bcd', 'ef.'], labels: [1, 1, 0], lengths: [1, 3, 2] },
    { texts: ['g'], labels: [1], lengths: [1] },
  ]);
});

test('the length of a batch is rounded up to a multiple', () => {
  const set = textSet(['a', 'bcd', 'efghi', 'j']);
  assert.equal(
    rows(set, { ...inOrder, batchSize: 2, multipleOf: 4 }).map(({ texts, lengths }) => [
      texts,
      lengths,
    ]),
    [
      [
        ['a...', 'bcd.'],
        [1, 3],
      ],
      [
        ['efghi...', 'j.......'],
        [5, 1],
      ],
    ],
  );
  const cut = rows(set, { ...inOrder, maxLength: 3, multipleOf: 2 });
  assert.equal(cut[0].texts, ['a...', 'bcd.', 'efg.']);
  assert.throws(() => rows(set, { ...inOrder, multipleOf: 0 }), /invalid multipleOf: 0/);
});

test('longer sequences are cut, or every batch is filled up to the same length', () => {
  const set = textSet(['a', 'bcd', 'ef', 'g']);
  assert.equal(
    rows(set, { ...inOrder, maxLength: 2 }).map(({ texts, lengths }) => [texts, lengths]),
    [
      [
        ['a.', 'bc', 'ef'],
        [1, 2, 2],
      ],
      [['g'], [1]],
    ],
  );
  assert.equal(rows(set, { ...inOrder, maxLength: 4, padTo: 'max' })[1].texts, ['g...']);
});

test('an empty sequence is one step of padding', () => {
  assert.equal(rows(textSet(['', 'ab']), inOrder), [
    { texts: ['..', 'ab'], labels: [0, 0], lengths: [1, 2] },
  ]);
  assert.equal(rows(textSet(['']), inOrder)[0].texts, ['.']);
});

test('one-hot rows say the same as ids', () => {
  tf.tidy(() => {
    const set = textSet(['a', 'bcd']);
    const [hot] = sequenceBatches(set, { ...inOrder, oneHot: true });
    const [ids] = sequenceBatches(set, inOrder);
    assert.equal(hot.x.shape, [2, 3, 128]);
    assert.is(hot.x.dtype, 'float32');
    assert.equal(hot.x.argMax(-1).arraySync(), ids.x.arraySync());
    assert.is(hot.x.sum().dataSync()[0], 6);
  });
});

for (const bucket of [false, true]) {
  test(`an epoch ${bucket ? 'by length' : 'at random'} has every sequence once`, () => {
    const batches = rows(textSet(words), { batchSize: 16, seed: 1, bucket });
    const texts = batches.flatMap((batch) => batch.texts.map((text) => text.replace(/\.+$/, '')));
    assert.equal(texts.sort(), [...words].sort());
    assert.not.equal(
      rows(textSet(words), { batchSize: 16, seed: 1, epoch: 1, bucket }),
      rows(textSet(words), { batchSize: 16, seed: 1, epoch: 0, bucket }),
    );
    assert.equal(rows(textSet(words), { batchSize: 16, seed: 1, bucket }), batches);
  });
}

test('by length, little of a batch is padding, and the batches are not in order of length', () => {
  const batches = rows(textSet(words), { batchSize: 16, seed: 1, bucket: true });
  const widths = batches.map(({ texts }) => texts[0].length);
  const numSteps = batches.reduce((sum, { texts }) => sum + texts.length * texts[0].length, 0);
  const numIds = words.reduce((sum, word) => sum + word.length, 0);
  assert.ok(numSteps < 1.1 * numIds, `${numSteps} steps for ${numIds} ids`);
  assert.not.equal(
    widths,
    [...widths].sort((a, b) => a - b),
  );
});

test('selecting keeps ids, labels and texts together', () => {
  const set = select(textSet(words), [5, 1, 390]);
  assert.equal(set.texts, [words[5], words[1], words[390]]);
  set.texts!.forEach((text, i) => {
    assert.is(fromAscii(set.ids.subarray(set.offsets[i], set.offsets[i + 1])), text);
    assert.is(set.labels[i], text.length % 2);
  });
  assert.equal(
    Array.from(sequenceLengths(selectFirst(textSet(words), 3))),
    words.slice(0, 3).map((word) => word.length),
  );
});

test('a length that makes no sense is refused', () => {
  const set = textSet(['a']);
  assert.throws(
    () => sequenceBatches(set, { batchSize: 1, maxLength: 0 }),
    /^invalid maxLength: 0/,
  );
  assert.throws(() => sequenceBatches(set, { batchSize: 1, padTo: 'max' }), /needs a maxLength/);
  assert.throws(
    () => sequenceBatches(set, { batchSize: 1, padTo: 'maximum' as 'max' }),
    /^unknown padTo: maximum \(known: longest, max\)$/,
  );
});

test('an epoch says beforehand how many batches it has', () => {
  for (const bucket of [true, false]) {
    const epoch = sequenceBatches(textSet(words), { batchSize: 7, bucket });
    const taken = [...epoch];
    assert.is(epoch.length, taken.length);
    tf.dispose(taken);
  }
});

test('an epoch keeps no tensor, with ids or one-hot', async () => {
  await assertTensorsKept(() => {
    const set = textSet(words);
    for (const batch of sequenceBatches(set, { batchSize: 64 })) tf.dispose(batch);
    for (const batch of sequenceBatches(set, { batchSize: 64, oneHot: true })) tf.dispose(batch);
  });
});

test.run();

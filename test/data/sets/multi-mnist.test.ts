import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { imageAt } from '../../../lib/notegrad/src/data/samples/images';
import { mnist } from '../../../lib/notegrad/src/data/sets/mnist';
import { makeNewSample, multiMnist } from '../../../lib/notegrad/src/data/sets/multi-mnist';

test('the first digit is top-left, the second bottom-right, and the brighter pixel wins', () => {
  const x1 = new Uint8Array(784).fill(100);
  const x2 = Uint8Array.from({ length: 784 }, (_, i) => (i === 0 ? 50 : 200));
  const sample = makeNewSample(x1, x2);
  assert.is(sample.length, 36 * 36);
  const at = (row: number, column: number) => sample[36 * row + column];
  assert.is(at(0, 0), 100);
  assert.is(at(0, 27), 100);
  assert.is(at(0, 28), 0);
  assert.is(at(28, 0), 0);
  assert.is(at(8, 8), 100, 'x1 is the brighter one here');
  assert.is(at(8, 9), 200, 'x2 is the brighter one here');
  assert.is(at(35, 35), 200);
  assert.is(at(7, 35), 0);
});

test('digits as floats give a sample of floats', () => {
  const sample = makeNewSample(new Float32Array(784).fill(0.25), new Float32Array(784).fill(0.5));
  assert.instance(sample, Float32Array);
  assert.is(sample[0], 0.25);
  assert.is(sample[35 * 37], 0.5);
});

test('anything but two digits of 784 pixels is refused', () => {
  assert.throws(
    () => makeNewSample(new Uint8Array(784), new Uint8Array(783)),
    /^invalid digit: 783 pixels \(expected 28 × 28 = 784\)$/,
  );
});

test("the full set has MNIST's sizes and two labels an image", async () => {
  for (const [split, count] of [
    ['train', 60_000],
    ['test', 10_000],
  ] as const) {
    const set = await multiMnist({ split });
    assert.equal(set.shape, [count, 36, 36, 1]);
    assert.is(set.pixels.length, count * 1296);
    assert.is(set.targets.labels2.values.length, count);
    // Two independent labels agree one time in ten: 5 standard deviations are 1.5 % at 10,000.
    const same = set.labels.filter((label, i) => label === set.targets.labels2.values[i]).length;
    assert.ok(Math.abs(same / count - 0.1) < 0.02, `${same} of ${count}`);
  }
});

test('every image is made of two images of its own split, with their labels', async () => {
  const digits = await mnist({ split: 'test' });
  const set = await multiMnist({ split: 'test', limit: 10, seed: 5 });
  for (let i = 0; i < 10; i++) {
    const sample = imageAt(set, i);
    // A digit may be part of the sample only where it is nowhere brighter.
    const candidates = (label: number, shift: number) =>
      Array.from({ length: 10_000 }, (_, k) => k)
        .filter((k) => digits.labels[k] === label)
        .map((k) => imageAt(digits, k))
        .filter((digit) =>
          digit.every(
            (pixel, at) => pixel <= sample[36 * (Math.floor(at / 28) + shift) + (at % 28) + shift],
          ),
        );
    const seconds = candidates(set.targets.labels2.values[i], 8);
    const made = candidates(set.labels[i], 0).some((first) =>
      seconds.some((second) => Buffer.compare(makeNewSample(first, second), sample) === 0),
    );
    assert.ok(made, `image ${i}`);
  }
});

test('a seed gives its own pairs', async () => {
  const pixels = async (seed: number) =>
    Buffer.from((await multiMnist({ split: 'test', limit: 20, seed })).pixels).toString('base64');
  assert.is(await pixels(1), await pixels(1));
  assert.is.not(await pixels(1), await pixels(2));
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { batches, imageTensor } from '../../../lib/notegrad/src/data/batches/batches';
import type { ImageSet } from '../../../lib/notegrad/src/data/samples/images';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { assertClose } from '../../support/close';
import { assertTensorsKept } from '../../support/memory';

/** Image i is 1×2×1 and holds the bytes i and 255 − i; its class is i mod 3. */
function countingSet(count: number): ImageSet {
  return {
    name: 'counting',
    source: 'a test',
    pixels: Uint8Array.from({ length: 2 * count }, (_, i) =>
      i % 2 === 0 ? i / 2 : 255 - (i - 1) / 2,
    ),
    shape: [count, 1, 2, 1],
    labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
    classNames: ['a', 'b', 'c'],
  };
}

/** The image numbers of each batch, after a check that pixels and labels belong together. */
function imageNumbers(iterable: Iterable<{ x: tf.Tensor4D; y: tf.Tensor1D }>): number[][] {
  return Array.from(iterable, (batch) => {
    assert.is(batch.x.dtype, 'float32');
    assert.is(batch.y.dtype, 'int32');
    const [pixels, labels] = [batch.x.dataSync(), batch.y.dataSync()];
    assert.equal(batch.x.shape, [labels.length, 1, 2, 1]);
    const numbers = Array.from(labels, (label, i) => {
      const number = Math.round(255 * pixels[2 * i]);
      assertClose([pixels[2 * i + 1]], [1 - number / 255]);
      assert.is(label, number % 3);
      return number;
    });
    tf.dispose(batch);
    return numbers;
  });
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const ascending = (values: number[]) => [...values].sort((a, b) => a - b);

test('an epoch has every image once, with its label, the last batch smaller', () => {
  const taken = imageNumbers(batches(countingSet(10), { batchSize: 4, seed: 1 }));
  assert.equal(
    taken.map((batch) => batch.length),
    [4, 4, 2],
  );
  assert.equal(ascending(taken.flat()), upTo(10));
  assert.not.equal(taken.flat(), upTo(10));
});

test('the last batch is dropped on request when it is smaller', () => {
  const lengths = (count: number) =>
    imageNumbers(batches(countingSet(count), { batchSize: 4, dropLast: true })).map(
      (batch) => batch.length,
    );
  assert.equal(lengths(10), [4, 4]);
  assert.equal(lengths(8), [4, 4]);
  assert.equal(lengths(3), []);
});

test('an epoch says beforehand how many batches it has', () => {
  for (const [count, dropLast] of [
    [10, false],
    [10, true],
    [8, true],
    [3, true],
  ] as const) {
    const epoch = batches(countingSet(count), { batchSize: 4, dropLast });
    assert.is(epoch.length, imageNumbers(epoch).length, `${count} images`);
  }
});

test('seed and epoch give the order, again and again', () => {
  const order = (seed: number, epoch: number) =>
    imageNumbers(batches(countingSet(50), { batchSize: 50, seed, epoch }))[0].join();
  assert.is(order(1, 0), order(1, 0));
  assert.is.not(order(1, 0), order(1, 1));
  assert.is.not(order(1, 0), order(2, 0));
});

test('without shuffling the order is that of the set', () => {
  const taken = imageNumbers(batches(countingSet(5), { batchSize: 2, shuffle: false }));
  assert.equal(taken, [[0, 1], [2, 3], [4]]);
});

test('the same batches can be gone through twice', () => {
  const epoch = batches(countingSet(7), { batchSize: 3, seed: 2 });
  assert.equal(imageNumbers(epoch), imageNumbers(epoch));
});

test('a set without images has no batches', () => {
  assert.equal(imageNumbers(batches(countingSet(0), { batchSize: 3 })), []);
});

test('normalising subtracts the mean and divides by the standard deviation', () => {
  const options = { batchSize: 1, shuffle: false, normalise: { mean: 0.1307, std: 0.3081 } };
  const [batch] = batches(countingSet(1), options);
  assertClose(batch.x.dataSync(), [-0.1307 / 0.3081, (1 - 0.1307) / 0.3081]);
  tf.dispose(batch);
});

test('targets stay beside their images', () => {
  const targets = {
    second: { values: Uint8Array.from(upTo(6)), width: 1 },
    pair: { values: Float32Array.from(upTo(12), (i) => i / 2), width: 2 },
  };
  for (const batch of batches({ ...countingSet(6), targets }, { batchSize: 4, seed: 3 })) {
    const numbers = Array.from(batch.x.dataSync())
      .filter((_, i) => i % 2 === 0)
      .map((pixel) => Math.round(255 * pixel));
    assert.is(batch.targets.second.dtype, 'int32');
    assert.equal(Array.from(batch.targets.second.dataSync()), numbers);
    assert.equal(batch.targets.pair.shape, [numbers.length, 2]);
    assert.equal(
      Array.from(batch.targets.pair.dataSync()),
      numbers.flatMap((i) => [i, i + 0.5]),
    );
    tf.dispose(batch);
  }
});

test('a batch size or a normalisation that makes no sense is refused', () => {
  for (const batchSize of [0, -1, 1.5, Number.NaN]) {
    assert.throws(() => batches(countingSet(1), { batchSize }), /^invalid batchSize/);
  }
  for (const std of [0, -1, Number.NaN]) {
    const normalise = { mean: 0, std };
    assert.throws(() => batches(countingSet(1), { batchSize: 1, normalise }), /^invalid normalise/);
  }
});

test('a set whose parts are not as long as its shape says is refused', () => {
  const set = countingSet(4);
  const options = { batchSize: 2 };
  assert.throws(
    () => batches({ ...set, pixels: set.pixels.subarray(1) }, options),
    /^counting: expected 8 pixels, found 7$/,
  );
  assert.throws(
    () => batches({ ...set, labels: new Uint8Array(5) }, options),
    /^counting: expected 4 labels, found 5$/,
  );
  const targets = { pair: { values: new Uint8Array(4), width: 2 } };
  assert.throws(
    () => batches({ ...set, targets }, options),
    /^counting: expected 8 values of pair, found 4$/,
  );
});

test('chosen images become one tensor in the order asked for', () => {
  const chosen = imageTensor(countingSet(4), [2, 0]);
  assert.equal(chosen.shape, [2, 1, 2, 1]);
  assertClose(chosen.dataSync(), [2 / 255, 253 / 255, 0, 1]);
  chosen.dispose();
  assert.throws(() => imageTensor(countingSet(4), [4]), /^invalid image index: 4/);
});

test('an epoch keeps no tensor', async () => {
  await assertTensorsKept(() => {
    for (const batch of batches(countingSet(10), { batchSize: 4 })) tf.dispose(batch);
  });
});

test.run();

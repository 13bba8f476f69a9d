import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { batches, imageTensor } from '../../../lib/notegrad/src/data/batches/batches';
import { channelMoments, pixelMoments } from '../../../lib/notegrad/src/data/samples/moments';
import {
  addNoise,
  denormalise,
  normalise,
  oneHot,
} from '../../../lib/notegrad/src/data/transforms/tensor-transforms';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { assertClose } from '../../support/close';
import { randomImages } from '../../support/image-sets';
import { assertTensorsKept } from '../../support/memory';

test('a set normalised by its own moments has mean 0 and variance 1', () => {
  tf.tidy(() => {
    const set = randomImages(20, 8);
    const { mean, variance } = tf.moments(normalise(imageTensor(set), pixelMoments(set)));
    assertClose([mean.dataSync()[0], variance.dataSync()[0]], [0, 1], { atol: 1e-4 });
  });
});

test('a set normalised channel by channel has mean 0 and variance 1 in each', () => {
  const set = randomImages(20, 8, 8, 3);
  const darker = { ...set, pixels: set.pixels.map((byte, i) => byte >> (i % 3)) };
  const moments = channelMoments(darker);
  const [batch] = [...batches(darker, { batchSize: 20, shuffle: false, normalise: moments })];
  tf.tidy(() => {
    const { mean, variance } = tf.moments(batch.x, [0, 1, 2]);
    assertClose(mean.dataSync(), [0, 0, 0], { atol: 1e-4 });
    assertClose(variance.dataSync(), [1, 1, 1], { atol: 1e-4 });
    const x = imageTensor(darker);
    assertClose(normalise(x, moments).dataSync(), batch.x.dataSync());
    assertClose(denormalise(normalise(x, moments), moments).dataSync(), x.dataSync());
  });
  tf.dispose(batch);
});

test('a channel that is constant keeps a deviation of 1', () => {
  const set = randomImages(3, 7, 7, 2);
  const flat = { ...set, pixels: set.pixels.map((byte, i) => (i % 2 ? 77 : byte)) };
  const { mean, std } = channelMoments(flat);
  assertClose([mean[1], std[1]], [77 / 255, 1]);
  assert.ok(std[0] > 0.1 && std[0] < 0.5);
  const { mean: whole, std: all } = pixelMoments({ ...set, pixels: set.pixels.map(() => 77) });
  assert.equal([whole, all], [77 / 255, 1]);
});

test('moments of another number of channels are refused', () => {
  const moments = channelMoments(randomImages(2, 4, 4, 3));
  const grey = randomImages(2, 4);
  assert.throws(
    () => tf.tidy(() => normalise(imageTensor(grey), moments)),
    /^moments of 3 channels/,
  );
  assert.throws(
    () => batches(grey, { batchSize: 1, normalise: moments }),
    /^invalid normalise: 3 means, 3 stds \(random has 1 channels\)/,
  );
});

test('moments of bytes are refused, which would make all pixels alike', () => {
  const normalise = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] };
  assert.throws(
    () => batches(randomImages(2, 4, 4, 3), { batchSize: 1, normalise }),
    /^invalid normalise: mean 123\.675 \(pixels are in \[0, 1\] here: divide mean and std by 255\)$/,
  );
});

test('denormalising undoes normalising', () => {
  tf.tidy(() => {
    const x = imageTensor(randomImages(2, 4));
    const moments = { mean: 0.1307, std: 0.3081 };
    assertClose(denormalise(normalise(x, moments), moments).dataSync(), x.dataSync());
  });
});

test('the moments of no pixels are refused', () => {
  assert.throws(() => pixelMoments(randomImages(0, 4)), /^random has no pixels/);
});

test('noise has its standard deviation, its seed and its bounds', () => {
  tf.tidy(() => {
    const grey = tf.fill([100_000], 0.5);
    const noise = (seed: number) => addNoise(grey, { std: 0.1, seed, bounds: null });
    const { mean, variance } = tf.moments(noise(1));
    assertClose([mean.dataSync()[0], variance.dataSync()[0] ** 0.5], [0.5, 0.1], { rtol: 0.02 });
    assert.equal(noise(1).dataSync(), noise(1).dataSync());
    assert.not.equal(noise(1).dataSync(), noise(2).dataSync());
    const bounded = addNoise(grey, { std: 2, seed: 1 });
    assert.is(bounded.min().dataSync()[0], 0);
    assert.is(bounded.max().dataSync()[0], 1);
  });
});

test('class ids become rows with a single 1', () => {
  tf.tidy(() => {
    const rows = oneHot(tf.tensor1d([2, 0], 'int32'), 3);
    assert.is(rows.dtype, 'float32');
    assert.equal(rows.arraySync(), [
      [0, 0, 1],
      [1, 0, 0],
    ]);
  });
});

test('each transform keeps one tensor, its result', async () => {
  const x = imageTensor(randomImages(2, 4));
  const y = tf.tensor1d([1], 'int32');
  for (const transform of [
    () => normalise(x, { mean: 0, std: 2 }),
    () => denormalise(x, { mean: 0, std: 2 }),
    () => addNoise(x, { std: 1, seed: 1 }),
    () => oneHot(y, 3),
  ]) {
    await assertTensorsKept(transform, 1);
  }
});

test.run();

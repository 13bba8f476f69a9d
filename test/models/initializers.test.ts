import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seedRandom } from '../../lib/notegrad/src/engine/random';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { layerFactory } from '../../lib/notegrad/src/models/layers';

const weightsOf = (layer: tf.layers.Layer, inputShape: number[]) => {
  layer.build([null, ...inputShape]);
  return layer.getWeights();
};
const extent = (x: tf.Tensor) => x.abs().max().dataSync()[0];
const std = (x: tf.Tensor) => tf.moments(x).variance.sqrt().dataSync()[0];

/** How near the standard deviation of many samples comes to the true one. */
const NEAR = 0.03;

test('under torch, weights and biases fill U(±1/√fanIn), as nn.Linear and nn.Conv2d have it', () => {
  const { linear, conv } = layerFactory({ seed: 1 });
  const cases: [tf.layers.Layer, number[], number][] = [
    [linear('fc', 400, 500), [400], 400],
    [conv('conv', 40, 60, 5), [8, 8, 40], 40 * 25],
  ];
  for (const [layer, inputShape, fanIn] of cases) {
    const bound = 1 / Math.sqrt(fanIn);
    const [kernel, bias] = weightsOf(layer, inputShape);
    assert.ok(extent(kernel) <= bound * 1.000001 && extent(kernel) > bound * 0.999);
    assert.ok(Math.abs(std(kernel) / (bound / Math.sqrt(3)) - 1) < NEAR);
    assert.ok(extent(bias) <= bound * 1.000001 && extent(bias) > bound * 0.9);
  }
});

test('under torch, a transposed convolution counts its outputs as fanIn, as PyTorch does', () => {
  const layer = layerFactory({ seed: 1 }).convTranspose('up', 64, 16, 4, { stride: 2 });
  const [kernel] = weightsOf(layer, [7, 7, 64]);
  assert.equal(kernel.shape, [4, 4, 16, 64]);
  const bound = 1 / Math.sqrt(16 * 16);
  assert.ok(extent(kernel) <= bound * 1.000001 && extent(kernel) > bound * 0.999);
});

test('under he, convolutions are N(0, √(2/fanOut)), linear layers N(0, 0.01), biases zero', () => {
  const { linear, conv } = layerFactory({ seed: 1, initialization: 'he' });
  const [kernel, bias] = weightsOf(conv('conv', 30, 50, 3), [8, 8, 30]);
  assert.ok(Math.abs(std(kernel) / Math.sqrt(2 / (50 * 9)) - 1) < NEAR);
  assert.is(extent(bias), 0);
  const [matrix] = weightsOf(linear('fc', 100, 200), [100]);
  assert.ok(Math.abs(std(matrix) / 0.01 - 1) < NEAR);
});

test('no two layers of a model, nor models of neighbouring seeds, begin alike', () => {
  const first = (seed: number, count: number) => {
    const { linear } = layerFactory({ seed });
    return Array.from({ length: count }, (_, i) => weightsOf(linear(`fc${i}`, 3, 3), [3])[0]).map(
      (kernel) => kernel.dataSync().join(),
    );
  };
  const all = [...first(1, 3), ...first(2, 3), ...first(-1, 3)];
  assert.is(new Set(all).size, all.length);
});

test('a seed that is no integer, and an unknown initialization, are refused by name', () => {
  assert.throws(() => layerFactory({ seed: 0.5 }), 'invalid seed: 0.5 (expected a whole number)');
  assert.throws(
    () => layerFactory({ seed: 1, initialization: 'xavier' as 'torch' }).linear('fc', 1, 1),
    'unknown initialization: xavier (known: torch, he)',
  );
});

test('dropout drops other units at each step, the same ones after the same seed', () => {
  const layer = layerFactory({ seed: 3 }).dropout(0.25);
  const masks = (seed: number) => {
    seedRandom(seed);
    return [1, 2].map(() =>
      (layer.apply(tf.ones([1, 1000]), { training: true }) as tf.Tensor).dataSync(),
    );
  };
  const [first, second] = masks(3);
  assert.not.equal(first, second);
  assert.equal([first, second], masks(3));
  assert.not.equal(first, masks(4)[0]);
  const kept = first.filter((value) => value !== 0);
  assert.ok(Math.abs(kept.length - 750) < 60, `kept ${kept.length} of 1000 at rate 0.25`);
  assert.ok(
    kept.every((value) => Math.abs(value - 1 / 0.75) < 1e-6),
    'the kept are scaled up',
  );
});

test('dropout lets everything through outside training', () => {
  const x = tf.ones([4, 4]);
  assert.equal(
    (layerFactory({ seed: 1 }).dropout(0.9).apply(x) as tf.Tensor).dataSync(),
    x.dataSync(),
  );
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../../lib/notegrad/src/engine/tf';
import { assertSameAsCpu, Numbers, nativeOps } from '../../../support/native-and-cpu';

const SHAPES = [
  [1, 1, 1, 1],
  [2, 3, 4, 1],
  [3, 5, 2, 17],
  [4, 6, 6, 64],
  [70, 3],
  [9, 20, 40],
];

function inputs(numbers: Numbers, shape: number[]) {
  const channels = shape[shape.length - 1];
  const vector = (offset = 0) => numbers.values([channels]).map((value) => value + offset);
  return {
    x: numbers.values(shape),
    ...{ mean: vector(), variance: vector(2), offset: vector(), scale: vector() },
  };
}

test('batch normalisation, with and without scale and offset, is that of the cpu backend', async () => {
  const numbers = new Numbers(1);
  for (const shape of SHAPES) {
    const { x, mean, variance, offset, scale } = inputs(numbers, shape);
    for (const [hasOffset, hasScale] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ]) {
      const compute = () =>
        tf.batchNorm(
          tf.tensor(x, shape),
          tf.tensor1d(mean),
          tf.tensor1d(variance),
          hasOffset ? tf.tensor1d(offset) : undefined,
          hasScale ? tf.tensor1d(scale) : undefined,
          0.01,
        );
      await assertSameAsCpu(compute, { rtol: 1e-5, atol: 1e-6 }, `${shape}`);
    }
  }
});

test('its gradients are those of the cpu backend', async () => {
  const numbers = new Numbers(2);
  for (const shape of SHAPES.filter(({ length }) => length === 4)) {
    const { x, mean, variance, offset, scale } = inputs(numbers, shape);
    const gradients = () =>
      tf.grads((x, mean, variance, offset, scale) =>
        tf
          .batchNorm(
            x as tf.Tensor4D,
            mean as tf.Tensor1D,
            variance as tf.Tensor1D,
            offset as tf.Tensor1D,
            scale as tf.Tensor1D,
          )
          .square(),
      )([tf.tensor(x, shape), ...[mean, variance, offset, scale].map((v) => tf.tensor1d(v))]);
    await assertSameAsCpu(gradients, { rtol: 1e-4, atol: 1e-4 }, `${shape}`);
  }
});

test('parameters that are not one a channel are left to the cpu backend', async () => {
  const x = new Numbers(3).values([2, 2, 2, 3]);
  const compute = () => {
    const image = tf.tensor4d(x, [2, 2, 2, 3]);
    return tf.batchNorm(image, tf.zerosLike(image), tf.onesLike(image));
  };
  await assertSameAsCpu(compute, { rtol: 1e-6 }, 'a mean for every value');
});

/** A training step's loss, gradients and moving moments of a layer with the batch's moments. */
function trainLayer(shape: number[], options: { scale?: boolean; center?: boolean }) {
  const numbers = new Numbers(4);
  const values = numbers.values(shape).map((value) => 3 * value + 1);
  const slopes = numbers.values(shape);
  const layer = tf.layers.batchNormalization({ ...options, momentum: 0.7 });
  layer.build(shape);
  const channels = shape[shape.length - 1];
  layer.setWeights(
    layer.getWeights().map((_, i) => tf.tensor1d(numbers.values([channels]).map((v) => v + 2 + i))),
  );
  const loss = (x: tf.Tensor) =>
    (layer.apply(x, { training: true }) as tf.Tensor).mul(tf.tensor(slopes, shape)).square().sum();
  const x = tf.tensor(values, shape);
  const trained = layer.trainableWeights.length > 0;
  const results = [
    tf.grad(loss)(x),
    ...(trained ? Object.values(tf.variableGrads(() => loss(x) as tf.Scalar).grads) : []),
    ...layer.getWeights().map((weight) => weight.clone()),
  ];
  for (const weight of layer.weights) weight.dispose();
  return results;
}

test('a layer in training has the outputs, gradients and moving moments of the cpu backend', async () => {
  for (const shape of [
    [6, 4, 5, 3],
    [64, 10],
    [8, 7, 16],
    [40, 30, 33],
  ]) {
    await assertSameAsCpu(() => trainLayer(shape, {}), { rtol: 1e-3, atol: 2e-4 }, `${shape}`);
  }
});

test('a layer in training runs one kernel forward and one backward', async () => {
  const ops = await nativeOps(() => trainLayer([6, 4, 5, 3], {}));
  assert.ok(ops.includes('batchNormTraining') && ops.includes('batchNormTrainingGrad'));
  assert.not.ok(ops.includes('mean'), String(ops));
});

test('a layer without scale or offset trains', async () => {
  const ops = await nativeOps(() =>
    tf.tidy(() => trainLayer([6, 4], { scale: false, center: false })),
  );
  assert.ok(ops.includes('batchNormTraining'));
});

test.run();

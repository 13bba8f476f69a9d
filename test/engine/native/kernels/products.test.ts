import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../../lib/notegrad/src/engine/tf';
import { assertClose } from '../../../support/close';
import { useNative } from '../../../support/native';
import { assertSameAsCpu, Numbers, withSpecials } from '../../../support/native-and-cpu';

const TOLERANCE = { rtol: 1e-5, atol: 1e-5 };

/** Batches of a and b that broadcast as far as tfjs's cpu backend can. */
const BATCHES: [number[], number[]][] = [
  [[], []],
  [[3], [3]],
  [[3], [1]],
  [[1], [4]],
  [[2], []],
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], []],
  [[0], [0]],
];

function operands(numbers: Numbers, batches: [number[], number[]]) {
  const [rows, columns, inner] = [1, 2, 3].map(() => numbers.oneOf([1, 2, 5, 16, 33]));
  const [transposeA, transposeB] = [numbers.unit() < 0.5, numbers.unit() < 0.5];
  const aShape = [...batches[0], ...(transposeA ? [inner, rows] : [rows, inner])];
  const bShape = [...batches[1], ...(transposeB ? [columns, inner] : [inner, columns])];
  const [a, b] = [numbers.values(aShape), numbers.values(bShape)];
  const name = `${aShape}${transposeA ? 'ᵀ' : ''} · ${bShape}${transposeB ? 'ᵀ' : ''}`;
  return { name, a, b, aShape, bShape, transposeA, transposeB, columns };
}

test('products of any shapes, transposed and in batches, are those of the cpu backend', async () => {
  const numbers = new Numbers(1);
  for (let round = 0; round < 12; round++) {
    for (const batches of BATCHES) {
      const o = operands(numbers, batches);
      const product = () =>
        tf.matMul(tf.tensor(o.a, o.aShape), tf.tensor(o.b, o.bShape), o.transposeA, o.transposeB);
      await assertSameAsCpu(product, TOLERANCE, o.name);
    }
  }
});

test('gradients of products are those of the cpu backend', async () => {
  const numbers = new Numbers(2);
  const same = BATCHES.filter(([a, b]) => a.length === b.length && a.every((n, i) => n === b[i]));
  for (let round = 0; round < 6; round++) {
    for (const batches of same) {
      const o = operands(numbers, batches);
      const gradients = () =>
        tf.grads((a, b) => tf.matMul(a, b, o.transposeA, o.transposeB).square())([
          tf.tensor(o.a, o.aShape),
          tf.tensor(o.b, o.bShape),
        ]);
      await assertSameAsCpu(gradients, { rtol: 1e-4, atol: 1e-4 }, o.name);
    }
  }
});

test('large products, which take blocked kernels, are those of the cpu backend', async () => {
  const numbers = new Numbers(3);
  for (const [transposeA, transposeB] of [
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ]) {
    const [rows, columns, inner] = [130, 121, 150];
    const aShape: [number, number] = transposeA ? [inner, rows] : [rows, inner];
    const bShape: [number, number] = transposeB ? [columns, inner] : [inner, columns];
    const [a, b] = [numbers.values(aShape), numbers.values(bShape)];
    const product = () =>
      tf.matMul(tf.tensor2d(a, aShape), tf.tensor2d(b, bShape), transposeA, transposeB);
    await assertSameAsCpu(product, TOLERANCE, `${aShape} · ${bShape}`);
  }
});

test('batches that broadcast in both operands give every pair its product', async () => {
  const numbers = new Numbers(6);
  const [a, b] = [numbers.values([2, 1, 3, 4]), numbers.values([1, 5, 4, 2])];
  await useNative();
  tf.tidy(() => {
    const [left, right] = [tf.tensor4d(a, [2, 1, 3, 4]), tf.tensor4d(b, [1, 5, 4, 2])];
    const product = tf.matMul(left, right);
    assert.equal(product.shape, [2, 5, 3, 2]);
    const expected = tf.einsum(
      'xyik,xykj->xyij',
      left.tile([1, 5, 1, 1]),
      right.tile([2, 1, 1, 1]),
    );
    assertClose(product.dataSync(), expected.dataSync(), TOLERANCE);
  });
});

test('a product of nothing is nothing, and over nothing is zero', async () => {
  await assertSameAsCpu(
    () => [
      tf.matMul(tf.zeros([0, 3]), tf.ones([3, 2])),
      tf.matMul(tf.ones([2, 3]), tf.zeros([3, 0])),
    ],
    TOLERANCE,
    'empty',
  );
  await tf.setBackend('native');
  const zeros = tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3]));
  assert.equal([...zeros.dataSync()], [0, 0, 0, 0, 0, 0]);
  zeros.dispose();
});

test('NaN and infinities go through a product, and stale memory does not', async () => {
  const numbers = new Numbers(4);
  const [a, b] = [withSpecials(numbers.values([7, 9])), numbers.values([9, 6])];
  const product = () => {
    tf.fill([7, 6], Number.NaN).dispose();
    return tf.matMul(tf.tensor2d(a, [7, 9]), tf.tensor2d(b, [9, 6]));
  };
  await assertSameAsCpu(product, TOLERANCE, 'special values');
  await tf.setBackend('native');
  const fresh = tf.tidy(() => {
    tf.fill([3, 3], Number.NaN).dispose();
    return tf.matMul(tf.ones([3, 2]), tf.ones([2, 3])).dataSync();
  });
  assert.equal([...fresh], new Array(9).fill(2));
});

test('whole numbers are left to the cpu backend', async () => {
  const product = () =>
    tf.matMul(
      tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32'),
      tf.tensor2d([5, 6, 7, 8], [2, 2], 'int32'),
    );
  await assertSameAsCpu(product, { rtol: 0, atol: 0 }, 'int32');
});

test('a product with mismatched matrices is refused in the words of tfjs', async () => {
  await tf.setBackend('native');
  assert.throws(() => tf.matMul(tf.ones([2, 3]), tf.ones([2, 3])), /inner shapes/);
});

const ACTIVATIONS = ['linear', 'relu', 'relu6', 'elu', 'leakyrelu', 'sigmoid', 'prelu'] as const;

test('bias and every activation that tfjs fuses follow a product', async () => {
  const numbers = new Numbers(5);
  for (const activation of ACTIVATIONS) {
    for (const [rows, columns] of [
      [1, 1],
      [5, 1],
      [3, 7],
      [33, 40],
    ]) {
      const inner = 6;
      const a = withSpecials(numbers.values([rows, inner])).map((x) => 3 * x);
      const b = numbers.values([inner, columns]);
      const bias = numbers.values([columns]);
      const slopes = numbers.values([columns]);
      for (const biasShape of [undefined, [columns], [1, columns], [1], [rows, columns]]) {
        const fused = () =>
          tf.fused.matMul({
            a: tf.tensor2d(a, [rows, inner]),
            b: tf.tensor2d(b, [inner, columns]),
            bias:
              biasShape &&
              tf.tensor(
                tf.util.sizeFromShape(biasShape) === columns
                  ? bias
                  : new Float32Array(tf.util.sizeFromShape(biasShape)).fill(0.5),
                biasShape,
              ),
            activation,
            preluActivationWeights: activation === 'prelu' ? tf.tensor1d(slopes) : undefined,
            leakyreluAlpha: 0.3,
          });
        await assertSameAsCpu(
          fused,
          TOLERANCE,
          `${activation} ${rows}×${columns} bias ${biasShape}`,
        );
      }
    }
  }
});

test.run();

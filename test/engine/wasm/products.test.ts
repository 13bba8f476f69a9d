import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../lib/src/engine/tf';
import { loadWasm } from '../../../lib/src/engine/wasm/load';
import { assertSameAsCpu, Numbers } from '../../support/native-and-cpu';

const TOLERANCE = { rtol: 1e-4, atol: 1e-5 };

/** Rows, inner length and columns; the last two are beyond what counts as small in a batch. */
const SIZES = [
  [1, 1, 1],
  [3, 1, 5],
  [1, 7, 2],
  [17, 9, 23],
  [32, 16, 40],
  [64, 33, 31],
];

/** The batches of a and of b. */
const BATCHES = [
  [[], []],
  [[1], [1]],
  [[3], [3]],
  [[4], [1]],
  [[1], [4]],
  [
    [2, 1],
    [2, 3],
  ],
  [
    [2, 3],
    [2, 3],
  ],
];

test('a product is the cpu backend’s for every size, batch and transposition', async () => {
  const numbers = new Numbers(1);
  for (const [rows, inner, columns] of SIZES) {
    for (const [batchA, batchB] of BATCHES) {
      for (const [transposeA, transposeB] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ]) {
        const shapeA = [...batchA, ...(transposeA ? [inner, rows] : [rows, inner])];
        const shapeB = [...batchB, ...(transposeB ? [columns, inner] : [inner, columns])];
        const [as, bs] = [numbers.values(shapeA), numbers.values(shapeB)];
        const isBroadcast = batchA.length === 2 && batchA[1] !== batchB[1];
        await assertSameAsCpu(
          () => {
            const [a, b] = [tf.tensor(as, shapeA), tf.tensor(bs, shapeB)];
            // tfjs's cpu kernel broadcasts one dimension only.
            const isOnCpu = isBroadcast && tf.getBackend() === 'cpu';
            const left = isOnCpu ? tf.tile(a, [1, 3, 1, 1]) : a;
            return tf.matMul(left, b, transposeA, transposeB);
          },
          TOLERANCE,
          `[${shapeA}]${transposeA ? 'ᵀ' : ''} [${shapeB}]${transposeB ? 'ᵀ' : ''}`,
          'wasm',
        );
      }
    }
  }
});

test('the gradients of a product are the cpu backend’s', async () => {
  const numbers = new Numbers(2);
  for (const batch of [[], [5]]) {
    const [shapeA, shapeB] = [
      [...batch, 24, 33],
      [...batch, 33, 17],
    ];
    const [as, bs] = [numbers.values(shapeA), numbers.values(shapeB)];
    await assertSameAsCpu(
      () =>
        tf.grads((a, b) => tf.matMul(a, b).square())([
          tf.tensor(as, shapeA),
          tf.tensor(bs, shapeB),
        ]),
      TOLERANCE,
      `[${shapeA}] [${shapeB}]`,
      'wasm',
    );
  }
});

test('a product over nothing is zero and one of nothing is empty', async () => {
  await assertSameAsCpu(
    () => [
      tf.matMul(tf.zeros([3, 0]), tf.zeros([0, 2])),
      tf.matMul(tf.zeros([0, 3]), tf.zeros([3, 2])),
      tf.matMul(tf.zeros([0, 3, 2]), tf.zeros([0, 2, 4])),
    ],
    TOLERANCE,
    'empty',
    'wasm',
  );
});

test('whole numbers are multiplied as whole numbers', async () => {
  await assertSameAsCpu(
    () =>
      tf.matMul(tf.tensor2d([[1, 2]], [1, 2], 'int32'), tf.tensor2d([[3], [4]], [2, 1], 'int32')),
    {},
    'int32',
    'wasm',
  );
});

test('matrices that do not fit are refused, naming both shapes', async () => {
  await tf.setBackend('wasm');
  const run = () =>
    tf
      .engine()
      .runKernel(
        'BatchMatMul',
        { a: tf.zeros([1, 2, 3]), b: tf.zeros([1, 4, 5]) },
        { transposeA: false, transposeB: false },
      );
  assert.throws(run, /1,2,3.*1,4,5/);
});

test('Einstein sums are the cpu backend’s', async () => {
  const numbers = new Numbers(3);
  const [as, bs] = [numbers.values([4, 3, 5]), numbers.values([4, 5, 2])];
  for (const equation of ['bij,bjk->bik', 'bij,bjk->ikb', 'bij,bjk->b', 'bij,cjk->bc']) {
    const forward = (a: tf.Tensor, b: tf.Tensor) => tf.einsum(equation, a, b);
    await assertSameAsCpu(
      () => forward(tf.tensor(as, [4, 3, 5]), tf.tensor(bs, [4, 5, 2])),
      TOLERANCE,
      equation,
      'wasm',
    );
  }
  await assertSameAsCpu(() => tf.einsum('ij->ji', tf.tensor(as, [6, 10])), {}, 'ij->ji', 'wasm');
  await assertSameAsCpu(() => tf.einsum('ij->ij', tf.tensor(as, [6, 10])), {}, 'ij->ij', 'wasm');
});

test.before(async () => {
  tf.enableProdMode();
  await loadWasm();
});

test.run();

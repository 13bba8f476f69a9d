import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../../lib/notegrad/src/engine/wasm/load';
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

test('a matrix that is multiplied by in another shape is not taken for its first', async () => {
  const numbers = new Numbers(4);
  const [as, ws, biases] = [numbers.values([8, 6]), numbers.values([12]), numbers.values([6])];
  await assertSameAsCpu(
    () => {
      const w = tf.tensor2d(ws, [6, 2]);
      const [left, bias] = [tf.tensor2d(as, [8, 6]), tf.tensor1d(biases)];
      const [column, row] = [tf.slice(w, 0, [6, 1]), tf.slice(w, [0, 0], [1, 2])];
      return [
        left.matMul(w),
        left.reshape([24, 2]).matMul(w.reshape([2, 6])),
        left.reshape([16, 3]).matMul(w.reshape([3, 4])),
        tf.fused.matMul({ a: left.reshape([24, 2]), b: w.reshape([2, 6]), bias }),
        left.matMul(w),
        left.matMul(column),
        tf.matMul(tf.tensor2d(as, [48, 1]), column, false, true),
        tf.matMul(tf.tensor2d(as, [48, 1]), row),
        tf.matMul(tf.tensor2d(as, [24, 2]), row, false, true),
      ];
    },
    TOLERANCE,
    'shapes in turn',
    'wasm',
  );
});

test('a fused product is the cpu backend’s for every bias, activation and transposition', async () => {
  const numbers = new Numbers(5);
  const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;
  for (const activation of activations) {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
    ]) {
      // Beyond 48 of the inner length the backend's own kernel works in blocks.
      const shapeA = transposeA ? [100, 3] : [3, 100];
      const shapeB = transposeB ? [4, 100] : [100, 4];
      const [as, bs, biases] = [[3, 100], [100, 4], [12]].map((shape) => numbers.values(shape));
      for (const biasShape of [null, [4], [1], [1, 4], [3, 1], [3, 4]]) {
        await assertSameAsCpu(
          () => {
            const size = biasShape?.reduce((product, length) => product * length, 1);
            const bias = biasShape ? tf.tensor(biases.subarray(0, size), biasShape) : undefined;
            return tf.fused.matMul({
              a: tf.tensor2d(as, shapeA as [number, number]),
              b: tf.tensor2d(bs, shapeB as [number, number]),
              transposeA,
              transposeB,
              bias,
              activation,
              preluActivationWeights:
                activation === 'prelu' ? tf.tensor1d([0.1, -0.2, 0.3, 0.4]) : undefined,
              leakyreluAlpha: 0.3,
            });
          },
          TOLERANCE,
          `${activation} ${transposeA} ${transposeB} bias [${biasShape}]`,
          'wasm',
        );
      }
    }
  }
});

test('a bias may have had another shape before', async () => {
  const numbers = new Numbers(6);
  const [xs, ws] = [numbers.values([1, 4, 4, 2]), numbers.values([2, 2, 2, 3])];
  await assertSameAsCpu(
    () => {
      const bias = tf.tensor2d([1, 2, 3], [1, 3]).reshape([3]) as tf.Tensor1D;
      const x = tf.tensor4d(xs, [1, 4, 4, 2]);
      return [
        tf.fused.conv2d({
          x,
          filter: tf.tensor4d(ws, [2, 2, 2, 3]),
          strides: 1,
          pad: 'valid',
          bias,
        }),
        tf.fused.matMul({ a: x.reshape([16, 2]), b: tf.tensor2d(ws.slice(0, 6), [2, 3]), bias }),
      ];
    },
    TOLERANCE,
    'bias',
    'wasm',
  );
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

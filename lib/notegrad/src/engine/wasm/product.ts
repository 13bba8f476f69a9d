import * as tf from '../tf';
import { floats, type Kernel, Steps, zeros } from './kernel';
import { forget, viewOf } from './view';

/** Products of fewer multiplications are not worth preparing when there is a batch of them. */
const SMALL = 16 ** 3;

/**
 * Matrix products [..., M, K] × [..., K, N], each side possibly transposed, batches broadcast. The
 * wasm backend's own kernel, `product`, multiplies a pair of untransposed matrices thirty times
 * quicker than transposed ones or a batch of them: the work is brought to that form.
 */
export function batchMatMul(product: Kernel): Kernel {
  return (call) => {
    const { inputs, attrs, backend } = call;
    const { a, b } = inputs;
    const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
    const [rows, inner] = matrixShape(a, transposeA);
    const [innerOfB, columns] = matrixShape(b, transposeB);
    const batches = pairBatches(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const shape = [...batches.shape, rows, columns];
    if (shape.includes(0) || inner === 0) return zeros(backend, shape).output;
    const isSmall = batches.pairs.length > 1 && rows * inner * columns < SMALL;
    if (inner !== innerOfB || (isSmall && batches.isPlain)) return product(call);

    const steps = new Steps(backend);
    const left = untransposed(steps, a, transposeA);
    const right = untransposed(steps, b, transposeB);
    const multiply = (x: tf.TensorInfo, y: tf.TensorInfo): tf.TensorInfo =>
      product({
        inputs: { a: x, b: y },
        attrs: { transposeA: false, transposeB: false },
        backend,
      }) as tf.TensorInfo;

    if (right.shape[0] === 1) {
      const tall = steps.reshape(left, [1, left.shape[0] * rows, inner]);
      return steps.finish(steps.reshape(steps.own(multiply(tall, right)), shape));
    }
    const { output } = zeros(backend, shape);
    batches.pairs.forEach(([i, j], k) => {
      const x = viewOf(backend, left, [1, rows, inner], i * rows * inner);
      const y = viewOf(backend, right, [1, inner, columns], j * inner * columns);
      const matrix = multiply(x, y);
      floats(backend, output).set(floats(backend, matrix), k * rows * columns);
      backend.disposeData(matrix.dataId);
      for (const view of [x, y]) forget(backend, view);
    });
    return steps.finish(steps.own(output));
  };
}

function matrixShape({ shape }: tf.TensorInfo, isTransposed: boolean): [number, number] {
  const [rows, columns] = shape.slice(-2);
  return isTransposed ? [columns, rows] : [rows, columns];
}

/** The matrices as they are multiplied, [batch, rows, columns]. */
function untransposed(steps: Steps, x: tf.TensorInfo, isTransposed: boolean): tf.TensorInfo {
  const [rows, columns] = x.shape.slice(-2);
  const stack = steps.reshape(x, [tf.util.sizeFromShape(x.shape.slice(0, -2)), rows, columns]);
  return isTransposed ? steps.transpose(stack, [0, 2, 1]) : stack;
}

interface Batches {
  readonly shape: number[];
  /** Which matrix of a meets which of b, for each matrix of the output. */
  readonly pairs: [number, number][];
  /** Whether nothing is broadcast. */
  readonly isPlain: boolean;
}

function pairBatches(a: number[], b: number[]): Batches {
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(a, b);
  const size = tf.util.sizeFromShape(shape);
  const indexIn = (own: number[], place: number): number => {
    let [index, stride, rest] = [0, 1, place];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const length = own[axis - (shape.length - own.length)] ?? 1;
      if (length > 1) index += (rest % shape[axis]) * stride;
      stride *= length;
      rest = Math.floor(rest / shape[axis]);
    }
    return index;
  };
  return {
    shape,
    pairs: Array.from({ length: size }, (_, place) => [indexIn(a, place), indexIn(b, place)]),
    isPlain: tf.util.arraysEqual(a, b),
  };
}

import * as tf from '../tfjs';
import { sumTo } from './broadcasting';

type Matrices = tf.Tensor3D;

/** Batches may be broadcast. */
const batchMatMul: tf.GradConfig = {
  kernelName: tf.BatchMatMul,
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved, { transposeA, transposeB }) => {
    const [a, b] = saved as Matrices[];
    const slopes = dy as Matrices;
    const [left, right] = [Boolean(transposeA), Boolean(transposeB)];
    return {
      a: () =>
        sumTo(
          left ? tf.matMul(b, slopes, right, true) : tf.matMul(slopes, b, false, !right),
          a.shape,
        ),
      b: () =>
        sumTo(
          right ? tf.matMul(slopes, a, true, left) : tf.matMul(a, slopes, !left, false),
          b.shape,
        ),
    };
  },
};

/** The gradient of one operand: that of the result times the other operand, summed over the rest. */
function einsumSlope(
  equation: string,
  operands: readonly tf.Tensor[],
  index: number,
  dy: tf.Tensor,
): tf.Tensor {
  const [terms, result] = equation
    .replace(/\s/g, '')
    .split('->')
    .map((side) => side.split(','));
  const [out] = result;
  const term = terms[index];
  const { shape } = operands[index];
  const others = operands.filter((_, i) => i !== index);
  const otherTerms = terms.filter((_, i) => i !== index);
  const known = [...term].filter(
    (label) => out.includes(label) || otherTerms.join('').includes(label),
  );
  const isScalar = out === '';
  const factors = isScalar ? others : [dy, ...others];
  const labels = isScalar ? otherTerms : [out, ...otherTerms];
  const product =
    factors.length > 0
      ? tf.einsum(`${labels.join(',')}->${known.join('')}`, ...factors)
      : tf.scalar(1);
  const slope = isScalar ? tf.mul(product, dy) : product;
  const kept = [...term].map((label, axis) => (known.includes(label) ? shape[axis] : 1));
  return tf.broadcastTo(tf.reshape(slope, kept), shape as [number]);
}

const einsum: tf.GradConfig = {
  kernelName: tf.Einsum,
  saveAllInputs: true,
  gradFunc: (dy, operands, { equation }) =>
    Object.fromEntries(
      operands.map((_, index) => [
        index,
        () => einsumSlope(equation as string, operands, index, dy as tf.Tensor),
      ]),
    ),
};

/** Products of matrices, and Einstein's sums. */
export const productGradients: tf.GradConfig[] = [batchMatMul, einsum];

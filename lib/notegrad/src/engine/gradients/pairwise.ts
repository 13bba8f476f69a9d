import * as tf from '../tfjs';
import { sumTo } from './broadcasting';

type Slope = (a: tf.Tensor, b: tf.Tensor, dy: tf.Tensor) => tf.Tensor;

/** The gradient of a function of two tensors that may be broadcast, from its slopes in both. */
function pairwise(kernelName: string, slopes: { readonly a: Slope; readonly b: Slope }) {
  return {
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (given: tf.Tensor | tf.Tensor[], [a, b]: tf.Tensor[]) => {
      const dy = given as tf.Tensor;
      return {
        a: () => sumTo(slopes.a(a, b, dy), a.shape),
        b: () => sumTo(slopes.b(a, b, dy), b.shape),
      };
    },
  };
}

/** 1 where a is greater, ½ where they are equal, as PyTorch has it, 0 elsewhere. */
const shareOfGreater = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
  tf.mul(
    tf.add(tf.cast(tf.greater(a, b), 'float32'), tf.cast(tf.greaterEqual(a, b), 'float32')),
    0.5,
  );

const twice = (dy: tf.Tensor, difference: tf.Tensor): tf.Tensor =>
  tf.mul(dy, tf.mul(difference, 2));

const asFactor = (x: tf.Tensor): tf.Tensor =>
  x.dtype === 'complex64' ? tf.complex(tf.real(x), tf.neg(tf.imag(x))) : tf.cast(x, 'float32');

/** b·aᵇ⁻¹, which is 0 for an exponent of 0 whatever the base, as in PyTorch. */
function baseSlope(a: tf.Tensor, b: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  const exponent = tf.cast(b, 'float32');
  const slope = tf.mul(exponent, tf.pow(tf.cast(a, 'float32'), tf.sub(exponent, 1)));
  return tf.mul(dy, tf.where(tf.equal(exponent, 0), tf.zerosLike(slope), slope));
}

/** aᵇ·ln a, and 0 where the base is not positive, as tfjs has it. */
function exponentSlope(a: tf.Tensor, b: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  const base = tf.cast(a, 'float32');
  const isPositive = tf.greater(base, 0);
  const safe = tf.where(isPositive, base, tf.onesLike(base));
  const power = tf.pow(safe, tf.cast(b, 'float32'));
  return tf.mul(dy, tf.mul(power, tf.log(safe)));
}

/** Functions of two tensors that tfjs has no gradient of where they are broadcast, or a wrong one. */
export const pairwiseGradients: tf.GradConfig[] = [
  pairwise(tf.Maximum, {
    a: (a, b, dy) => tf.mul(dy, shareOfGreater(a, b)),
    b: (a, b, dy) => tf.mul(dy, shareOfGreater(b, a)),
  }),
  pairwise(tf.Minimum, {
    a: (a, b, dy) => tf.mul(dy, shareOfGreater(b, a)),
    b: (a, b, dy) => tf.mul(dy, shareOfGreater(a, b)),
  }),
  pairwise(tf.SquaredDifference, {
    a: (a, b, dy) => twice(dy, tf.sub(a, b)),
    b: (a, b, dy) => twice(dy, tf.sub(b, a)),
  }),
  pairwise(tf.Multiply, {
    a: (_, b, dy) => tf.mul(dy, asFactor(b)),
    b: (a, _, dy) => tf.mul(dy, asFactor(a)),
  }),
  pairwise(tf.Pow, { a: baseSlope, b: exponentSlope }),
  {
    kernelName: tf.Prelu,
    inputsToSave: ['x', 'alpha'],
    gradFunc: (given, [x, alpha]) => {
      const dy = given as tf.Tensor;
      const isPositive = () => tf.greater(x, 0);
      return {
        x: () => tf.where(isPositive(), dy, tf.mul(dy, alpha)),
        alpha: () => sumTo(tf.where(isPositive(), tf.zerosLike(dy), tf.mul(dy, x)), alpha.shape),
      };
    },
  },
];

import * as tf from '../tfjs';

const { getReductionAxes } = tf.broadcast_util;

/** Adds up what was broadcast from `shape`: the gradient of an input, from that of each copy. */
export function sumTo(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  if (gradient.dtype === 'complex64') {
    return tf.complex(sumTo(tf.real(gradient), shape), sumTo(tf.imag(gradient), shape));
  }
  const axes = getReductionAxes(shape, gradient.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, shape);
}

/** Copies a gradient along the axes that were reduced, kept or not. */
export function spreadOver(dy: tf.Tensor, shape: number[], axes: readonly number[]): tf.Tensor {
  return tf.broadcastTo(keepingAxes(dy, shape, axes), shape as [number]);
}

/** A reduced tensor with an axis of length 1 for each that was reduced. */
export function keepingAxes(y: tf.Tensor, shape: number[], axes: readonly number[]): tf.Tensor {
  return tf.reshape(
    y,
    shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
  );
}

import * as tf from '../tfjs';

/** Whether to repeat values of a shape one after another is to broadcast them to another. */
export function fitsByCycling(shape: readonly number[], to: readonly number[]): boolean {
  const from = shape.findIndex((length) => length !== 1);
  const own = from < 0 ? [] : shape.slice(from);
  return tf.util.arraysEqual(own, own.length > 0 ? to.slice(-own.length) : []);
}

/** The values of a shape under the one that they are broadcast to. */
export function stretched(
  values: Float32Array,
  shape: readonly number[],
  to: readonly number[],
): Float32Array {
  const strides = tf.util.computeStrides([...shape]).concat(1);
  const steps = to.map((_, i) => {
    const axis = i - (to.length - shape.length);
    return axis < 0 || shape[axis] === 1 ? 0 : strides[axis];
  });
  const out = new Float32Array(tf.util.sizeFromShape([...to]));
  const toStrides = tf.util.computeStrides([...to]);
  for (let i = 0; i < out.length; i++) {
    const place = tf.util.indexToLoc(i, to.length, toStrides);
    out[i] = values[place.reduce((sum, at, axis) => sum + at * steps[axis], 0)];
  }
  return out;
}

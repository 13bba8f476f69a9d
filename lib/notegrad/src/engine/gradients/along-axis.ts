import * as tf from '../tfjs';

/** Puts `step − 1` zeros between neighbours along an axis: n elements become (n − 1)·step + 1. */
export function withGaps(x: tf.Tensor, axis: number, step: number): tf.Tensor {
  const length = x.shape[axis];
  if (step === 1 || length <= 1) return x;
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const [outer, inner] = [tf.util.sizeFromShape(before), tf.util.sizeFromShape(after)];
  const gaps: [number, number][] = [
    [0, 0],
    [0, 0],
    [0, step - 1],
    [0, 0],
  ];
  const spread = tf.reshape(tf.pad(tf.reshape(x, [outer, length, 1, inner]), gaps), [
    outer,
    length * step,
    inner,
  ]);
  const spanned = (length - 1) * step + 1;
  return tf.reshape(tf.slice(spread, [0, 0, 0], [outer, spanned, inner]), [
    ...before,
    spanned,
    ...after,
  ]);
}

/** The elements that `withGaps` put apart: every `step`-th along the axis, the first included. */
export function withoutGaps(x: tf.Tensor, axis: number, step: number): tf.Tensor {
  if (step === 1) return x;
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const [outer, inner] = [tf.util.sizeFromShape(before), tf.util.sizeFromShape(after)];
  const length = Math.ceil(x.shape[axis] / step);
  const filled: [number, number][] = [
    [0, 0],
    [0, length * step - x.shape[axis]],
    [0, 0],
  ];
  const whole = tf.reshape(tf.pad(tf.reshape(x, [outer, x.shape[axis], inner]), filled), [
    outer,
    length,
    step,
    inner,
  ]);
  const first = tf.slice(whole, [0, 0, 0, 0], [outer, length, 1, inner]);
  return tf.reshape(first, [...before, length, ...after]);
}

/** Zeros around a tensor along one axis. */
export function padAxis(x: tf.Tensor, axis: number, before: number, after: number): tf.Tensor {
  return tf.pad(
    x,
    x.shape.map((_, i): [number, number] => (i === axis ? [before, after] : [0, 0])),
  );
}

/** `length` elements of one axis, from `begin` on. */
export function sliceAxis(x: tf.Tensor, axis: number, begin: number, length: number): tf.Tensor {
  return tf.slice(
    x,
    x.shape.map((_, i) => (i === axis ? begin : 0)),
    x.shape.map((whole, i) => (i === axis ? length : whole)),
  );
}

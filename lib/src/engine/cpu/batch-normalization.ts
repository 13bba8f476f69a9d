import * as tf from '@tensorflow/tfjs';
import { type Kernel, valuesOf } from './kernel';

/**
 * Batch normalisation with moments and parameters of any shape that can be broadcast to that of x.
 * (tfjs's kernel cycles through their values along the last axis, whatever their shape.)
 */
export const batchNormalization =
  (theirs: Kernel): Kernel =>
  (call) => {
    const { x, mean, variance, scale, offset } = call.inputs;
    const given = [mean, variance, scale, offset];
    if (given.every((vector) => vector == null || fitsByCycling(vector, x))) return theirs(call);
    const size = tf.util.sizeFromShape(x.shape);
    const [means, variances, scales, offsets] = given.map((vector) =>
      vector == null ? null : stretched(valuesOf(call, vector), vector.shape, x.shape),
    );
    const epsilon = Number(call.attrs.varianceEpsilon);
    const values = valuesOf(call, x);
    const y = new Float32Array(size);
    for (let i = 0; i < size; i++) {
      const unit = (values[i] - means![i]) / Math.sqrt(variances![i] + epsilon);
      y[i] = unit * (scales ? scales[i] : 1) + (offsets ? offsets[i] : 0);
    }
    return call.backend.makeTensorInfo(x.shape, 'float32', y);
  };

/** Whether to repeat the values one after another is to broadcast them. */
function fitsByCycling({ shape }: tf.TensorInfo, x: tf.TensorInfo): boolean {
  const from = shape.findIndex((length) => length !== 1);
  const own = from < 0 ? [] : shape.slice(from);
  return tf.util.arraysEqual(own, own.length > 0 ? x.shape.slice(-own.length) : []);
}

/** The values under the shape that they are broadcast to. */
function stretched(values: Float32Array, shape: number[], to: number[]): Float32Array {
  const strides = tf.util.computeStrides(shape).concat(1);
  const steps = to.map((_, i) => {
    const axis = i - (to.length - shape.length);
    return axis < 0 || shape[axis] === 1 ? 0 : strides[axis];
  });
  const out = new Float32Array(tf.util.sizeFromShape(to));
  const toStrides = tf.util.computeStrides(to);
  for (let i = 0; i < out.length; i++) {
    const place = tf.util.indexToLoc(i, to.length, toStrides);
    out[i] = values[place.reduce((sum, at, axis) => sum + at * steps[axis], 0)];
  }
  return out;
}

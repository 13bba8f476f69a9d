import * as tf from '../tfjs';
import { type Kernel, valuesOf } from './kernel';
import { fitsByCycling, stretched } from './stretching';

/**
 * Batch normalisation with moments and parameters of any shape that can be broadcast to that of x.
 * (tfjs's kernel cycles through their values along the last axis, whatever their shape.)
 */
export const batchNormalization =
  (theirs: Kernel): Kernel =>
  (call) => {
    const { x, mean, variance, scale, offset } = call.inputs;
    const given = [mean, variance, scale, offset];
    if (given.every((vector) => vector == null || fitsByCycling(vector.shape, x.shape)))
      return theirs(call);
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

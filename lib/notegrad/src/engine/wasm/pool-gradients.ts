import { addAveragePoolGradient, addMaxPoolGradient } from '../pooling-windows';
import type * as tf from '../tf';
import { type Call, floats, zeros } from './kernel';
import { poolingWindows } from './windows';

/**
 * The gradient of max pooling: each output's gradient goes to the first of the greatest inputs of
 * its window. `dy` [N, H', W', C], `input` [N, H, W, C] → dx [N, H, W, C].
 */
export function maxPoolGrad({ inputs: { dy, input }, attrs, backend }: Call): tf.TensorInfo {
  const { output, values } = zeros(backend, input.shape);
  const windows = poolingWindows(attrs, input.shape);
  addMaxPoolGradient(values, floats(backend, input), floats(backend, dy), windows);
  return output;
}

/** The gradient of average pooling, of the same shapes. */
export function avgPoolGrad({ inputs: { dy, input }, attrs, backend }: Call): tf.TensorInfo {
  const { output, values } = zeros(backend, input.shape);
  addAveragePoolGradient(values, floats(backend, dy), poolingWindows(attrs, input.shape));
  return output;
}

import * as tf from '../tfjs';

/** Puts a gradient in the place of the one that a kernel has, if any. */
export function setGradient(config: tf.GradConfig): void {
  if (tf.getGradient(config.kernelName) != null) tf.unregisterGradient(config.kernelName);
  tf.registerGradient(config);
}

/** Runs a kernel that gives one tensor. */
export function run(kernelName: string, inputs: tf.NamedTensorMap, attrs: object = {}): tf.Tensor {
  return tf.engine().runKernel(kernelName, inputs, attrs as tf.NamedAttrMap);
}

/**
 * Whether the gradient that is being computed will be differentiated itself, as in a gradient
 * penalty: it then has to be made of operations that have gradients.
 */
export function isDifferentiatedAgain(): boolean {
  return tf.engine().state.gradientDepth > 0;
}

export function hasKernel(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) != null;
}

import * as tf from '@tensorflow/tfjs';

/** What tfjs hands to an optimizer: gradients by the names of their variables. */
export type Gradients = Parameters<tf.Optimizer['applyGradients']>[0];

/** A trained variable and its gradient, if it has one. */
export type GradientPair = readonly [variable: tf.Variable, gradient: tf.Tensor | null | undefined];

/** Each variable with its gradient. */
export function gradientPairs(gradients: Gradients): GradientPair[] {
  const named = Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
  const variables = tf.engine().registeredVariables;
  return named.map(({ name, tensor }) => [variables[name], tensor] as const);
}

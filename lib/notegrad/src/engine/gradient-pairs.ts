import { EngineError } from '../errors';
import * as tf from './tfjs';

/** What tfjs hands to an optimizer: gradients by the names of their variables. */
export type Gradients = Parameters<tf.Optimizer['applyGradients']>[0];

/** A variable and its gradient. */
export type GradientPair = readonly [variable: tf.Variable, gradient: tf.Tensor];

/**
 * Each variable that has a gradient, once, with it.
 *
 * @throws when a variable is not there (any more), or its gradient has another shape
 */
export function gradientPairs(gradients: Gradients): GradientPair[] {
  const named = Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
  const variables = tf.engine().registeredVariables;
  const pairs = new Map<tf.Variable, tf.Tensor>();
  for (const { name, tensor } of named) {
    if (tensor == null) continue;
    const variable = variables[name];
    if (variable === undefined)
      throw new EngineError(`no variable is called ${name}: is it disposed?`);
    if (String(variable.shape) !== String(tensor.shape)) {
      throw new EngineError(
        `the gradient of ${name} has shape [${tensor.shape}], the variable [${variable.shape}]`,
      );
    }
    pairs.set(variable, tensor);
  }
  return [...pairs];
}

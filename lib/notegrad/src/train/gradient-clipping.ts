import * as tf from '../engine/tf';
import { TrainingError } from '../errors';

/**
 * Gradients scaled down together where their norm, taken over all of them, is above `maxNorm`
 * (Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013):
 * PyTorch's `clip_grad_norm_`, whose 1e-6 is added to the norm here too.
 *
 * @throws TrainingError when `maxNorm` is not above 0
 */
export function clipByNorm(gradients: tf.NamedTensorMap, maxNorm: number): tf.NamedTensorMap {
  if (!(maxNorm > 0)) throw new TrainingError(`invalid maxNorm: ${maxNorm} (above 0)`);
  return tf.tidy(() => {
    const squares = Object.values(gradients).map((gradient) => gradient.square().sum());
    const scale = tf.minimum(1, tf.div(maxNorm, tf.addN(squares).sqrt().add(1e-6)));
    return Object.fromEntries(
      Object.entries(gradients).map(([name, gradient]) => [name, gradient.mul(scale)]),
    );
  });
}

import { checkFlags, checkLists, checkNumbers } from '../checks';
import { LionOptimizer } from '../engine/lion';
import * as tf from '../engine/tf';
import { TrainingError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';

/** How `adam` steps. */
export interface AdamOptions {
  /** The learning rate. Default 0.001. */
  readonly lr?: number;
  /** How much is kept of the means of the gradients and of their squares. Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the mean square. Default 1e-8. */
  readonly eps?: number;
}

/**
 * Adam (Kingma and Ba, "Adam: a method for stochastic optimization", 2015) with the defaults of
 * PyTorch's `optim.Adam`: w ← w − lr·m̂ / (√v̂ + eps). (`tf.train.adam` has an eps of 1e-7.)
 *
 * @throws TrainingError when a number is out of its range
 */
export function adam(options: AdamOptions = {}): tf.AdamOptimizer {
  const { lr = 0.001, betas = [0.9, 0.999], eps = 1e-8, ...unknown } = optionsOf('adam', options);
  refuseUnknown('adam', unknown);
  checkNumbers({ lr }, TrainingError, 0);
  checkShares(betas);
  checkNumbers({ eps }, TrainingError, 0);
  return tf.train.adam(lr, betas[0], betas[1], eps);
}

/** How `sgd` steps. */
export interface SgdOptions {
  /** The learning rate. Default 0.001. */
  readonly lr?: number;
  /** µ, the share of its velocity that a weight keeps. Default 0. */
  readonly momentum?: number;
  /** Takes the gradient where the velocity leads. Default false. */
  readonly nesterov?: boolean;
}

/**
 * Gradient descent with the defaults of PyTorch's `optim.SGD`: v ← µv + g, w ← w − lr·v, or with
 * `nesterov` w ← w − lr·(g + µv) (Sutskever et al., "On the importance of initialization and momentum
 * in deep learning", 2013).
 *
 * @throws TrainingError when a number is out of its range, or for Nesterov's without momentum
 */
export function sgd(options: SgdOptions = {}): tf.SGDOptimizer | tf.MomentumOptimizer {
  const { lr = 0.001, momentum = 0, nesterov = false, ...unknown } = optionsOf('sgd', options);
  refuseUnknown('sgd', unknown);
  checkNumbers({ lr }, TrainingError, 0);
  checkNumbers({ momentum }, TrainingError, 0);
  checkFlags({ nesterov }, TrainingError);
  if (nesterov && momentum === 0)
    throw new TrainingError('nesterov: true needs a momentum above 0');
  return momentum === 0 ? tf.train.sgd(lr) : tf.train.momentum(lr, momentum, nesterov);
}

/** How `lion` steps. */
export interface LionOptions {
  /** The learning rate: three to ten times smaller than Adam's. Default 1e-4. */
  readonly lr?: number;
  /** How much of the momentum is in a step's direction, and how much is kept. Default [0.9, 0.99]. */
  readonly betas?: readonly [number, number];
  /** λ, the decay of the weights. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Lion, "evolved sign momentum" (Chen et al., "Symbolic discovery of optimization algorithms", 2023),
 * with the paper's defaults: w ← w − lr·(sign(β₁m + (1−β₁)g) + λw), m ← β₂m + (1−β₂)g. Each weight
 * moves by lr in every step, however small its gradient. Adam moves it by less the less the gradients
 * of mini-batches agree.
 *
 * @throws TrainingError when a number is out of its range
 */
export function lion(options: LionOptions = {}): tf.Optimizer {
  const {
    lr = 1e-4,
    betas = [0.9, 0.99],
    weightDecay = 0,
    ...unknown
  } = optionsOf('lion', options);
  refuseUnknown('lion', unknown);
  checkNumbers({ lr }, TrainingError, 0);
  checkShares(betas);
  checkNumbers({ weightDecay }, TrainingError, 0);
  return new LionOptimizer(lr, { beta1: betas[0], beta2: betas[1], weightDecay });
}

function checkShares(betas: readonly number[]): void {
  checkLists({ betas }, TrainingError);
  if (betas.length === 2 && betas.every((beta) => beta >= 0 && beta < 1)) return;
  throw new TrainingError(`invalid betas: [${betas.join(', ')}] (two, from 0 up to below 1)`);
}

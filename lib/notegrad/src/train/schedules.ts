import { checkCounts, checkNumbers } from '../checks';
import { described } from '../described';
import type * as tf from '../engine/tf';
import { TrainingError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';

/** The learning rate of each step, counted from 0. */
export type Schedule = (step: number) => number;

/** One cycle of the learning rate. */
export interface OneCycleOptions {
  /** The largest learning rate. */
  readonly peak: number;
  /** Of the whole run; from then on the rate stays at its smallest. */
  readonly numSteps: number;
  /** The share of the steps that it takes to rise to the peak. Default 0.3. */
  readonly warmUp?: number;
}

/**
 * The learning rate of one cycle (Smith and Topin, "Super-convergence", 2018) as PyTorch's
 * `OneCycleLR` has it: along a cosine from peak/25 up to the peak, and down to peak/250,000.
 *
 * @throws TrainingError when a number is out of its range
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const { peak, numSteps, warmUp = 0.3, ...unknown } = optionsOf('oneCycle', options);
  refuseUnknown('oneCycle', unknown);
  checkNumbers({ peak }, TrainingError, 0);
  checkCounts({ numSteps }, TrainingError);
  checkNumbers({ warmUp }, TrainingError, 0, 1);
  const [start, end] = [peak / 25, peak / 250_000];
  const top = warmUp * numSteps - 1;
  const along = (from: number, to: number, share: number) =>
    to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
  return (step) =>
    step <= top
      ? along(start, peak, step / top)
      : along(peak, end, Math.min(1, (step - top) / (numSteps - 1 - top)));
}

/**
 * Sets the learning rate of an optimizer from the next step on, for a schedule in `fit`'s `beforeStep`.
 * (tfjs lets only its own classes set it.)
 *
 * @param lr from 0
 */
export function setLearningRate(optimizer: tf.Optimizer, lr: number): void {
  expectOptimizer(optimizer);
  checkNumbers({ lr }, TrainingError, 0);
  const own = optimizer as tf.Optimizer & {
    learningRate: number;
    setLearningRate?: (learningRate: number) => void;
  };
  if (own.setLearningRate) own.setLearningRate(lr);
  else own.learningRate = lr;
}

/** @throws TrainingError for what is no optimizer */
export function expectOptimizer(optimizer: tf.Optimizer): void {
  if (typeof optimizer?.minimize === 'function') return;
  throw new TrainingError(
    `invalid optimizer: ${described(optimizer)} (expected one, as adam gives)`,
  );
}

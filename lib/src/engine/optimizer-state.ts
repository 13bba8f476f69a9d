import type * as tf from '@tensorflow/tfjs';

/** A variable of state for each trained one, as tfjs's optimizers keep them. */
export interface OptimizerState {
  readonly originalName: string;
  readonly variable: tf.Variable;
}

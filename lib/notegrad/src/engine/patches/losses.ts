import { sigmoidCrossEntropy, softmaxCrossEntropy } from '../cross-entropy';
import * as tf from '../tfjs';
import type { Patch } from './patch';

/**
 * The cross-entropies are one operation forward and one backward where the engine has them, and their
 * gradients are the derivatives of their values.
 */
export const losses: Patch = {
  changes: ['losses.softmaxCrossEntropy', 'losses.sigmoidCrossEntropy'],
  apply() {
    Object.assign(tf.losses, { softmaxCrossEntropy, sigmoidCrossEntropy });
  },
};

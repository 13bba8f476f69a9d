import * as tf from '../tfjs';
import type { Patch } from './patch';

/**
 * Arrays whose rows are not equally long are refused, the first such row named, wherever tfjs makes
 * tensors of arrays: `tf.tensor`, an operation's arguments, … It looks at them itself, but only in
 * its debug mode. Otherwise [[1, 2], [3]] is a tensor of shape [2, 2] with 3 values.
 */
export const raggedArrays: Patch = {
  changes: ['env().TENSORLIKE_CHECK_SHAPE_CONSISTENCY'],
  apply() {
    tf.env().set('TENSORLIKE_CHECK_SHAPE_CONSISTENCY', true);
  },
};

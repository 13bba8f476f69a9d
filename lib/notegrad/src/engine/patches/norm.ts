import * as own from '../gradients/norm';
import * as tf from '../tfjs';
import type { Patch } from './patch';

/** A tensor's norms are those of `gradients/norm.ts`, whose gradient at 0 is 0. */
export const norm: Patch = {
  changes: ['Tensor.prototype.norm', 'Tensor.prototype.euclideanNorm'],
  apply() {
    tf.Tensor.prototype.norm = function (this: tf.Tensor, ord, axis, keepDims) {
      return own.norm(this, ord, axis ?? null, keepDims) as never;
    };
    tf.Tensor.prototype.euclideanNorm = function (this: tf.Tensor, axis, keepDims) {
      return own.euclideanNorm(this, axis ?? null, keepDims) as never;
    };
  },
};

import { uniforms } from '../random';
import { shuffle as shuffleArray, shuffleCombo } from '../shuffle';
import * as tf from '../tfjs';
import type { Patch } from './patch';

/** What shuffles without a seed follows the sequence of `seedRandom`, not the clock. */
export const shuffle: Patch = {
  changes: ['util.shuffle', 'util.shuffleCombo', 'Dataset.prototype.shuffle'],
  apply() {
    Object.assign(tf.util, { shuffle: shuffleArray, shuffleCombo });
    const { prototype } = tf.data.Dataset;
    const { shuffle } = prototype;
    prototype.shuffle = function (bufferSize, seed, reshuffleEachIteration) {
      return shuffle.call(this, bufferSize, seed ?? `${uniforms(1)[0]}`, reshuffleEachIteration);
    };
  },
};

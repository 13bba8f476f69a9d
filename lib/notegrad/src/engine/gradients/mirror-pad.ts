import * as tf from '../tfjs';
import { padAxis, sliceAxis } from './along-axis';

/** Brings what the border of one axis gets back to the elements that were mirrored there. */
function folded(
  dy: tf.Tensor,
  axis: number,
  length: number,
  [before, after]: readonly [number, number],
  isReflected: boolean,
): tf.Tensor {
  const edge = Number(isReflected);
  const inner = sliceAxis(dy, axis, before, length);
  const borders: tf.Tensor[] = [];
  if (before > 0) {
    const mirrored = tf.reverse(sliceAxis(dy, axis, 0, before), axis);
    borders.push(padAxis(mirrored, axis, edge, length - edge - before));
  }
  if (after > 0) {
    const mirrored = tf.reverse(sliceAxis(dy, axis, before + length, after), axis);
    borders.push(padAxis(mirrored, axis, length - edge - after, edge));
  }
  return borders.reduce((sum, border) => tf.add(sum, border), inner);
}

/** tfjs's own leaves out what the border adds. */
export const mirrorPadGradient: tf.GradConfig = {
  kernelName: tf.MirrorPad,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({
    x: () => {
      const { paddings, mode } = attrs as unknown as tf.MirrorPadAttrs;
      return paddings.reduce(
        (gradient: tf.Tensor, padding, axis) =>
          folded(gradient, axis, x.shape[axis], padding, mode === 'reflect'),
        tf.clone(dy as tf.Tensor),
      );
    },
  }),
};

import * as tf from '../tfjs';

const { sizeFromShape } = tf.util;

/** What is not chosen gets exactly 0, also where the gradient is infinite or NaN. */
const select: tf.GradConfig = {
  kernelName: tf.Select,
  inputsToSave: ['condition'],
  gradFunc: (dy, [condition]) => {
    const slopes = dy as tf.Tensor;
    return {
      condition: () => tf.zeros(condition.shape),
      t: () => tf.where(condition, slopes, tf.zerosLike(slopes)),
      e: () => tf.where(condition, tf.zerosLike(slopes), slopes),
    };
  },
};

/** Adds each slope to the element, of all those of a tensor, that it belongs to. */
function scattered(slopes: tf.Tensor, places: tf.Tensor, shape: number[]): tf.Tensor {
  const size = sizeFromShape(shape);
  const flat = tf.reshape(slopes, [slopes.size]);
  const ids = tf.reshape(places, [slopes.size]) as tf.Tensor1D;
  return tf.reshape(tf.unsortedSegmentSum(flat, ids, size), shape);
}

/** The gradient goes to the places that were taken: of equal values, those that come first. */
const topK: tf.GradConfig = {
  kernelName: tf.TopK,
  inputsToSave: ['x'],
  outputsToSave: [false, true],
  gradFunc: (dys, [x, indices]) => ({
    x: () => {
      const length = x.shape[x.rank - 1];
      const [slopes] = dys as tf.Tensor[];
      const rows = tf.range(0, x.size / Math.max(length, 1), 1, 'int32');
      const starts = tf.reshape(tf.mul(rows, tf.scalar(length, 'int32')), [
        ...x.shape.slice(0, -1),
        1,
      ]);
      return scattered(slopes, tf.add(indices, starts), x.shape);
    },
  }),
};

const maxPoolWithArgmax: tf.GradConfig = {
  kernelName: tf.MaxPoolWithArgmax,
  inputsToSave: ['x'],
  outputsToSave: [false, true],
  gradFunc: (dys, [x, places], { includeBatchInIndex }) => ({
    x: () => {
      const [slopes] = dys as tf.Tensor[];
      if (includeBatchInIndex) return scattered(slopes, places, x.shape);
      const [batch] = x.shape;
      const images = tf.range(0, batch, 1, 'int32');
      const starts = tf.mul(images, tf.scalar(x.size / batch, 'int32'));
      return scattered(slopes, tf.add(places, tf.reshape(starts, [batch, 1, 1, 1])), x.shape);
    },
  }),
};

/** Choices among given values. */
export const selectionGradients: tf.GradConfig[] = [select, topK, maxPoolWithArgmax];

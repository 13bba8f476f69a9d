import * as tf from '../tfjs';

const composed = tf.norm;

type Order = number | 'euclidean' | 'fro';

/**
 * tfjs's `norm`, with a Euclidean one whose gradient at 0 is 0, as in PyTorch, not NaN.
 *
 * @param x any rank
 * @param ord 'euclidean' or 2, 'fro' (of matrices), 1, Infinity, −Infinity. Default 'euclidean'.
 * @param axis one axis, or two for norms of matrices. Default all, as one vector.
 * @param keepDims whether the axes stay, with length 1. Default false.
 * @throws when the order and the axes do not fit together
 */
export function norm(
  x: tf.Tensor | tf.TensorLike,
  ord: Order = 'euclidean',
  axis: number | number[] | null = null,
  keepDims = false,
): tf.Tensor {
  return tf.tidy(() => {
    const values = x instanceof tf.Tensor ? x : tf.tensor(x);
    const axes = tf.util.parseAxisParam(axis as number[], values.shape);
    const ofMatrix = axis !== null && axes.length === 2 && values.rank > 1;
    const isEuclidean = ord === 'euclidean' || ord === (ofMatrix ? 'fro' : 2);
    const isVector = axis === null || axes.length === 1 || values.rank === 1;
    if (
      values.rank === 0 ||
      values.dtype === 'complex64' ||
      !isEuclidean ||
      !(ofMatrix || isVector)
    ) {
      return composed(values, ord, axis ?? undefined, keepDims);
    }
    return root(tf.sum(tf.square(tf.cast(values, 'float32')), axes, keepDims));
  });
}

/** tfjs's `euclideanNorm`, of the same norm. */
export function euclideanNorm(
  x: tf.Tensor | tf.TensorLike,
  axis: number | number[] | null = null,
  keepDims = false,
): tf.Tensor {
  return norm(x, 'euclidean', axis, keepDims);
}

/** √x whose gradient at 0 is 0. */
function root(x: tf.Tensor): tf.Tensor {
  const isZero = tf.equal(x, 0);
  return tf.where(isZero, tf.zerosLike(x), tf.sqrt(tf.where(isZero, tf.onesLike(x), x)));
}

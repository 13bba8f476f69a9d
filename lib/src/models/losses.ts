import * as tf from '../engine/tf';

/**
 * The mean over the batch of −log softmax(logits)[label].
 *
 * @param labels class ids, [batch] int32
 * @param logits [batch, classes]
 */
export function crossEntropy(labels: tf.Tensor1D, logits: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() =>
    tf.losses.softmaxCrossEntropy(tf.oneHot(labels, logits.shape[1]), logits).asScalar(),
  );
}

/**
 * The cross-entropy of Bernoulli outputs, added up over each sample and averaged over the batch:
 * Σ log(1 + eˡ) − x·l, which is −Σ x·log σ(l) + (1 − x)·log(1 − σ(l)) without its overflow.
 *
 * @param targets in [0, 1], [batch, …]
 * @param logits of the same shape
 */
export function binaryCrossEntropy(targets: tf.Tensor, logits: tf.Tensor): tf.Scalar {
  return tf.tidy(() =>
    tf.softplus(logits).sub(targets.mul(logits)).sum().div<tf.Scalar>(logits.shape[0]),
  );
}

/** The mean over all elements of (x − y)². */
export function meanSquaredError(x: tf.Tensor, y: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.squaredDifference(x, y).mean<tf.Scalar>());
}

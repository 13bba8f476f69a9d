import { sparseSoftmaxCrossEntropy } from '../engine/cross-entropy';
import * as tf from '../engine/tf';

/**
 * The mean over the batch of −log softmax(logits)[label].
 *
 * @param labels class ids, [batch] int32
 * @param logits [batch, classes]
 */
export function crossEntropy(labels: tf.Tensor1D, logits: tf.Tensor2D): tf.Scalar {
  return sparseSoftmaxCrossEntropy(labels, logits);
}

/**
 * The cross-entropy of Bernoulli outputs, −Σ x·log σ(l) + (1 − x)·log(1 − σ(l)), added up over
 * each sample and averaged over the batch. It stays finite where a probability rounds to 0 or 1.
 *
 * @param targets in [0, 1], [batch, …]
 * @param logits of the same shape
 */
export function binaryCrossEntropy(targets: tf.Tensor, logits: tf.Tensor): tf.Scalar {
  return tf.tidy(() =>
    tf.losses
      .sigmoidCrossEntropy(targets, logits, undefined, 0, tf.Reduction.SUM)
      .div<tf.Scalar>(logits.shape[0]),
  );
}

/** The mean over all elements of (x − y)². */
export function meanSquaredError(x: tf.Tensor, y: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.squaredDifference(x, y).mean<tf.Scalar>());
}

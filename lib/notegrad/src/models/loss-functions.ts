import { checkFilled, checkLogits, checkTensors } from '../checks';
import { sparseSoftmaxCrossEntropy } from '../engine/cross-entropy';
import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';

/**
 * All losses are reduced alike: the loss of a sample is the sum over its elements, the loss of a batch
 * the mean over its samples. `per: 'element'` takes the mean over the elements too, which is what
 * PyTorch's `reduction='mean'` does.
 */
export interface LossOptions {
  /** What the loss is a mean over. Default 'sample'. */
  readonly per?: 'sample' | 'element';
}

/**
 * The mean over the batch of −log softmax(logits)[label], in nats: PyTorch's `F.cross_entropy`.
 *
 * @param labels class ids, [batch] int32
 * @param logits [batch, numClasses]
 * @throws when shapes do not fit, or a label is no class
 */
export function crossEntropy(labels: tf.Tensor1D, logits: tf.Tensor2D): tf.Scalar {
  checkLogits(labels, logits, ModelError);
  return sparseSoftmaxCrossEntropy(labels, logits);
}

/**
 * The cross-entropy of Bernoulli outputs, −Σ x·log σ(l) + (1 − x)·log(1 − σ(l)), in nats: the mean over
 * the batch of the sum over a sample, unless `per: 'element'` (PyTorch's
 * `F.binary_cross_entropy_with_logits`). It stays finite where a probability rounds to 0 or 1.
 *
 * @param targets in [0, 1], [batch, …]
 * @param logits of the same shape
 * @throws ModelError when the shapes differ: they would be broadcast
 */
export function binaryCrossEntropy(
  targets: tf.Tensor,
  logits: tf.Tensor,
  options: LossOptions = {},
): tf.Scalar {
  const { per = 'sample', ...unknown } = optionsOf('binaryCrossEntropy', options);
  refuseUnknown('binaryCrossEntropy', unknown);
  checkPer(per);
  checkTensors({ targets, logits }, ModelError);
  checkFilled({ targets, logits }, ModelError);
  checkAlike(targets, logits, 'logits');
  return tf.tidy(() =>
    tf.losses
      .sigmoidCrossEntropy(targets, logits, undefined, 0, tf.Reduction.SUM)
      .div<tf.Scalar>(per === 'sample' ? logits.shape[0] : logits.size),
  );
}

/**
 * The squared error, Σ (x − y)²: the mean over the batch of the sum over a sample, unless
 * `per: 'element'` (PyTorch's `F.mse_loss`).
 *
 * @param targets [batch, …]
 * @param predictions of the same shape
 * @throws ModelError when the shapes differ: they would be broadcast
 */
export function squaredError(
  targets: tf.Tensor,
  predictions: tf.Tensor,
  options: LossOptions = {},
): tf.Scalar {
  const { per = 'sample', ...unknown } = optionsOf('squaredError', options);
  refuseUnknown('squaredError', unknown);
  checkPer(per);
  checkTensors({ targets, predictions }, ModelError);
  checkFilled({ targets, predictions }, ModelError);
  checkAlike(targets, predictions, 'predictions');
  return tf.tidy(() => {
    const squares = tf.squaredDifference(targets, predictions);
    if (per === 'element') return squares.mean<tf.Scalar>();
    return squares.sum().div<tf.Scalar>(predictions.shape[0]);
  });
}

/** Others would be broadcast. */
function checkAlike(targets: tf.Tensor, given: tf.Tensor, what: string): void {
  if (String(targets.shape) === String(given.shape)) return;
  throw new ModelError(
    `targets [${targets.shape}] do not fit ${what} [${given.shape}]: give the same shape`,
  );
}

function checkPer(per: LossOptions['per']): void {
  if (per === 'sample' || per === 'element') return;
  throw new ModelError(`unknown per: ${per} (known: sample, element)`);
}

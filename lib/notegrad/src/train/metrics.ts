import { checkCounts, checkFunctions, checkLists, checkLogits, checkTensors } from '../checks';
import { described } from '../described';
import * as tf from '../engine/tf';
import { TrainingError } from '../errors';

/**
 * The share of samples whose largest logit is the label's.
 *
 * @param labels class ids, [batch] int32
 * @param logits [batch, numClasses]
 * @throws TrainingError when they are not of one batch
 */
export function accuracy(labels: tf.Tensor1D, logits: tf.Tensor2D): tf.Scalar {
  checkLogits(labels, logits, TrainingError);
  // Not as int32: a label of 0.5 would become 0, and count as right.
  return tf.tidy(() =>
    logits.argMax(1).toFloat().equal(labels.toFloat()).toFloat().mean<tf.Scalar>(),
  );
}

/**
 * The mean of each metric over all samples: batches of different sizes count by their size.
 *
 * @param batches each is disposed after use; its first dimension is the number of samples
 * @param metricsOf the mean of each metric over one batch
 * @throws when there is no batch, or a metric is not one number
 */
export function evaluate<B extends { x: tf.Tensor } & tf.TensorContainerObject>(
  batches: Iterable<B>,
  metricsOf: (batch: B) => Record<string, tf.Scalar>,
): Record<string, number> {
  checkFunctions({ metricsOf }, TrainingError);
  if (typeof batches?.[Symbol.iterator] !== 'function') {
    throw new TrainingError(
      `invalid batches: ${described(batches)} (expected a list, as batches gives)`,
    );
  }
  const sums: Record<string, number> = {};
  let numSamples = 0;
  for (const batch of batches) {
    checkTensors({ 'x of a batch': batch?.x }, TrainingError);
    const size = batch.x.shape[0];
    const metrics = tf.tidy(() => metricsOf(batch));
    for (const [name, value] of Object.entries(metrics)) {
      checkTensors({ [`metric ${name}`]: value }, TrainingError);
      if (value.size !== 1) {
        throw new TrainingError(
          `the metric ${name} must be one number a batch, its mean, not ${described(value)}`,
        );
      }
      sums[name] = (sums[name] ?? 0) + size * value.dataSync()[0];
    }
    numSamples += size;
    tf.dispose([metrics, batch]);
  }
  if (numSamples === 0) throw new TrainingError('nothing to evaluate: there is no batch');
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / numSamples]));
}

/**
 * How often each class (row) was taken for each class (column).
 *
 * @param labels the true class ids
 * @param predicted the predicted class ids, as many
 * @param numClasses how many classes there are
 * @throws when the lengths differ or an id is not a class
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  numClasses: number,
): number[][] {
  checkLists({ labels, predicted }, TrainingError);
  checkCounts({ numClasses }, TrainingError);
  if (labels.length !== predicted.length) {
    throw new TrainingError(`${labels.length} labels but ${predicted.length} predictions`);
  }
  const counts = Array.from({ length: numClasses }, () => new Array<number>(numClasses).fill(0));
  for (let i = 0; i < labels.length; i++) {
    for (const id of [labels[i], predicted[i]]) {
      if (!(Number.isInteger(id) && id >= 0 && id < numClasses)) {
        throw new TrainingError(`unknown class: ${id} (0 to ${numClasses - 1}) at sample ${i}`);
      }
    }
    counts[labels[i]][predicted[i]]++;
  }
  return counts;
}

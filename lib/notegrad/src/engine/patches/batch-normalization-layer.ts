import { BATCH_NORM_TRAINING } from '../gradients/normalisation';
import { hasKernel } from '../gradients/register';
import * as tf from '../tfjs';
import type { Patch } from './patch';

interface Weight {
  read(): tf.Tensor;
  write(value: tf.Tensor): void;
}

/** What tfjs's batch-normalisation layer is made of. */
interface BatchNormalization extends tf.layers.Layer {
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly gamma?: Weight;
  readonly beta?: Weight;
  readonly movingMean: Weight;
  readonly movingVariance: Weight;
}

type Call = (this: BatchNormalization, ...args: Parameters<tf.layers.Layer['call']>) => unknown;

interface Normalised {
  readonly y: tf.Tensor;
  readonly mean: tf.Tensor;
  /** The mean of the squared distances from the mean. */
  readonly variance: tf.Tensor;
}

/**
 * Batch normalisation as PyTorch has it, on every engine:
 * - The running variance takes up the unbiased estimate, n/(n − 1) times the variance that the batch
 *   is normalised by. (tfjs takes the latter.) A batch of one value a channel has no such estimate
 *   and leaves it as it is.
 * - Any axis may be that of the channels. (tfjs's cpu backend cycles through the channels along the
 *   last axis, whichever it is.)
 * - One operation forward and one backward in training, where the engine has them.
 */
export const batchNormalizationLayer: Patch = {
  changes: ['layers.BatchNormalization.prototype.call'],
  apply() {
    const [layer] = tf.serialization.SerializationMap.getMap().classNameMap.BatchNormalization;
    (layer.prototype as unknown as { call: Call }).call = function (inputs, kwargs) {
      return tf.tidy(() => {
        const x = Array.isArray(inputs) ? inputs[0] : inputs;
        return kwargs.training ? train(this, x) : infer(this, x);
      });
    };
  },
};

function train(layer: BatchNormalization, x: tf.Tensor): tf.Tensor {
  const { y, mean, variance } = isFused(layer, x) ? fused(layer, x) : composed(layer, x);
  const count = x.size / mean.size;
  moveTowards(layer.movingMean, mean, layer.momentum);
  if (count > 1) moveTowards(layer.movingVariance, variance, layer.momentum, count / (count - 1));
  return y;
}

function infer(layer: BatchNormalization, x: tf.Tensor): tf.Tensor {
  return normalised(layer, x, layer.movingMean.read(), layer.movingVariance.read());
}

const channelAxis = ({ axis }: BatchNormalization, { rank }: tf.Tensor) =>
  axis < 0 ? axis + rank : axis;

/** Second derivatives are left to operations that have them. */
function isFused(layer: BatchNormalization, x: tf.Tensor): boolean {
  return (
    hasKernel(BATCH_NORM_TRAINING) &&
    tf.engine().state.gradientDepth <= 1 &&
    channelAxis(layer, x) === x.rank - 1 &&
    x.dtype === 'float32' &&
    x.size > 0
  );
}

function fused({ gamma, beta, epsilon }: BatchNormalization, x: tf.Tensor): Normalised {
  const channels = x.shape.slice(-1);
  const scale = gamma?.read() ?? tf.ones(channels);
  const offset = beta?.read() ?? tf.zeros(channels);
  const [y, mean, variance] = tf
    .engine()
    .runKernel(
      BATCH_NORM_TRAINING,
      { x, scale, offset },
      { varianceEpsilon: epsilon },
    ) as tf.Tensor[];
  return { y, mean, variance };
}

function composed(layer: BatchNormalization, x: tf.Tensor): Normalised {
  const axis = channelAxis(layer, x);
  const others = x.shape.map((_, i) => i).filter((i) => i !== axis);
  const { mean, variance } = tf.moments(x, others);
  return { y: normalised(layer, x, mean, variance), mean, variance };
}

function normalised(
  layer: BatchNormalization,
  x: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
): tf.Tensor {
  const axis = channelAxis(layer, x);
  const [gamma, beta] = [layer.gamma?.read(), layer.beta?.read()];
  if (axis === x.rank - 1 && x.rank <= 4) {
    return tf.batchNorm(
      x,
      mean as tf.Tensor1D,
      variance as tf.Tensor1D,
      beta as tf.Tensor1D | undefined,
      gamma as tf.Tensor1D | undefined,
      layer.epsilon,
    );
  }
  const shape = x.shape.map((length, i) => (i === axis ? length : 1));
  const alongAxis = (vector: tf.Tensor) => tf.reshape(vector, shape);
  const perDeviation = tf.rsqrt(tf.add(variance, layer.epsilon));
  const scale = gamma ? tf.mul(perDeviation, gamma) : perDeviation;
  const unit = tf.mul(tf.sub(x, alongAxis(mean)), alongAxis(scale));
  return beta ? tf.add(unit, alongAxis(beta)) : unit;
}

/** average ← momentum·average + (1 − momentum)·factor·value */
function moveTowards(average: Weight, value: tf.Tensor, momentum: number, factor = 1): void {
  const kept = tf.mul(average.read(), momentum);
  average.write(tf.add(kept, tf.mul(value, (1 - momentum) * factor)));
}

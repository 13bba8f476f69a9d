import * as tf from '../../tf';

interface Weight {
  read(): tf.Tensor;
  write(value: tf.Tensor): void;
}

/** What tfjs's batch-normalisation layer is made of, as far as training needs it. */
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

/** The kernel that the layer runs where the engine has it. */
export const BATCH_NORM_TRAINING = 'BatchNormTraining';

let fused = false;

/**
 * In training, tfjs's batch-normalisation layer composes moments and normalisation of a dozen
 * kernels, and their gradients of two dozen. This lets it run one of each, where the engine has them;
 * elsewhere the layer does what it did.
 */
export function fuseBatchNormalizationLayer(): void {
  if (fused) return;
  fused = true;
  const [layer] = tf.serialization.SerializationMap.getMap().classNameMap.BatchNormalization;
  const prototype = layer.prototype as unknown as { call: Call };
  const composed = prototype.call;
  prototype.call = function (inputs, kwargs) {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    return kwargs.training && isSupported(this, x)
      ? train(this, x)
      : composed.call(this, inputs, kwargs);
  };
}

/** Second derivatives are left to tfjs. */
function isSupported(layer: BatchNormalization, x: tf.Tensor): boolean {
  return (
    tf.getKernel(BATCH_NORM_TRAINING, tf.getBackend()) != null &&
    tf.engine().state.gradientDepth <= 1 &&
    (layer.axis === -1 || layer.axis === x.rank - 1) &&
    x.dtype === 'float32' &&
    x.size > 0
  );
}

function train(layer: BatchNormalization, x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const channels = x.shape.slice(-1);
    const scale = layer.gamma?.read() ?? tf.ones(channels);
    const offset = layer.beta?.read() ?? tf.zeros(channels);
    const [y, mean, variance] = tf
      .engine()
      .runKernel(
        BATCH_NORM_TRAINING,
        { x, scale, offset },
        { varianceEpsilon: layer.epsilon },
      ) as tf.Tensor[];
    moveTowards(layer.movingMean, mean, layer.momentum);
    moveTowards(layer.movingVariance, variance, layer.momentum);
    return y;
  });
}

function moveTowards(average: Weight, value: tf.Tensor, momentum: number): void {
  const before = average.read();
  average.write(tf.sub(before, tf.mul(tf.sub(before, value), 1 - momentum)));
}

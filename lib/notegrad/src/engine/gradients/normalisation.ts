import * as tf from '../tfjs';
import { sliceAxis } from './along-axis';
import { sumTo } from './broadcasting';
import { hasKernel, isDifferentiatedAgain } from './register';

/** Kernels beside tfjs's own, which an engine may have, for what is otherwise many operations. */
export const BATCH_NORM_GRADIENT = 'FusedBatchNormGrad';
export const BATCH_NORM_TRAINING = 'BatchNormTraining';
export const BATCH_NORM_TRAINING_GRADIENT = 'BatchNormTrainingGrad';

function runMany(kernelName: string, inputs: object, attrs: object): tf.Tensor[] {
  return tf.engine().runKernel(kernelName, inputs as tf.NamedTensorMap, attrs as tf.NamedAttrMap);
}

/** Whether x and its vectors, one float a channel each, are what the fused kernels take. */
function isByChannel(x: tf.Tensor, vectors: readonly (tf.Tensor | undefined)[]): boolean {
  const isVector = (v: tf.Tensor | undefined) =>
    v?.dtype === 'float32' && v.rank === 1 && v.shape[0] === x.shape[x.rank - 1];
  return x.dtype === 'float32' && x.size > 0 && vectors.every(isVector);
}

/** For moments and parameters of any shapes that can be broadcast to that of x. */
const batchNorm: tf.GradConfig = {
  kernelName: tf.FusedBatchNorm,
  inputsToSave: ['x', 'mean', 'variance', 'scale'],
  gradFunc: (given, saved, attrs) => {
    const dy = given as tf.Tensor;
    const [x, mean, variance, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor?];
    const isFused =
      hasKernel(BATCH_NORM_GRADIENT) &&
      !isDifferentiatedAgain() &&
      isByChannel(x, [mean, variance, scale]);
    if (isFused) {
      const inputs = { dy, x, mean, variance, scale };
      const [dx, dMean, dVariance, dScale, dOffset] = runMany(BATCH_NORM_GRADIENT, inputs, attrs);
      return {
        x: () => dx,
        mean: () => dMean,
        variance: () => dVariance,
        scale: () => dScale,
        offset: () => dOffset,
      };
    }
    const perDeviation = tf.rsqrt(tf.add(variance, Number(attrs.varianceEpsilon)));
    const centred = tf.sub(x, mean);
    const scaled = scale == null ? dy : tf.mul(dy, scale);
    const dx = tf.mul(scaled, perDeviation);
    const cube = tf.mul(tf.mul(perDeviation, perDeviation), perDeviation);
    return {
      x: () => sumTo(dx, x.shape),
      mean: () => tf.neg(sumTo(dx, mean.shape)),
      variance: () => tf.mul(sumTo(tf.mul(scaled, tf.mul(centred, cube)), variance.shape), -0.5),
      scale: () => sumTo(tf.mul(dy, tf.mul(centred, perDeviation)), mean.shape),
      offset: () => sumTo(dy, mean.shape),
    };
  },
};

/** (x − mean) / √(variance + ε) · scale + offset with the moments of the batch, by channel. */
function normalised(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: number): tf.Tensor {
  const axes = Array.from({ length: x.rank - 1 }, (_, axis) => axis);
  const { mean, variance } = tf.moments(x, axes, true);
  const unit = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(unit, scale), offset);
}

/** The batch's moments are outputs that only the running moments see: x's gradient has them in it. */
const batchNormTraining: tf.GradConfig = {
  kernelName: BATCH_NORM_TRAINING,
  inputsToSave: ['x', 'scale'],
  outputsToSave: [false, true, true],
  gradFunc: (dys, [x, scale, mean, variance], attrs) => {
    const [dy] = dys as tf.Tensor[];
    const [dx, dScale, dOffset] = isDifferentiatedAgain()
      ? tf.grads((a, b, c) => normalised(a, b, c, Number(attrs.varianceEpsilon)))(
          [x, scale, tf.zerosLike(scale)],
          dy,
        )
      : runMany(BATCH_NORM_TRAINING_GRADIENT, { dy, x, mean, variance, scale }, attrs);
    return { x: () => dx, scale: () => dScale, offset: () => dOffset };
  },
};

/** x / (bias + α Σ x²)ᵝ, the sum over the channels near by. */
function localResponse(x: tf.Tensor, attrs: tf.NamedAttrMap): tf.Tensor {
  const { depthRadius, bias, alpha, beta } = attrs as unknown as tf.LRNAttrs;
  const channels = x.shape[x.rank - 1];
  const around: [number, number][] = [
    [0, 0],
    [0, 0],
    [0, 0],
    [depthRadius, depthRadius],
  ];
  const squares = tf.pad(tf.square(x), around);
  const sums = Array.from({ length: 2 * depthRadius + 1 }, (_, i) =>
    sliceAxis(squares, 3, i, channels),
  );
  const norm = tf.add(tf.mul(tf.addN(sums), alpha), bias);
  return tf.mul(x, tf.exp(tf.mul(tf.log(norm), -beta)));
}

const firstOrderLrn = tf.getGradient(tf.LRN);

const lrn: tf.GradConfig = {
  ...firstOrderLrn,
  gradFunc: (dy, saved, attrs) => {
    if (!isDifferentiatedAgain()) return firstOrderLrn.gradFunc(dy, saved, attrs);
    return { x: () => tf.grad((x) => localResponse(x, attrs))(saved[0], dy as tf.Tensor) };
  },
};

/** Normalisations by batch and by channels near by. */
export const normalisationGradients: tf.GradConfig[] = [batchNorm, batchNormTraining, lrn];

import * as tf from '../../tf';
import { BATCH_NORM_TRAINING, fuseBatchNormalizationLayer } from './batch-normalization-layer';
import { type NativeCall, nativeKernel, UNSUPPORTED } from './native-kernel';

/** Kernels beside tfjs's own, for what it composes of many. */
const BATCH_NORM_GRADIENT = 'FusedBatchNormGrad';
const BATCH_NORM_TRAINING_GRADIENT = 'BatchNormTrainingGrad';

/** Whether x and its parameters, one float a channel each, are what the operations take. */
function isSupported(x: tf.TensorInfo, vectors: readonly tf.TensorInfo[]): boolean {
  const channels = x.shape.at(-1);
  const isVector = ({ dtype, shape }: tf.TensorInfo) =>
    dtype === 'float32' && shape.length === 1 && shape[0] === channels;
  return x.dtype === 'float32' && tf.util.sizeFromShape(x.shape) > 0 && vectors.every(isVector);
}

function sizes(x: tf.TensorInfo, attrs: tf.NamedAttrMap): number[] {
  const channels = x.shape[x.shape.length - 1];
  return [tf.util.sizeFromShape(x.shape) / channels, channels, Number(attrs.varianceEpsilon)];
}

/** x, mean, variance, scale?, offset? → y, as tfjs's own kernel. */
function batchNorm({ inputs, attrs, backend }: NativeCall) {
  const { x, mean, variance, scale, offset } = inputs;
  const vectors = [mean, variance, scale, offset].filter((vector) => vector != null);
  if (!isSupported(x, vectors)) return UNSUPPORTED;
  const y = backend.allocate(x.shape, 'float32');
  const params = [...sizes(x, attrs), Number(scale != null), Number(offset != null)];
  backend.run('batchNorm', [x, ...vectors], [y], params);
  return y;
}

/** x, scale, offset → y, mean, variance of the batch. */
function batchNormTraining({ inputs: { x, scale, offset }, attrs, backend }: NativeCall) {
  const shapes = [x.shape, scale.shape, scale.shape];
  const outputs = shapes.map((shape) => backend.allocate(shape, 'float32'));
  backend.run('batchNormTraining', [x, scale, offset], outputs, sizes(x, attrs));
  return outputs;
}

/** dy, x, mean, variance, scale → dx and the gradients of the vectors. */
function gradient(op: string, vectorGradients: number) {
  return ({ inputs: { dy, x, mean, variance, scale }, attrs, backend }: NativeCall) => {
    const shapes = [x.shape, ...new Array<number[]>(vectorGradients).fill(scale.shape)];
    const outputs = shapes.map((shape) => backend.allocate(shape, 'float32'));
    backend.run(op, [dy, x, mean, variance, scale], outputs, sizes(x, attrs));
    return outputs;
  };
}

const training = nativeKernel(BATCH_NORM_TRAINING, batchNormTraining);

/** Batch normalisation. */
export const normalisationKernels: tf.KernelConfig[] = [
  nativeKernel(tf.FusedBatchNorm, batchNorm),
  nativeKernel(BATCH_NORM_GRADIENT, gradient('batchNormGrad', 4)),
  { ...training, setupFunc: fuseBatchNormalizationLayer },
  nativeKernel(BATCH_NORM_TRAINING_GRADIENT, gradient('batchNormTrainingGrad', 2)),
];

function run(kernelName: string, inputs: object, attrs: object): tf.Tensor[] {
  return tf.engine().runKernel(kernelName, inputs as tf.NamedTensorMap, attrs as tf.NamedAttrMap);
}

const tfjsGradient = tf.getGradient(tf.FusedBatchNorm);

/** tfjs's own, but in one call where the engine has it and no second derivative is asked for. */
const batchNormGradient: tf.GradConfig = {
  ...tfjsGradient,
  gradFunc: (dy, saved, attrs) => {
    const [x, mean, variance, scale] = saved;
    const fused =
      tf.getKernel(BATCH_NORM_GRADIENT, tf.getBackend()) != null &&
      tf.engine().state.gradientDepth === 0 &&
      isSupported(x, [mean, variance, scale]);
    if (!fused) return tfjsGradient.gradFunc(dy, saved, attrs);
    const inputs = { dy: dy as tf.Tensor, x, mean, variance, scale };
    const [dx, dMean, dVariance, dScale, dOffset] = run(BATCH_NORM_GRADIENT, inputs, attrs);
    return {
      x: () => dx,
      mean: () => dMean,
      variance: () => dVariance,
      scale: () => dScale,
      offset: () => dOffset,
    };
  },
};

/** The batch's moments are not differentiated again: x's gradient has them in it. */
const batchNormTrainingGradient: tf.GradConfig = {
  kernelName: BATCH_NORM_TRAINING,
  inputsToSave: ['x', 'scale'],
  outputsToSave: [false, true, true],
  gradFunc: (dy, saved, attrs) => {
    const [x, scale, mean, variance] = saved;
    const inputs = { dy: (dy as tf.Tensor[])[0], x, mean, variance, scale };
    const [dx, dScale, dOffset] = run(BATCH_NORM_TRAINING_GRADIENT, inputs, attrs);
    return { x: () => dx, scale: () => dScale, offset: () => dOffset };
  },
};

export const normalisationGradients: tf.GradConfig[] = [
  batchNormGradient,
  batchNormTrainingGradient,
];

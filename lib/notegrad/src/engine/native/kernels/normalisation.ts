import {
  BATCH_NORM_GRADIENT,
  BATCH_NORM_TRAINING,
  BATCH_NORM_TRAINING_GRADIENT,
} from '../../gradients/normalisation';
import * as tf from '../../tf';
import type { BatchNormTrainingName, NormalisationParams } from '../backend/operations';
import { type NativeCall, nativeKernel, UNSUPPORTED } from './native-kernel';

/** Whether x and its parameters, one float a channel each, are what the operations take. */
function isSupported(x: tf.TensorInfo, vectors: readonly tf.TensorInfo[]): boolean {
  const channels = x.shape.at(-1);
  const isVector = ({ dtype, shape }: tf.TensorInfo) =>
    dtype === 'float32' && shape.length === 1 && shape[0] === channels;
  return x.dtype === 'float32' && tf.util.sizeFromShape(x.shape) > 0 && vectors.every(isVector);
}

function sizes(x: tf.TensorInfo, attrs: tf.NamedAttrMap): NormalisationParams {
  const channels = x.shape[x.shape.length - 1];
  const rows = tf.util.sizeFromShape(x.shape) / channels;
  return { rows, channels, epsilon: Number(attrs.varianceEpsilon) };
}

/** x, mean, variance, scale?, offset? → y, as tfjs's own kernel. */
function batchNorm({ inputs, attrs, backend }: NativeCall) {
  const { x, mean, variance, scale, offset } = inputs;
  const vectors = [mean, variance, scale, offset].filter((vector) => vector != null);
  if (!isSupported(x, vectors)) return UNSUPPORTED;
  const y = backend.allocate(x.shape, 'float32');
  backend.run('batchNorm', [x, ...vectors], [y], {
    normalisation: sizes(x, attrs),
    hasScale: scale != null,
    hasOffset: offset != null,
  });
  return y;
}

/** x, scale, offset → y, mean, variance of the batch. */
function batchNormTraining({ inputs: { x, scale, offset }, attrs, backend }: NativeCall) {
  const shapes = [x.shape, scale.shape, scale.shape];
  const outputs = shapes.map((shape) => backend.allocate(shape, 'float32'));
  backend.run('batchNormTraining', [x, scale, offset], outputs, { normalisation: sizes(x, attrs) });
  return outputs;
}

/** dy, x, mean, variance, scale → dx and the gradients of the vectors. */
function gradient(op: BatchNormTrainingName, vectorGradients: number) {
  return ({ inputs: { dy, x, mean, variance, scale }, attrs, backend }: NativeCall) => {
    const shapes = [x.shape, ...new Array<number[]>(vectorGradients).fill(scale.shape)];
    const outputs = shapes.map((shape) => backend.allocate(shape, 'float32'));
    backend.run(op, [dy, x, mean, variance, scale], outputs, { normalisation: sizes(x, attrs) });
    return outputs;
  };
}

/** Batch normalisation. */
export const normalisationKernels: tf.KernelConfig[] = [
  nativeKernel(tf.FusedBatchNorm, batchNorm),
  nativeKernel(BATCH_NORM_GRADIENT, gradient('batchNormGrad', 4)),
  nativeKernel(BATCH_NORM_TRAINING, batchNormTraining),
  nativeKernel(BATCH_NORM_TRAINING_GRADIENT, gradient('batchNormTrainingGrad', 2)),
];

import * as tf from '../../tf';
import type { Activation, EpilogueParams } from '../backend/operations';
import { UNSUPPORTED } from './native-kernel';

/** What tfjs lets follow a product or a convolution in one kernel. */
export interface Epilogue {
  /** Bias and prelu's slopes, those that there are. */
  readonly inputs: readonly tf.TensorInfo[];
  readonly params: EpilogueParams;
}

/** By tfjs's names. */
const activations: Readonly<Record<string, Activation>> = {
  linear: 'linear',
  relu: 'relu',
  relu6: 'relu6',
  elu: 'elu',
  leakyrelu: 'leakyRelu',
  sigmoid: 'sigmoid',
  prelu: 'prelu',
};

export const noEpilogue: Epilogue = {
  inputs: [],
  params: { hasBias: false, activation: 'linear', alpha: 0, slopePerChannel: false },
};

/** The epilogue of a fused kernel, whose bias and slopes are one a channel (or one slope for all). */
export function fusedEpilogue(
  { bias, preluActivationWeights: slopes }: tf.NamedTensorInfoMap,
  { activation: name, leakyreluAlpha }: tf.NamedAttrMap,
  channels: number,
): Epilogue | typeof UNSUPPORTED {
  const activation = activations[(name ?? 'linear') as string];
  if (activation === undefined || (bias != null && !isVector(bias, channels))) return UNSUPPORTED;
  const inputs = bias == null ? [] : [bias];
  const params = {
    hasBias: bias != null,
    activation,
    alpha: Number(leakyreluAlpha ?? 0),
    slopePerChannel: false,
  };
  if (activation !== 'prelu' || slopes == null) return { inputs, params };
  const isShared = slopes.dtype === 'float32' && tf.util.sizeFromShape(slopes.shape) === 1;
  if (!isShared && !isVector(slopes, channels)) return UNSUPPORTED;
  return { inputs: [...inputs, slopes], params: { ...params, slopePerChannel: !isShared } };
}

/** One float a channel, in the last axis. */
function isVector({ dtype, shape }: tf.TensorInfo, channels: number): boolean {
  const size = tf.util.sizeFromShape(shape);
  return dtype === 'float32' && shape.at(-1) === channels && size === channels;
}

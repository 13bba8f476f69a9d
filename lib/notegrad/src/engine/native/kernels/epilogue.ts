import * as tf from '../../tf';
import { UNSUPPORTED } from './native-kernel';

/** What tfjs lets follow a product or a convolution in one kernel. */
export interface Epilogue {
  /** Bias and prelu's slopes, those that there are. */
  readonly inputs: readonly tf.TensorInfo[];
  /** hasBias, activation, alpha, slopeStep, as the operations take them. */
  readonly params: readonly number[];
}

/** The numbers of lib/notegrad/addon/convolution/activation.h. */
const activations: Readonly<Record<string, number>> = {
  linear: 0,
  relu: 1,
  relu6: 2,
  elu: 3,
  leakyrelu: 4,
  sigmoid: 5,
  prelu: 6,
};

export const noEpilogue: Epilogue = { inputs: [], params: [0, 0, 0, 0] };

/** The epilogue of a fused kernel, whose bias and slopes are one a channel (or one slope for all). */
export function fusedEpilogue(
  { bias, preluActivationWeights: slopes }: tf.NamedTensorInfoMap,
  { activation, leakyreluAlpha }: tf.NamedAttrMap,
  channels: number,
): Epilogue | typeof UNSUPPORTED {
  const code = activations[(activation ?? 'linear') as string];
  if (code === undefined || (bias != null && !isVector(bias, channels))) return UNSUPPORTED;
  const inputs = bias == null ? [] : [bias];
  const params = [inputs.length, code, Number(leakyreluAlpha ?? 0)];
  if (code !== activations.prelu || slopes == null) return { inputs, params: [...params, 0] };
  const shared = slopes.dtype === 'float32' && tf.util.sizeFromShape(slopes.shape) === 1;
  if (!shared && !isVector(slopes, channels)) return UNSUPPORTED;
  return { inputs: [...inputs, slopes], params: [...params, Number(!shared)] };
}

/** One float a channel, in the last axis. */
function isVector({ dtype, shape }: tf.TensorInfo, channels: number): boolean {
  const size = tf.util.sizeFromShape(shape);
  return dtype === 'float32' && shape.at(-1) === channels && size === channels;
}

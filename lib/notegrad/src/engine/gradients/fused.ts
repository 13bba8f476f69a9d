import * as tf from '../tfjs';

const theirs = tf.fused;

type ConvolutionArgs = Parameters<typeof tf.fused.conv2d>[0];
type MatMulArgs = Parameters<typeof tf.fused.matMul>[0];

const isOnTape = () => tf.engine().state.gradientDepth > 0;

/** tfjs takes a product apart by itself before any other activation while gradients are taken. */
const isLinear = ({ activation }: { readonly activation?: string | null }) =>
  (activation ?? 'linear') === 'linear';

function withBias(y: tf.Tensor, bias: tf.Tensor | tf.TensorLike | undefined): tf.Tensor {
  return bias == null ? y : tf.add(y, bias);
}

/**
 * tfjs's fused operations, taken apart where gradients are taken. tfjs gives the fused ones a custom
 * gradient: it refuses what the parts can do (dilated convolutions, those that round their number of
 * windows, broadcast batches), has no second derivative, and nobody can tell whether it does the same
 * at each step. The values are the same.
 */
export const fused: typeof tf.fused = {
  conv2d: ((args: ConvolutionArgs) => {
    const { x, filter, strides, pad, dataFormat, dilations, dimRoundingMode, bias } = args;
    if (!isOnTape() || !isLinear(args)) return theirs.conv2d(args);
    const y = tf.conv2d(x, filter, strides, pad, dataFormat, dilations, dimRoundingMode);
    return withBias(y, dataFormat === 'NCHW' ? alongChannels(bias) : bias);
  }) as typeof tf.fused.conv2d,

  depthwiseConv2d: ((args: ConvolutionArgs) => {
    const { x, filter, strides, pad, dataFormat, dilations, dimRoundingMode, bias } = args;
    if (!isOnTape() || !isLinear(args)) {
      return theirs.depthwiseConv2d(args as Parameters<typeof tf.fused.depthwiseConv2d>[0]);
    }
    return withBias(
      tf.depthwiseConv2d(x, filter, strides, pad as 'same', dataFormat, dilations, dimRoundingMode),
      bias,
    );
  }) as typeof tf.fused.depthwiseConv2d,

  matMul: (args: MatMulArgs) => {
    const { a, b, transposeA, transposeB, bias } = args;
    const batches = [a, b].map((x) => (x instanceof tf.Tensor ? x.shape.slice(0, -2) : []));
    const isApart = isOnTape() || !tf.util.arraysEqual(batches[0], batches[1]);
    if (!isLinear(args) || !isApart) return theirs.matMul(args);
    return withBias(tf.matMul(a, b, transposeA, transposeB), bias);
  },
};

function alongChannels(bias: tf.Tensor | tf.TensorLike | undefined): tf.Tensor | undefined {
  if (bias == null) return undefined;
  const vector = bias instanceof tf.Tensor ? bias : tf.tensor(bias);
  return vector.rank === 1 ? tf.reshape(vector, [vector.size, 1, 1]) : vector;
}

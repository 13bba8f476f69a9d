import { loneAxes } from '../cpu/products';
import * as tf from '../tf';
import { isOneEach } from './fused-product';
import { type Call, floats } from './kernel';
import { areAsManyAsFit, convolutionWindows, poolingWindows } from './windows';

type Condition = (call: Call) => boolean;

// Their sums leave out windows that count.
const hasWrongBounds: Condition = () => true;
// Their maximum begins at the smallest positive number instead of −∞: it is never below 0.
const hasWrongMaximum: Condition = () => true;
const isChannelsFirst: Condition = ({ attrs }) => attrs.dataFormat === 'NCHW';
const hasOddBias = ({ inputs: { bias }, backend }: Call, numChannels: number): boolean =>
  bias != null && !isOneEach(backend, bias, numChannels);
const isNotFloat: Condition = ({ inputs: { a, b } }) =>
  a.dtype !== 'float32' || b.dtype !== 'float32';

// XNNPACK computes how many windows there are by itself, writes beyond the output where these are
// more than tfjs thinks, and does not pool single pixels at all.
const isOddConvolution: Condition = ({ inputs: { x, filter }, attrs }) =>
  attrs.dataFormat === 'NCHW' || !areAsManyAsFit(convolutionWindows(attrs, x.shape, filter.shape));
const isOddDepthwise: Condition = ({ inputs: { x, filter }, attrs }) =>
  !areAsManyAsFit(convolutionWindows(attrs, x.shape, filter.shape, true));
const isOddPool: Condition = ({ inputs: { x }, attrs }) => {
  const windows = poolingWindows(attrs, x.shape);
  const { filterHeight, filterWidth, padInfo } = windows;
  const isPixelwise = filterHeight === 1 && filterWidth === 1;
  const seesOnlyPadding =
    Math.max(padInfo.top, padInfo.bottom) >= filterHeight ||
    Math.max(padInfo.left, padInfo.right) >= filterWidth;
  return isPixelwise || seesOnlyPadding || !areAsManyAsFit(windows);
};
const isEmptyReduction: Condition = ({ inputs: { x } }) => x.shape.includes(0);
const isOddPrelu: Condition = ({ inputs: { x, alpha } }) => {
  const isFloat = x.dtype === 'float32' && alpha.dtype === 'float32';
  const numChannels = x.shape.at(-1);
  const isByChannel =
    alpha.shape.at(-1) === numChannels && tf.util.sizeFromShape(alpha.shape) === numChannels;
  return !isFloat || !isByChannel || alpha.shape.length > x.shape.length;
};
const leavesTensor: Condition = ({ inputs: { x }, attrs }) => {
  const { begin, size } = attrs as { begin: number[]; size: number[] };
  const [from, count] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size);
  return x.shape.some((length, axis) => from[axis] + count[axis] > length);
};

/** XNNPACK's maxima pass over NaN. */
const hasNan: Condition = ({ inputs: { x }, backend }) => {
  for (const value of floats(backend, x)) if (Number.isNaN(value)) return true;
  return false;
};
const isByChannel: Condition = ({ inputs: { x, mean, variance, scale, offset } }) =>
  [mean, variance, scale, offset].every(
    (vector) => vector == null || (vector.shape.length === 1 && vector.shape[0] === x.shape.at(-1)),
  );
// They divide by the whole window, at the borders too.
const hasWrongShares: Condition = () => true;

/** When the wasm backend's own kernel throws, aborts or is wrong, by kernel. */
const limits: Record<string, Condition> = {
  All: isEmptyReduction,
  Any: isEmptyReduction,
  AvgPool: isOddPool,
  AvgPool3DGrad: hasWrongShares,
  BatchMatMul: isNotFloat,
  Bincount: ({ inputs: { x } }) => x.shape.length > 1,
  Cast: ({ attrs: { dtype } }) => dtype === 'bool' || dtype === 'complex64',
  Conv2D: isOddConvolution,
  Conv2DBackpropFilter: isChannelsFirst,
  Conv2DBackpropInput: isChannelsFirst,
  Conv3DBackpropFilterV2: hasWrongBounds,
  Conv3DBackpropInputV2: hasWrongBounds,
  DepthwiseConv2dNative: isOddDepthwise,
  Dilation2D: hasWrongMaximum,
  Dilation2DBackpropFilter: hasWrongMaximum,
  Dilation2DBackpropInput: hasWrongMaximum,
  Einsum: ({ attrs }) => loneAxes(attrs.equation as string).some((axes) => axes.length > 0),
  FusedConv2D: (call) => isOddConvolution(call) || hasOddBias(call, call.inputs.filter.shape[3]),
  FusedDepthwiseConv2D: (call) =>
    isOddDepthwise(call) ||
    hasOddBias(call, call.inputs.filter.shape[2] * call.inputs.filter.shape[3]),
  FusedBatchNorm: (call) => !isByChannel(call),
  FloorDiv: ({ inputs: { a } }) => a.dtype !== 'int32',
  Max: isEmptyReduction,
  MaxPool3D: hasWrongMaximum,
  MaxPool3DGrad: hasWrongMaximum,
  MaxPoolWithArgmax: hasWrongMaximum,
  MaxPool: (call) => isOddPool(call) || call.inputs.x.dtype !== 'float32' || hasNan(call),
  Mean: isEmptyReduction,
  Min: isEmptyReduction,
  Prelu: isOddPrelu,
  Prod: isEmptyReduction,
  Slice: leavesTensor,
  Sum: isEmptyReduction,
  UnsortedSegmentSum: ({ inputs: { segmentIds } }) => segmentIds.shape.length !== 1,
  _FusedMatMul: isNotFloat,
};

/** Kernels that only name the same values anew, whatever these are. */
const ofAnyDtype = new Set(['ExpandDims', 'Identity', 'Reshape']);

/** Whether a call is beyond the wasm backend's own kernel of that name. */
export function isBeyond(kernelName: string, call: Call): boolean {
  if (ofAnyDtype.has(kernelName)) return false;
  for (const tensor of Object.values(call.inputs).flat()) {
    if (tensor?.dtype === 'string' || tensor?.dtype === 'complex64') return true;
  }
  return limits[kernelName]?.(call) ?? call.attrs?.dtype === 'string';
}

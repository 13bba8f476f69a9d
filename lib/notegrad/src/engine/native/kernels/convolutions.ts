import * as tf from '../../tf';
import { type Epilogue, fusedEpilogue, noEpilogue } from './epilogue';
import { type NativeCall, nativeKernel, UNSUPPORTED } from './native-kernel';
import { isSupportedWindow, type WindowInfo, windowParams } from './windows';

type Shape4D = [number, number, number, number];

/** The convolution's geometry, or `UNSUPPORTED` where tfjs itself has to compute or complain. */
function geometry(
  inShape: number[],
  filterShape: number[],
  attrs: tf.NamedAttrMap,
  depthwise: boolean,
  tensors: readonly tf.TensorInfo[],
): WindowInfo | typeof UNSUPPORTED {
  const { strides, dilations, pad, dimRoundingMode, dataFormat } = attrs;
  const window = tf.backend_util.computeConv2DInfo(
    inShape as Shape4D,
    filterShape as Shape4D,
    strides as [number, number],
    (dilations ?? 1) as [number, number],
    pad as 'same',
    dimRoundingMode as 'floor' | undefined,
    depthwise,
    dataFormat === 'NCHW' && !depthwise ? 'channelsFirst' : 'channelsLast',
  );
  const isFloat = tensors.every(({ dtype }) => dtype === 'float32');
  return isFloat && isSupportedWindow(window) ? window : UNSUPPORTED;
}

function convolution(
  { inputs: { x, filter }, attrs, backend }: NativeCall,
  depthwise: boolean,
  epilogueFor: (channels: number) => Epilogue | typeof UNSUPPORTED = () => noEpilogue,
): tf.TensorInfo | typeof UNSUPPORTED {
  const window = geometry(x.shape, filter.shape, attrs, depthwise, [x, filter]);
  if (window === UNSUPPORTED) return UNSUPPORTED;
  const epilogue = epilogueFor(window.outChannels);
  if (epilogue === UNSUPPORTED) return UNSUPPORTED;
  const y = backend.allocate(window.outShape, 'float32');
  const params = { window: windowParams(window), depthwise, epilogue: epilogue.params };
  backend.run('conv2d', [x, filter, ...epilogue.inputs], [y], params);
  return y;
}

function fused(call: NativeCall, depthwise: boolean): tf.TensorInfo | typeof UNSUPPORTED {
  return convolution(call, depthwise, (channels) =>
    fusedEpilogue(call.inputs, call.attrs, channels),
  );
}

/** tfjs differentiates undilated convolutions only, and takes a dy that is larger than the output. */
function isPlain(dy: tf.TensorInfo, window: WindowInfo, attrs: tf.NamedAttrMap): boolean {
  const isUndilated = tf.backend_util.tupleValuesAreOne(
    (attrs.dilations ?? 1) as number | number[],
  );
  return isUndilated && tf.util.arraysEqual(dy.shape, window.outShape);
}

function inputGradient(
  { inputs: { dy, filter }, attrs, backend }: NativeCall,
  depthwise: boolean,
): tf.TensorInfo | typeof UNSUPPORTED {
  const inputShape = attrs.inputShape as number[];
  const window = geometry(inputShape, filter.shape, attrs, depthwise, [dy, filter]);
  if (window === UNSUPPORTED || !isPlain(dy, window, attrs)) return UNSUPPORTED;
  const dx = backend.allocate(inputShape, 'float32');
  const params = { window: windowParams(window), depthwise };
  backend.run('conv2dInputGradient', [dy, filter], [dx], params);
  return dx;
}

function filterGradient(
  { inputs: { x, dy }, attrs, backend }: NativeCall,
  depthwise: boolean,
): tf.TensorInfo | typeof UNSUPPORTED {
  const filterShape = attrs.filterShape as number[];
  const window = geometry(x.shape, filterShape, attrs, depthwise, [x, dy]);
  if (window === UNSUPPORTED || !isPlain(dy, window, attrs)) return UNSUPPORTED;
  const dFilter = backend.allocate(filterShape, 'float32');
  const params = { window: windowParams(window), depthwise, withBias: false };
  backend.run('conv2dKernelGradient', [x, dy], [dFilter], params);
  return dFilter;
}

/** Convolutions of images and their gradients; transposed convolution is an input's gradient. */
export const convolutionKernels: tf.KernelConfig[] = [
  nativeKernel(tf.Conv2D, (call) => convolution(call, false)),
  nativeKernel(tf.FusedConv2D, (call) => fused(call, false)),
  nativeKernel(tf.Conv2DBackpropInput, (call) => inputGradient(call, false)),
  nativeKernel(tf.Conv2DBackpropFilter, (call) => filterGradient(call, false)),
  nativeKernel(tf.DepthwiseConv2dNative, (call) => convolution(call, true)),
  nativeKernel(tf.FusedDepthwiseConv2D, (call) => fused(call, true)),
  nativeKernel(tf.DepthwiseConv2dNativeBackpropInput, (call) => inputGradient(call, true)),
  nativeKernel(tf.DepthwiseConv2dNativeBackpropFilter, (call) => filterGradient(call, true)),
];

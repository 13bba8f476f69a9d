import * as tf from '../../tf';
import type { PoolName } from '../backend/operations';
import { type NativeCall, nativeKernel, reshaped, UNSUPPORTED } from './native-kernel';
import { isSupportedWindow, type WindowInfo, windowParams } from './windows';

/** The windows of a pooling, or `UNSUPPORTED` where tfjs itself has to compute or complain. */
function geometry(x: tf.TensorInfo, attrs: tf.NamedAttrMap): WindowInfo | typeof UNSUPPORTED {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const window = tf.backend_util.computePool2DInfo(
    x.shape as [number, number, number, number],
    filterSize as [number, number],
    strides as [number, number],
    1,
    pad as 'same',
    dimRoundingMode as 'floor' | undefined,
  );
  return x.dtype === 'float32' && isSupportedWindow(window) ? window : UNSUPPORTED;
}

function isIdentity(w: WindowInfo): boolean {
  const onePixel = w.filterHeight === 1 && w.filterWidth === 1;
  return onePixel && tf.util.arraysEqual(w.inShape, w.outShape);
}

function pool(
  op: PoolName,
  { inputs: { x }, attrs, backend }: NativeCall,
): tf.TensorInfo | typeof UNSUPPORTED {
  const window = geometry(x, attrs);
  if (window === UNSUPPORTED) return UNSUPPORTED;
  if (isIdentity(window)) return reshaped(x, x.shape, backend);
  const y = backend.allocate(window.outShape, 'float32');
  backend.run(op, [x], [y], { window: windowParams(window) });
  return y;
}

function poolGradient(
  op: PoolName,
  { inputs: { dy, input }, attrs, backend }: NativeCall,
  needsInput: boolean,
): tf.TensorInfo | typeof UNSUPPORTED {
  const window = geometry(input, attrs);
  if (window === UNSUPPORTED || dy.dtype !== 'float32') return UNSUPPORTED;
  const dx = backend.allocate(input.shape, 'float32');
  backend.run(op, needsInput ? [dy, input] : [dy], [dx], { window: windowParams(window) });
  return dx;
}

/** Maximum and average of windows. */
export const poolingKernels: tf.KernelConfig[] = [
  nativeKernel(tf.MaxPool, (call) => pool('maxPool', call)),
  nativeKernel(tf.MaxPoolGrad, (call) => poolGradient('maxPoolGrad', call, true)),
  nativeKernel(tf.AvgPool, (call) => pool('avgPool', call)),
  nativeKernel(tf.AvgPoolGrad, (call) => poolGradient('avgPoolGrad', call, false)),
];

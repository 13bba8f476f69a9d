import {
  addAveragePoolGradient,
  addMaxPoolGradient,
  maxPool,
  type PoolingWindows,
} from '../pooling-windows';
import * as tf from '../tfjs';
import { type Kernel, valuesOf } from './kernel';

type Shape4D = [number, number, number, number];
type Shape5D = [number, number, number, number, number];

function windowsOf({ shape }: tf.TensorInfo, attrs: tf.NamedAttrMap): PoolingWindows {
  if (shape.length === 5) {
    const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.MaxPool3DAttrs;
    return tf.backend_util.computePool3DInfo(
      shape as Shape5D,
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
  }
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.MaxPoolAttrs;
  return tf.backend_util.computePool2DInfo(
    shape as Shape4D,
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

/** tfjs takes windows of one pixel, as many as there are pixels, for these, wherever the windows lie. */
function isIdentity({ filterHeight, filterWidth, outShape }: PoolingWindows, x: tf.TensorInfo) {
  const isPixelwise = x.shape.length === 4 && filterHeight === 1 && filterWidth === 1;
  return isPixelwise && tf.util.arraysEqual(x.shape, outShape);
}

/** Maxima of windows, NaN included. */
export const maxPoolKernel: Kernel = (call) => {
  const { x } = call.inputs;
  const windows = windowsOf(x, call.attrs);
  if (isIdentity(windows, x))
    return call.backend.makeTensorInfo(x.shape, x.dtype, valuesOf(call, x).slice());
  const size = tf.util.sizeFromShape(windows.outShape);
  const y = tf.util.getTypedArrayFromDType(x.dtype as 'float32', size);
  maxPool(y, valuesOf(call, x), windows);
  return call.backend.makeTensorInfo(windows.outShape, x.dtype, y);
};

/** The gradient of what `maxPoolKernel` computes. */
export const maxPoolGradientKernel: Kernel = (call) => {
  const { dy, input } = call.inputs;
  const dx = new Float32Array(tf.util.sizeFromShape(input.shape));
  const windows = windowsOf(input, call.attrs);
  addMaxPoolGradient(dx, valuesOf(call, input), valuesOf(call, dy), windows);
  return call.backend.makeTensorInfo(input.shape, 'float32', dx);
};

/** The gradient of the averages of the pixels that are in the image. */
export const averagePoolGradientKernel: Kernel = (call) => {
  const { dy, input } = call.inputs;
  const dx = new Float32Array(tf.util.sizeFromShape(input.shape));
  addAveragePoolGradient(dx, valuesOf(call, dy), windowsOf(input, call.attrs));
  return call.backend.makeTensorInfo(input.shape, 'float32', dx);
};

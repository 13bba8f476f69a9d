import * as tf from '../../tf';
import type { ResizeName, ResizeParams } from '../backend/operations';
import { nativeKernel, opName, UNSUPPORTED } from './native-kernel';

function params(
  [batch, inHeight, inWidth, channels]: number[],
  [outHeight, outWidth]: number[],
  { alignCorners, halfPixelCenters }: tf.NamedAttrMap,
): ResizeParams {
  return {
    ...{ batch, inHeight, inWidth, channels, outHeight, outWidth },
    alignCorners: Boolean(alignCorners),
    halfPixelCenters: Boolean(halfPixelCenters),
  };
}

function resize(kernelName: string): tf.KernelConfig {
  return nativeKernel(kernelName, ({ inputs: { images }, attrs, backend }) => {
    const [batch, height, width, channels] = images.shape;
    if (images.dtype !== 'float32' || height * width === 0) return UNSUPPORTED;
    const size = attrs.size as [number, number];
    const y = backend.allocate([batch, ...size, channels], 'float32');
    backend.run(opName<ResizeName>(kernelName), [images], [y], params(images.shape, size, attrs));
    return y;
  });
}

/**
 * tfjs's cpu backend has these wrong: the nearest pixel's for more than one image, the bilinear's
 * shape for images that are not square, and both with `halfPixelCenters`.
 */
function resizeGradient(kernelName: string): tf.KernelConfig {
  return nativeKernel(kernelName, ({ inputs: { images, dy }, attrs, backend }) => {
    const [, height, width] = images.shape;
    const isFloat = images.dtype === 'float32' && dy.dtype === 'float32';
    if (!isFloat || height * width === 0) return UNSUPPORTED;
    const dx = backend.allocate(images.shape, 'float32');
    const size = dy.shape.slice(1, 3);
    backend.run(opName<ResizeName>(kernelName), [dy], [dx], params(images.shape, size, attrs));
    return dx;
  });
}

/** Images brought to another size. */
export const upsamplingKernels: tf.KernelConfig[] = [
  resize(tf.ResizeNearestNeighbor),
  resize(tf.ResizeBilinear),
  resizeGradient(tf.ResizeNearestNeighborGrad),
  resizeGradient(tf.ResizeBilinearGrad),
];

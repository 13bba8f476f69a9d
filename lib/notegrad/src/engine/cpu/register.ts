import * as tf from '@tensorflow/tfjs';
import { ownKernels } from '../own-kernels';
import { addBilinearGradient, addNearestGradient, type ResizeOptions } from '../resize-gradient';
import { batchNormalization } from './batch-normalization';
import { withEqualShapes } from './complex';
import { type Kernel, replace, valuesOf } from './kernel';
import { withAllAxes, withPositiveAxis } from './mended-calls';
import { averagePoolGradientKernel, maxPoolGradientKernel, maxPoolKernel } from './pooling';
import { batchMatMul, einsum } from './products';

let isMended = false;

/**
 * Adds to tfjs's plain JavaScript backend what it lacks, and puts right what it has wrong, on which the other engines fall back: see
 * `differences.ts`. It is done when the library is imported.
 */
export function mendCpuKernels(): void {
  if (isMended) return;
  isMended = true;
  replace(tf.ResizeNearestNeighborGrad, () => resizeGradient(addNearestGradient));
  replace(tf.ResizeBilinearGrad, () => resizeGradient(addBilinearGradient));
  for (const kernelName of [tf.MaxPool, tf.MaxPool3D]) replace(kernelName, () => maxPoolKernel);
  for (const kernelName of [tf.MaxPoolGrad, tf.MaxPool3DGrad]) {
    replace(kernelName, () => maxPoolGradientKernel);
  }
  for (const kernelName of [tf.AvgPoolGrad, tf.AvgPool3DGrad]) {
    replace(kernelName, () => averagePoolGradientKernel);
  }
  replace(tf.FusedBatchNorm, batchNormalization);
  replace(tf.BatchMatMul, batchMatMul);
  replace(tf.Einsum, einsum);
  for (const kernelName of [tf.Add, tf.Sub, tf.Multiply]) replace(kernelName, withEqualShapes);
  replace(tf.StridedSlice, withAllAxes);
  for (const kernelName of [tf.Cumsum, tf.Cumprod]) replace(kernelName, withPositiveAxis);
  for (const kernel of ownKernels('cpu')) tf.registerKernel(kernel);
}

function resizeGradient(addGradient: typeof addNearestGradient): Kernel {
  return (call) => {
    const { dy, images } = call.inputs;
    const { alignCorners, halfPixelCenters } = call.attrs as unknown as ResizeOptions;
    const dx = new Float32Array(tf.util.sizeFromShape(images.shape));
    addGradient(dx, {
      shape: images.shape,
      yShape: dy.shape,
      dy: valuesOf(call, dy),
      alignCorners,
      halfPixelCenters,
    });
    return call.backend.makeTensorInfo(images.shape, 'float32', dx);
  };
}

import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { addBilinearGradient, addNearestGradient, type ResizeOptions } from '../resize-gradient';
import * as tf from '../tf';

/**
 * Puts right what tfjs's plain JavaScript backend has wrong: the gradients of resizing more than one
 * image, so that what trains on the other engines trains there as well.
 */
export function mendCpuKernels(): void {
  replace(tf.ResizeNearestNeighborGrad, addNearestGradient);
  replace(tf.ResizeBilinearGrad, addBilinearGradient);
}

function replace(kernelName: string, addGradient: typeof addNearestGradient): void {
  tf.unregisterKernel(kernelName, 'cpu');
  tf.registerKernel({
    kernelName,
    backendName: 'cpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, images } = inputs as Record<string, tf.TensorInfo>;
      const cpu = backend as MathBackendCPU;
      const { alignCorners, halfPixelCenters } = attrs as unknown as ResizeOptions;
      const dx = new Float32Array(tf.util.sizeFromShape(images.shape));
      addGradient(dx, {
        shape: images.shape,
        yShape: dy.shape,
        dy: cpu.data.get(dy.dataId).values as Float32Array,
        alignCorners,
        halfPixelCenters,
      });
      return cpu.makeTensorInfo(images.shape, 'float32', dx);
    },
  });
}

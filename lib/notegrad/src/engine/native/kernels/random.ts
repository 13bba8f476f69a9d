import { RANDOM_KERNELS, type RandomAttrs, sequence } from '../../random-kernels';
import * as tf from '../../tf';
import { type NativeCall, nativeKernel, opName } from './native-kernel';

function random(kernelName: string): tf.KernelConfig {
  const op = opName(kernelName);
  return nativeKernel(kernelName, ({ attrs, backend }: NativeCall) => {
    const { shape, params, seed } = attrs as unknown as RandomAttrs;
    const size = tf.util.sizeFromShape(shape);
    const y = backend.allocate(shape, 'float32');
    if (seed === null) {
      const generator = backend.residentTensor(sequence, [4]);
      if (size > 0) backend.run(op, [generator], [y, generator], [size, 1, ...params]);
    } else {
      const dataId = backend.write(Int32Array.from(seed), [4], 'int32');
      backend.run(op, [{ dataId, shape: [4], dtype: 'int32' }], [y], [size, 0, ...params]);
      backend.disposeData(dataId);
    }
    return y;
  });
}

/** Tensors of random numbers. */
export const randomKernels: tf.KernelConfig[] = Object.values(RANDOM_KERNELS).map(random);

import type { Distribution } from '../../philox';
import { RANDOM_KERNELS, type RandomAttrs, sequence } from '../../random-kernels';
import * as tf from '../../tf';
import type { OperationParams } from '../backend/operations';
import { type NativeCall, nativeKernel } from './native-kernel';

/** The operation of each distribution. */
interface Operations {
  uniform: 'randomUniform';
  normal: 'randomNormal';
  truncatedNormal: 'truncatedNormal';
  dropoutMask: 'dropoutMask';
}

function random<Name extends keyof Distribution>(
  name: Name,
  op: Operations[Name],
  paramsOf: (
    params: Distribution[Name],
    drawn: { readonly count: number; readonly advances: boolean },
  ) => OperationParams[Operations[Name]],
): tf.KernelConfig {
  return nativeKernel(RANDOM_KERNELS[name], ({ attrs, backend }: NativeCall) => {
    const { shape, params, seed } = attrs as unknown as RandomAttrs;
    const own = params as Distribution[Name];
    const count = tf.util.sizeFromShape(shape);
    const y = backend.allocate(shape, 'float32');
    if (seed === null) {
      const generator = backend.residentTensor(sequence, [4]);
      const advancing = paramsOf(own, { count, advances: true });
      if (count > 0) backend.run(op, [generator], [y, generator], advancing);
    } else {
      const dataId = backend.write(Int32Array.from(seed), [4], 'int32');
      const generator: tf.TensorInfo = { dataId, shape: [4], dtype: 'int32' };
      backend.run(op, [generator], [y], paramsOf(own, { count, advances: false }));
      backend.disposeData(dataId);
    }
    return y;
  });
}

/** Tensors of random numbers. */
export const randomKernels: tf.KernelConfig[] = [
  random('uniform', 'randomUniform', ([least, range], drawn) => ({ ...drawn, least, range })),
  random('normal', 'randomNormal', ([mean, deviation], drawn) => ({ ...drawn, mean, deviation })),
  random('truncatedNormal', 'truncatedNormal', ([mean, deviation], drawn) => ({
    ...drawn,
    mean,
    deviation,
  })),
  random('dropoutMask', 'dropoutMask', ([kept], drawn) => ({ ...drawn, kept })),
];

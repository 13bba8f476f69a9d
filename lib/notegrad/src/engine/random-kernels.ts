import { advance, type Distribution, draw } from './philox';
import { ResidentInts } from './resident-ints';
import * as tf from './tfjs';

/** A kernel's name, by what it fills a tensor with. */
export const RANDOM_KERNELS: Readonly<Record<keyof Distribution, string>> = {
  uniform: 'RandomUniform',
  normal: 'RandomNormal',
  truncatedNormal: 'TruncatedNormal',
  dropoutMask: 'DropoutMask',
};

export interface RandomAttrs {
  readonly shape: number[];
  /** Of the distribution. */
  readonly params: readonly number[];
  /** A generator for this tensor alone. Null: the sequence's, which advances. */
  readonly seed: readonly number[] | null;
}

/** The generator of all calls without a seed. */
export const sequence: ResidentInts = new ResidentInts(new Int32Array(4));

/** The next tensor's values are others. */
export function drawNext<Name extends keyof Distribution>(
  name: Name,
  params: Distribution[Name],
  count: number,
): Float32Array {
  const generator = sequence.values;
  const values = draw(generator, name, params, count);
  if (count > 0) advance(generator);
  return values;
}

/** The kernels in JavaScript, for backends that have none of their own. */
export function randomKernels(backendName: string): tf.KernelConfig[] {
  return Object.entries(RANDOM_KERNELS).map(([distribution, kernelName]) => {
    const name = distribution as keyof Distribution;
    const kernelFunc: tf.KernelFunc = ({ attrs, backend }) => {
      const { shape, params, seed } = attrs as unknown as RandomAttrs;
      const own = params as Distribution[typeof name];
      const size = tf.util.sizeFromShape(shape);
      const values =
        seed === null ? drawNext(name, own, size) : draw(Int32Array.from(seed), name, own, size);
      const dataId = (backend as tf.KernelBackend).write(values, shape, 'float32');
      return { dataId, shape, dtype: 'float32' };
    };
    return { kernelName, backendName, kernelFunc };
  });
}

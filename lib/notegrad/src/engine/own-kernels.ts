import { optimizerKernels } from './optimizer-kernels';
import { randomKernels } from './random-kernels';
import type * as tf from './tfjs';

/** The kernels that tfjs has not and every engine needs, for backends that have no better ones. */
export function ownKernels(backendName: string): tf.KernelConfig[] {
  return [...randomKernels(backendName), ...optimizerKernels(backendName)];
}

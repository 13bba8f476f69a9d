import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '../tfjs';

/** A kernel's call on tfjs's plain JavaScript backend, or one that keeps its tensors as it does. */
export interface Call {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: tf.NamedAttrMap;
  readonly backend: MathBackendCPU;
}

export type Kernel = (call: Call) => tf.TensorInfo;
type AnyKernel = (call: Call) => tf.TensorInfo | tf.TensorInfo[];

/** Puts `kernel` in the place of what the cpu backend has under that name. */
export function replace(kernelName: string, kernel: (theirs: Kernel) => AnyKernel): void {
  const theirs = tf.getKernel(kernelName, 'cpu');
  tf.unregisterKernel(kernelName, 'cpu');
  tf.registerKernel({
    ...theirs,
    kernelFunc: kernel(theirs.kernelFunc as unknown as Kernel) as unknown as tf.KernelFunc,
  });
}

export function valuesOf({ backend }: Call, { dataId }: tf.TensorInfo): Float32Array {
  return backend.data.get(dataId).values as Float32Array;
}

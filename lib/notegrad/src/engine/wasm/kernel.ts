import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '../tf';

/** What a kernel is called with, typed for the wasm backend. */
export interface Call {
  readonly inputs: Record<string, tf.TensorInfo>;
  readonly attrs: Record<string, unknown>;
  readonly backend: BackendWasm;
}

export type Kernel = (call: Call) => tf.TensorInfo | tf.TensorInfo[];

/** Puts `kernel` in the place of what the wasm backend has under that name, if anything. */
export function register(kernelName: string, kernel: Kernel): void {
  const replaced = tf.getKernel(kernelName, 'wasm');
  if (replaced) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    ...replaced,
    kernelName,
    backendName: 'wasm',
    kernelFunc: kernel as unknown as tf.KernelFunc,
  });
}

/**
 * The steps of a kernel made of other kernels: what each returns is freed when the work is done,
 * but for the result.
 */
export class Steps {
  private readonly temporaries: tf.TensorInfo[] = [];

  constructor(readonly backend: BackendWasm) {}

  /** Runs the wasm backend's kernel of that name. */
  run(kernelName: string, inputs: Call['inputs'], attrs: Call['attrs'] = {}): tf.TensorInfo {
    const { kernelFunc } = tf.getKernel(kernelName, 'wasm');
    const output = (kernelFunc as unknown as Kernel)({ inputs, attrs, backend: this.backend });
    return this.own(output as tf.TensorInfo);
  }

  /** Has `tensor` freed in the end. */
  own(tensor: tf.TensorInfo): tf.TensorInfo {
    this.temporaries.push(tensor);
    return tensor;
  }

  reshape(x: tf.TensorInfo, shape: number[]): tf.TensorInfo {
    return this.run('Reshape', { x }, { shape });
  }

  /** The permuted tensor; where only axes of size 1 move, without touching the values. */
  transpose(x: tf.TensorInfo, perm: number[]): tf.TensorInfo {
    const moved = perm.filter((axis) => x.shape[axis] !== 1);
    const shape = perm.map((axis) => x.shape[axis]);
    const keepsOrder = moved.every((axis, i) => i === 0 || moved[i - 1] < axis);
    return keepsOrder ? this.reshape(x, shape) : this.run('Transpose', { x }, { perm });
  }

  /** Frees all but `result`, which may share its values with an input. */
  finish({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
    this.backend.incRef(dataId);
    for (const temporary of this.temporaries) this.backend.disposeData(temporary.dataId);
    return { dataId, shape, dtype };
  }
}

/** A tensor of zeros, and its values in wasm's memory: valid until the next allocation there. */
export function zeros(
  backend: BackendWasm,
  shape: number[],
): { readonly output: tf.TensorInfo; readonly values: Float32Array } {
  const output = backend.makeOutput(shape, 'float32');
  return { output, values: floats(backend, output).fill(0) };
}

/** The values of a float32 tensor in wasm's memory: valid until the next allocation there. */
export function floats(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}

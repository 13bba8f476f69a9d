import { existsSync } from 'node:fs';
import util from 'node:util';
import { EngineError } from '../errors';
import { ownKernels } from './own-kernels';
import * as tf from './tf';

interface NodeBackend {
  readonly isUsingGpuDevice: boolean;
}

/** Whether the system shows an NVIDIA GPU: loading TensorFlow only to find none takes seconds. */
export function hasNvidiaDevice(): boolean {
  return ['/dev/nvidia0', '/dev/dxg'].some((device) => existsSync(device));
}

/**
 * Loads the package @tensorflow/tfjs-node-gpu and makes it compute.
 *
 * @param gpu whether only a GPU will do
 * @returns a description of the engine
 * @throws when the package or TensorFlow's library is missing, or a GPU is asked for and none is seen
 */
export function loadTfjsNode({ gpu }: { gpu: boolean }): string {
  try {
    require.resolve('@tensorflow/tfjs-node-gpu');
  } catch {
    throw new EngineError(
      '@tensorflow/tfjs-node-gpu is not installed (npm install, with a network)',
    );
  }
  // The package calls it, and Node 23 took it away.
  (util as { isNullOrUndefined?: unknown }).isNullOrUndefined ??= (value: unknown) => value == null;
  try {
    require('@tensorflow/tfjs-node-gpu');
    for (const kernel of ownKernels('tensorflow')) {
      if (tf.getKernel(kernel.kernelName, 'tensorflow') == null) tf.registerKernel(kernel);
    }
    tf.setBackend('tensorflow');
  } catch (error) {
    throw new EngineError(`TensorFlow's library does not load: ${(error as Error).message}`);
  }
  const { isUsingGpuDevice } = tf.backend() as unknown as NodeBackend;
  if (gpu && !isUsingGpuDevice) throw new EngineError('TensorFlow sees no GPU');
  return `tfjs-node-gpu (TensorFlow, ${isUsingGpuDevice ? 'GPU' : 'CPU'})`;
}

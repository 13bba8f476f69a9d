import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { registerNative } from '../../lib/notegrad/src/engine/native/register';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../lib/notegrad/src/engine/wasm/load';

export const ENGINES = ['cpu', 'native', 'wasm'] as const;

export type EngineUnderTest = (typeof ENGINES)[number];

/** Makes all three ready in this process. */
export async function loadEngines(): Promise<void> {
  tf.enableProdMode();
  registerNative();
  await loadWasm();
  poisonNewMemory(tf.backend() as BackendWasm);
}

/** NaN in what is allocated shows a kernel that reads what it has not written. */
function poisonNewMemory(backend: BackendWasm): void {
  const allocate = backend.makeOutput;
  backend.makeOutput = (shape, dtype, memoryOffset, values) => {
    const output = allocate.call(backend, shape, dtype, memoryOffset, values);
    if (dtype === 'float32' && memoryOffset == null && values == null) {
      backend.typedArrayFromHeap(output).fill(Number.NaN);
    }
    return output;
  };
}

/** Runs `work` on one engine and disposes what it left there. */
export async function on<T>(engine: EngineUnderTest, work: () => T | Promise<T>): Promise<T> {
  await tf.setBackend(engine);
  tf.engine().startScope();
  try {
    return await work();
  } finally {
    tf.engine().endScope();
    tf.disposeVariables();
  }
}

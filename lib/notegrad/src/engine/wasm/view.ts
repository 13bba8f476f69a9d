import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type * as tf from '../tf';

/**
 * A tensor of its own on a part of the memory of `x`, to `forget` after use: the wasm backend knows
 * it under another id.
 *
 * @param offset where it begins, in float32 values. Default 0.
 */
export function viewOf(
  backend: BackendWasm,
  x: tf.TensorInfo,
  shape: number[],
  offset = 0,
): tf.TensorInfo {
  const { memoryOffset } = backend.dataIdMap.get(x.dataId);
  const bytes = offset * Float32Array.BYTES_PER_ELEMENT;
  return backend.makeOutput(shape, 'float32', memoryOffset + bytes);
}

/** Drops a view without freeing the memory, which is another tensor's. */
export function forget(backend: BackendWasm, { dataId }: tf.TensorInfo): void {
  backend.wasm.tfjs.disposeData(backend.dataIdMap.get(dataId).id);
  backend.dataIdMap.delete(dataId);
}

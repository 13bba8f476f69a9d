import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type * as tf from '../tf';
import type { Kernel } from './kernel';

/** Values below or above the bounds become the bounds; NaN stays NaN, unlike in the wasm backend. */
export const clipByValue: Kernel = ({ inputs: { x }, attrs, backend }) =>
  clip(backend, x, attrs.clipValueMin as number, attrs.clipValueMax as number);

export const relu6: Kernel = ({ inputs: { x }, backend }) => clip(backend, x, 0, 6);

function clip(backend: BackendWasm, x: tf.TensorInfo, min: number, max: number): tf.TensorInfo {
  const output = backend.makeOutput(x.shape, x.dtype);
  const [values, clipped] = [x, output].map((tensor) => backend.typedArrayFromHeap(tensor));
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    clipped[i] = value < min ? min : value > max ? max : value;
  }
  return output;
}

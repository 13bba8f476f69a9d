import type * as tf from '../tf';
import type { Call } from './kernel';

/** Values below or above the bounds become the bounds; NaN stays NaN. */
export function clipByValue({ inputs: { x }, attrs, backend }: Call): tf.TensorInfo {
  const [min, max] = [attrs.clipValueMin as number, attrs.clipValueMax as number];
  const output = backend.makeOutput(x.shape, x.dtype);
  const [values, clipped] = [x, output].map((tensor) => backend.typedArrayFromHeap(tensor));
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    clipped[i] = value < min ? min : value > max ? max : value;
  }
  return output;
}

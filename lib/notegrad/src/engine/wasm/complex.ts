import type { Kernel } from './kernel';

/** [re0, im0, re1, im1, …] → [[re0, re1, …], [im0, im1, …]]. */
export function splitComplex(values: Float32Array): [real: Float32Array, imag: Float32Array] {
  const part = (offset: number) =>
    Float32Array.from({ length: values.length / 2 }, (_, i) => values[2 * i + offset]);
  return [part(0), part(1)];
}

/** Joins a real and an imaginary part; wasm's memory holds them interleaved. */
export const complex: Kernel = ({ inputs: { real, imag }, backend }) => {
  const re = backend.readSync(real.dataId) as Float32Array;
  const im = backend.readSync(imag.dataId) as Float32Array;
  const values = new Float32Array(2 * re.length);
  re.forEach((value, i) => {
    values[2 * i] = value;
    values[2 * i + 1] = im[i];
  });
  return backend.makeOutput(real.shape, 'complex64', undefined, values);
};

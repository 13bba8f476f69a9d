/** Numbers that stand row by row: [count, width]. */
export type Rows = Uint8Array | Uint16Array | Int32Array | Float32Array | Float64Array;

/** The rows of a [count, width] array at these indices, in this order: a copy. */
export function rows<T extends Rows>(values: T, width: number, indices: ArrayLike<number>): T {
  const selected = emptyLike(values, indices.length * width);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] * width;
    selected.set(values.subarray(from, from + width), i * width);
  }
  return selected;
}

function emptyLike<T extends Rows>(values: T, length: number): T;
function emptyLike(values: Rows, length: number): Rows {
  if (values instanceof Float64Array) return new Float64Array(length);
  if (values instanceof Float32Array) return new Float32Array(length);
  if (values instanceof Int32Array) return new Int32Array(length);
  return values instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);
}

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '../tf';
import type { Call } from './kernel';

/** The part of `x` of the given size that begins at `begin`; reads no more of x than that. */
export function slice({ inputs: { x }, attrs, backend }: Call): tf.TensorInfo {
  const { begin, size } = attrs as { begin: number[]; size: number[] };
  const [from, count] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size);
  return copyPart(backend, x, from, count);
}

/** Takes x apart along an axis, which is gone in the parts. */
export function unpack({ inputs: { value }, attrs, backend }: Call): tf.TensorInfo[] {
  const axis = tf.util.parseAxisParam(attrs.axis as number, value.shape)[0];
  const shape = value.shape.toSpliced(axis, 1);
  const parts = splitAlong(backend, value, axis, new Array(value.shape[axis]).fill(1));
  return parts.map((part) => ({ ...part, shape }));
}

/** Cuts x along an axis into parts of equal or given sizes. */
export function splitV({ inputs: { x }, attrs, backend }: Call): tf.TensorInfo[] {
  const axis = tf.util.parseAxisParam(attrs.axis as number, x.shape)[0];
  const sizes = tf.backend_util.prepareSplitSize(
    x as tf.Tensor,
    attrs.numOrSizeSplits as number | number[],
    axis,
  );
  return splitAlong(backend, x, axis, sizes);
}

function splitAlong(
  backend: BackendWasm,
  x: tf.TensorInfo,
  axis: number,
  sizes: number[],
): tf.TensorInfo[] {
  let start = 0;
  return sizes.map((length) => {
    const from = x.shape.map((_, i) => (i === axis ? start : 0));
    const count = x.shape.map((whole, i) => (i === axis ? length : whole));
    start += length;
    return copyPart(backend, x, from, count);
  });
}

/** Copies a part of x, run by run: a run lies in one piece in x's memory. */
function copyPart(
  backend: BackendWasm,
  x: tf.TensorInfo,
  from: number[],
  count: number[],
): tf.TensorInfo {
  const output = backend.makeOutput(count, x.dtype);
  const size = tf.util.sizeFromShape(count);
  if (size === 0) return output;
  const values = backend.typedArrayFromHeap(x);
  const part = backend.typedArrayFromHeap(output);
  const strides = [...tf.util.computeStrides(x.shape), 1];

  const partial = x.shape.findLastIndex((length, axis) => count[axis] !== length);
  const axis = Math.max(0, partial);
  const runLength = tf.util.sizeFromShape(count.slice(axis));
  const place = from.slice();
  for (let start = 0; start < size; start += runLength) {
    let offset = 0;
    for (let i = 0; i < place.length; i++) offset += place[i] * strides[i];
    part.set(values.subarray(offset, offset + runLength), start);
    for (let i = axis - 1; i >= 0 && ++place[i] === from[i] + count[i]; i--) place[i] = from[i];
  }
  return output;
}

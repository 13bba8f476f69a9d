import type * as tf from '../engine/tf';

/** Numbers in nested lists, as deep as a tensor has axes. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** What can be compared number by number. */
export type Numbers =
  | tf.Tensor
  | NestedNumbers
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array;

/** Values in rows, and the shape that they have. */
export interface ShapedNumbers {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
}

/**
 * The values and the shape of a tensor, a number or lists of them.
 *
 * @throws what the values are instead, in words, where they are no such thing: that is a finding of a
 * test, and not an error of it
 */
export function shapedNumbers(numbers: Numbers): ShapedNumbers | string {
  if (typeof numbers === 'number') return { values: [numbers], shape: [] };
  if (isTensor(numbers)) {
    if (numbers.isDisposed) return 'a tensor that is disposed';
    if (numbers.dtype === 'string' || numbers.dtype === 'complex64')
      return `a tensor of ${numbers.dtype}`;
    const { shape } = numbers;
    const values: unknown = numbers.dataSync();
    // What only looks like a tensor may be of any shape that it is asked for.
    if (!isShape(shape) || !ArrayBuffer.isView(values)) return 'an object that is no tensor';
    return { values: values as Float32Array, shape };
  }
  if (ArrayBuffer.isView(numbers)) return { values: numbers, shape: [numbers.length] };
  if (!Array.isArray(numbers)) return described(numbers);
  const values: number[] = [];
  const shape: number[] = [];
  const visit = (item: unknown, depth: number): string | undefined => {
    if (typeof item === 'number') {
      if (depth !== shape.length) return 'lists of different depths';
      values.push(item);
      return undefined;
    }
    if (!Array.isArray(item)) return `a list with ${described(item)} in it`;
    if (values.length > 0 && depth >= shape.length) return 'lists of different depths';
    shape[depth] ??= item.length;
    if (shape[depth] !== item.length) return 'lists of different lengths';
    for (const one of item) {
      const wrong = visit(one, depth + 1);
      if (wrong) return wrong;
    }
    return undefined;
  };
  return visit(numbers, 0) ?? { values, shape };
}

/** Tensors of any copy of tfjs, and whatever else has a tensor's shape and values. */
export function isTensor(value: unknown): value is tf.Tensor {
  return typeof value === 'object' && value !== null && 'shape' in value && 'dataSync' in value;
}

/** Whether this is a list of sizes, and not what behaves like one. */
export function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isInteger(size));
}

/** A value in a few words. */
export function described(value: unknown): string {
  if (isTensor(value)) return `a tensor of shape ${shown(value.shape)}`;
  if (value === null || value === undefined) return String(value);
  if (value instanceof Promise) return 'a promise (is an await missing?)';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return `${typeof value === 'string' ? JSON.stringify(value) : String(value)}`;
}

export function shown(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => size ?? '?').join(', ')}]`;
}

/** A value in a few words, for a message that refuses it: `a tensor of shape [3,2]`, `a promise`. */
export function described(value: unknown): string {
  if (isTensor(value)) {
    return value.isDisposed ? 'a disposed tensor' : `a tensor of shape [${value.shape}]`;
  }
  if (value instanceof Promise) return 'a promise';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) {
    if (Symbol.asyncIterator in value) return 'an asynchronous iterable';
    const { name } = value.constructor ?? Object;
    return name === 'Object' ? 'an object' : `an object of class ${name}`;
  }
  return value === undefined || value === null ? String(value) : `the ${typeof value} ${value}`;
}

interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly isDisposed: boolean;
}

/** A tensor of any copy of tfjs, none of which is loaded to tell. */
export function isTensor(value: unknown): value is TensorLike {
  return (
    typeof value === 'object' &&
    value !== null &&
    'shape' in value &&
    'dataSync' in value &&
    'isDisposed' in value
  );
}

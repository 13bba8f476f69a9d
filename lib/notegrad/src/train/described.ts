import * as tf from '../engine/tf';

/** A value in a few words, for a message that refuses it: `a tensor of shape [3,2]`, `a promise`. */
export function described(value: unknown): string {
  if (value instanceof tf.Tensor) {
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

import { EngineError } from '../errors';
import type * as tf from './tfjs';

const number = (count: number): string => count.toLocaleString('en-GB');

/**
 * Refuses values that are not as many as the shape says.
 *
 * @throws EngineError naming the shape and both numbers.
 */
export function checkLength(values: ArrayLike<unknown>, shape: readonly number[]): void {
  const size = shape.reduce((product, length) => product * length, 1);
  if (values.length === size) return;
  throw new EngineError(
    `a tensor of shape [${shape}] has ${number(size)} elements: ${number(values.length)} are given` +
      ' (of an array of tensors, tf.stack makes one tensor)',
  );
}

/**
 * Makes a tensor's array, or what needs one.
 *
 * @throws EngineError naming the shape where no array can be so long.
 */
export function withRoomFor<T>(shape: readonly number[], dtype: tf.DataType, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const size = shape.reduce((product, length) => product * length, 1);
    throw new EngineError(
      `a ${dtype} tensor of shape [${shape}] has ${number(size)} elements: ` +
        'more than fit an array, or the memory that is left',
    );
  }
}

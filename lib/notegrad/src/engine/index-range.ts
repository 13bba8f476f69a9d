import { EngineError } from '../errors';
import type * as tf from './tfjs';

/**
 * Refuses numbers that are no whole ones from 0 to `count` − 1. It reads them: for engines that keep
 * values in JavaScript's reach. The native engine's operations look at them themselves, at each replay
 * of a recorded step too.
 *
 * @param what what a number is: `label`
 * @throws when one is out of range, naming it
 */
export function refuseOutside(what: string, numbers: tf.Tensor, count: number): void {
  const outside = numbers
    .dataSync()
    .find((number) => !Number.isInteger(number) || number < 0 || number >= count);
  if (outside === undefined) return;
  throw new EngineError(
    `${what} out of range: ${outside} (a whole number from 0 to ${count - 1} is allowed)`,
  );
}

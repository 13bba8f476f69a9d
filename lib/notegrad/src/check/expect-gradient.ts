import { checkFilled, checkFunctions, checkTensors } from '../checks';
import * as tf from '../engine/tf';
import { NotegradError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import { expectClose, expectShape } from './expect-close';
import type { Numbers } from './numbers';

/** How exactly `expectGradient` compares. */
export interface GradientOptions {
  /** What is tested, for the message. Default nothing. */
  readonly what?: string;
  /** The step of the differences, times the size of the input's number where that is above 1. Default 1e-2. */
  readonly step?: number;
  /** Absolute tolerance. Default 1e-3. */
  readonly atol?: number;
  /** Relative tolerance. Default 1e-2. */
  readonly rtol?: number;
  /** At most so many of the input's numbers are changed, spread evenly. Default 64. */
  readonly maxValues?: number;
}

/**
 * Expects a gradient to be that of a function, found by central differences
 * `(f(x + h) − f(x − h)) / 2h`, one number of the input at a time. In 32-bit arithmetic that is good to
 * about three digits.
 *
 * @param f From a tensor to a number, or a tensor of one.
 * @param x Where the gradient is taken.
 * @param gradient Of f at x, of the shape of x.
 * @throws ExpectationError that names the first number of the input by which it is wrong
 */
export function expectGradient(
  f: (x: tf.Tensor) => tf.Tensor | number,
  x: tf.Tensor,
  gradient: Numbers,
  options: GradientOptions = {},
): void {
  const {
    what,
    step = 1e-2,
    atol = 1e-3,
    rtol = 1e-2,
    maxValues = 64,
    ...unknown
  } = optionsOf('expectGradient', options);
  refuseUnknown('expectGradient', unknown);
  checkFunctions({ f }, NotegradError);
  checkTensors({ x }, NotegradError);
  checkFilled({ x }, NotegradError);
  expectShape(gradient, x.shape, { what: what ?? 'the gradient' });
  const at = x.dataSync();
  const found = tf.tidy(() => tf.tensor(flat(gradient), [x.size]).dataSync());
  const count = Math.min(maxValues, x.size);
  const evaluate = (values: Float32Array) =>
    tf.tidy(() => {
      const value = f(tf.tensor(values, x.shape));
      return typeof value === 'number' ? value : value.dataSync()[0];
    });
  for (let k = 0; k < count; k++) {
    const i = Math.floor((k * x.size) / count);
    const [above, below] = [Float32Array.from(at), Float32Array.from(at)];
    const h = step * Math.max(1, Math.abs(at[i]));
    above[i] += h;
    below[i] -= h;
    // What was added is not what is written above: 32 bits hold another number.
    const slope = (evaluate(above) - evaluate(below)) / (above[i] - below[i]);
    const place = `number ${i + 1} of the input`;
    expectClose(found[i], slope, { what: `${what ?? 'the gradient'} by ${place}`, atol, rtol });
  }
}

function flat(numbers: Numbers): number[] {
  if (typeof numbers === 'number') return [numbers];
  if ('dataSync' in numbers) return Array.from(numbers.dataSync());
  return Array.from(numbers as ArrayLike<Numbers>).flatMap(flat);
}

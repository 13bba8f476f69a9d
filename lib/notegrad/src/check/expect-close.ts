import { checkLists } from '../checks';
import { NotegradError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import { fail } from './expectation';
import { isShape, isTensor, type Numbers, shapedNumbers, shown } from './numbers';

/** How close `expectClose` wants numbers to be. */
export interface CloseOptions {
  /** What is compared, for the message. Default nothing. */
  readonly what?: string;
  /** Absolute tolerance. Default 1e-6. */
  readonly atol?: number;
  /** Tolerance relative to the expected value. Default 1e-4, which 32-bit arithmetic keeps. */
  readonly rtol?: number;
}

/**
 * Expects numbers to be close: `|actual − expected| ≤ atol + rtol·|expected|` for each, as NumPy's
 * `allclose` has it, in tensors, lists or numbers of one shape. An infinity is close to itself, NaN to
 * nothing.
 *
 * @throws ExpectationError that names the first and the largest difference
 */
export function expectClose(actual: Numbers, expected: Numbers, options: CloseOptions = {}): void {
  const { what, atol = 1e-6, rtol = 1e-4, ...unknown } = optionsOf('expectClose', options);
  refuseUnknown('expectClose', unknown);
  if (!(atol >= 0 && rtol >= 0))
    throw new NotegradError(`invalid tolerance: atol ${atol}, rtol ${rtol} (from 0)`);
  const wanted = shapedNumbers(expected);
  if (typeof wanted === 'string') throw new NotegradError(`nothing can be close to ${wanted}`);
  const found = shapedNumbers(actual);
  if (typeof found === 'string') fail(what, numbersOf(wanted.shape), found);
  if (shown(found.shape) !== shown(wanted.shape)) {
    fail(what, `shape ${shown(wanted.shape)}`, shown(found.shape));
  }
  let [off, first, largest] = [0, -1, 0];
  for (let i = 0; i < wanted.values.length; i++) {
    const [a, b] = [found.values[i], wanted.values[i]];
    const difference = a === b ? 0 : Math.abs(a - b);
    if (difference <= (Number.isFinite(b) ? atol + rtol * Math.abs(b) : 0)) continue;
    off++;
    if (first < 0) first = i;
    largest = Math.max(largest, difference);
  }
  if (off === 0) return;
  const [a, b] = [found.values[first], wanted.values[first]];
  const place = wanted.shape.length === 0 ? '' : ` at ${shown(indexIn(wanted.shape, first))}`;
  const tolerance = digits(atol + rtol * Math.abs(b));
  const total = wanted.values.length;
  const rest =
    total === 1 ? '' : ` (${off} of ${total} values are off, the largest by ${digits(largest)})`;
  fail(what, `${digits(b)} ± ${tolerance}${place}`, `${digits(a)}${rest}`);
}

/**
 * Expects a tensor, or lists of numbers, of this shape; null stands for any size of an axis.
 *
 * @throws ExpectationError that names both shapes
 */
export function expectShape(
  actual: Numbers,
  shape: readonly (number | null)[],
  options: { readonly what?: string } = {},
): void {
  const { what, ...unknown } = optionsOf('expectShape', options);
  refuseUnknown('expectShape', unknown);
  checkLists({ shape }, NotegradError);
  // A tensor's shape is known without its values.
  const isKnown = isTensor(actual) && isShape(actual.shape);
  const found = isKnown ? actual : shapedNumbers(actual);
  if (typeof found === 'string') fail(what, `shape ${shown(shape)}`, found);
  const own = found.shape;
  const isSame =
    own.length === shape.length && own.every((size, i) => shape[i] === null || shape[i] === size);
  if (!isSame) fail(what, `shape ${shown(shape)}`, shown(own));
}

function numbersOf(shape: readonly number[]): string {
  return shape.length === 0 ? 'a number' : `numbers of shape ${shown(shape)}`;
}

function indexIn(shape: readonly number[], flat: number): readonly number[] {
  const index: number[] = [];
  let rest = flat;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(6)));
}

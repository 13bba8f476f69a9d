import { described } from '../described';
import { PlotError } from '../errors';

/** How an axis may be divided. */
export const SCALES = ['linear', 'log'] as const;

/** Beyond it an axis cannot be divided into steps. */
const LARGEST_RANGE = 1e304;

/**
 * Numbers as a figure stores them: to a ten-thousandth of their range, which no eye can see, and to
 * at least five significant digits, for scales that show any part of it; whole ones stay whole.
 *
 * @throws when their range is so large or small that no axis can show it
 */
export function rounded(values: ArrayLike<number>): number[] {
  const [low, high] = extent(values);
  const range = high > low ? high - low : Math.abs(high) || 1;
  if (range > LARGEST_RANGE || range < 1 / LARGEST_RANGE) {
    throw new PlotError(
      `values from ${low} to ${high} are beyond what an axis can show: scale them`,
    );
  }
  const decimals = Math.max(0, 4 - Math.floor(Math.log10(range)));
  return Array.from(values, (value) => {
    const digits = Math.floor(Math.log10(Math.abs(value))) + 1 + decimals;
    return Number.isFinite(value) && value !== 0
      ? Number(value.toPrecision(Math.max(5, Math.min(17, digits))))
      : value;
  });
}

/** The least and the largest finite value; [NaN, NaN] if there is none. */
export function extent(values: ArrayLike<number>): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return low <= high ? [low, high] : [Number.NaN, Number.NaN];
}

/** The value below which a share of the finite values lies; NaN if there is none. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Array.from(values)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return sorted.length > 0 ? sorted[Math.floor(share * (sorted.length - 1))] : Number.NaN;
}

/** @throws when a value is NaN or infinite, naming the first */
export function assertFinite(values: ArrayLike<number>, name: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]))
      throw new PlotError(`${name}[${i}] is ${values[i]}, not a number to plot`);
  }
}

/** A number for people: about four digits, thousands set off, very small and large ones as 1.2e-7. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e12) {
    return size >= 10_000 ? value.toLocaleString('en-US') : String(value);
  }
  if (size < 1e-3 || size >= 1e9) return value.toExponential(digits - 2).replace('e+', 'e');
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return value.toLocaleString('en-US', {
    minimumFractionDigits: 0,
    maximumFractionDigits: decimals,
    useGrouping: size >= 10_000,
  });
}

/** @throws PlotError for a range that no axis can show; one of a logarithmic axis lies above 0 */
export function checkRange(
  name: string,
  range: readonly [low: number, high: number] | undefined,
  scale: 'linear' | 'log' = 'linear',
): void {
  if (range === undefined) return;
  if (!Array.isArray(range) || range.length !== 2) {
    throw new PlotError(`invalid ${name}: ${described(range)} (expected [low, high])`);
  }
  const [low, high] = range;
  const isShown = Number.isFinite(low) && Number.isFinite(high) && low < high;
  if (isShown && (scale === 'linear' || low > 0)) return;
  const expected =
    scale === 'log' ? ' (from low to high, above 0 on a log axis)' : ' (from low to high)';
  throw new PlotError(`invalid ${name}: ${low} to ${high}${expected}`);
}

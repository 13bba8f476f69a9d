import { formatNumber } from './values';

/**
 * The numbers of one column as text. Each has at most `digits` significant digits; of their
 * decimals, as many are written as the value that needs most of them has: 0.9 beside 0.8846 is
 * 0.9000. A column of whole numbers has none.
 *
 * @param decimals how many decimals each number has, whatever its size; undefined for the rule above
 */
export function numberColumn(
  values: readonly number[],
  digits: number,
  decimals: number | undefined,
): string[] {
  if (decimals !== undefined) return values.map((value) => withDecimals(value, decimals));
  const shortest = values.map((value) => formatNumber(value, digits));
  const needed = Math.max(0, ...shortest.map((text) => (isDecimal(text) ? fraction(text) : 0)));
  return values.map((value, i) => {
    if (needed === 0 || !isDecimal(shortest[i])) return shortest[i];
    const own = value === 0 ? needed : digits - 1 - Math.floor(Math.log10(Math.abs(value)));
    const kept = Math.max(fraction(shortest[i]), Math.min(needed, own));
    return withDecimals(value, Math.max(0, kept));
  });
}

/**
 * Texts filled up with blanks on the right so that their decimal points stand one above the other
 * when they are aligned to the right.
 *
 * @param blanks in place of a digit, and in place of the point
 */
export function alignedAtPoint(
  texts: readonly string[],
  blanks: readonly [digit: string, point: string],
): string[] {
  const rests = texts.map(restOf);
  const longest = Math.max(0, ...rests.map(({ length }) => length));
  return texts.map((text, i) => {
    const missing = longest - rests[i].length;
    if (text === '' || missing === 0) return text;
    return rests[i] === ''
      ? `${text}${blanks[1]}${blanks[0].repeat(missing - 1)}`
      : `${text}${blanks[0].repeat(missing)}`;
  });
}

/** What follows the whole part of a number: `.90 ± 0.02` of `0.90 ± 0.02`, ` ± 3` of `10 ± 3`. */
function restOf(text: string): string {
  return /^[-+−]?\d[\d,]*(.*)$/.exec(text)?.[1] ?? '';
}

/** Letters after the decimal point; 0 where there is none. */
function fraction(text: string): number {
  return /\.(.*)$/.exec(text)?.[1].length ?? 0;
}

/** Neither NaN, nor infinite, nor with an exponent. */
function isDecimal(text: string): boolean {
  return /^-?[\d,]+(\.\d+)?$/.test(text);
}

function withDecimals(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return String(value);
  return value.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    useGrouping: Math.abs(value) >= 10_000,
  });
}

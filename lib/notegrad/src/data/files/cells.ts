/** Whether a cell is a decimal number, finite in double precision: `Number` would also take nothing and `0x10`. */
export function isNumber(cell: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) && Number.isFinite(Number(cell));
}

const AMOUNT =
  /^[+\-−(]?(\p{Sc}|[A-Z]{3} ?)?[+\-−]?(?:\d+|\d{1,3}(?:[,.' _\u00a0\u202f]\d{3})+)(?:[.,]\d+)?\)?\s?([%‰°]?\p{L}*|\p{Sc})$/u;
const NO_FINITE = /^[+\-−]?(?:inf(?:inity)?|∞)$/i;

/**
 * Whether all cells are numbers written for people, in one unit: 50%, $1,200, 1 200 €, (5), −2, 5 kg, inf. As texts
 * they would be categories without an order.
 */
export function areAmounts(cells: readonly string[]): boolean {
  const units = cells.map((cell) => {
    if (isNumber(cell) || NO_FINITE.test(cell)) return '';
    const found = AMOUNT.exec(cell);
    return found && `${found[1] ?? ''}${found[2]}`;
  });
  const named = new Set(units.filter((unit) => unit !== ''));
  return !named.has(null) && named.size <= 1;
}

/** Each text once: numbers by value, others by letters. */
export function distinct(cells: readonly string[]): string[] {
  const different = [...new Set(cells)];
  return different.every(isNumber)
    ? different.sort((a, b) => Number(a) - Number(b))
    : different.sort();
}

/** Whether a whole number, such as an identity, is itself in double precision: 2⁵³ + 1 is not. */
export function isExact(cell: string): boolean {
  return !/^[+-]?\d+$/.test(cell) || BigInt(Number(cell)) === BigInt(cell.replace('+', ''));
}

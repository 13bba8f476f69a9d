/** Whether a cell is a decimal number, finite in double precision: `Number` would also take nothing and `0x10`. */
export function isNumber(cell: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) && Number.isFinite(Number(cell));
}

/** Whether a cell is a number, or one with a sign that a number has none of: 50%, $1,200, 1 200 €. */
export function isAmount(cell: string): boolean {
  return /^[+-]?[$€£¥]?\s?(\d+|\d{1,3}([,.' _\u00a0\u202f]\d{3})+)([.,]\d+)?\s?[%‰$€£¥]?$/.test(
    cell,
  );
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

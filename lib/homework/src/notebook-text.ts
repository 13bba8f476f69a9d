/**
 * A notebook as Jupyter itself saves it (Python's `json`, keys in order), so that saving it there
 * changes nothing.
 */
export function notebookText(notebook: object): string {
  return `${written(notebook, '\n')}\n`;
}

function written(value: unknown, lineBreak: string): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${lineBreak} `;
  if (Array.isArray(value)) {
    return enclosed(
      '[',
      ']',
      value.map((item) => written(item, inner)),
      lineBreak,
    );
  }
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}: ${written(item, inner)}`);
  return enclosed('{', '}', entries, lineBreak);
}

function enclosed(
  open: string,
  close: string,
  items: readonly string[],
  lineBreak: string,
): string {
  if (items.length === 0) return open + close;
  const inner = `${lineBreak} `;
  return `${open}${inner}${items.join(`,${inner}`)}${lineBreak}${close}`;
}

/** Python writes fractions below 0.0001 with an exponent, of two digits at least. */
function numberText(value: number): string {
  const isSmall = value !== 0 && Math.abs(value) < 1e-4;
  const text = isSmall ? value.toExponential() : JSON.stringify(value);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

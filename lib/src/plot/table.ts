import type { Table } from './figure';
import { escapeHtml } from './html';
import { formatNumber } from './values';

/** A danfo DataFrame, as far as it is shown. */
export interface DataFrameLike {
  readonly columns: readonly string[];
  readonly values: ArrayLike<unknown>;
}

export interface TableOptions {
  /** A line above the table. Default none. */
  readonly caption?: string;
  /** Significant digits of numbers that are not whole. Default 4. */
  readonly digits?: number;
  /** Rows shown; the table says how many more there are. Default 30. */
  readonly maxRows?: number;
  /** The columns shown, in this order. Default all. */
  readonly columns?: readonly string[];
}

type Row = Readonly<Record<string, unknown>>;

/**
 * A table of records or of a danfo DataFrame, for `show`: numbers to the right and to sensible
 * digits, all text escaped.
 *
 * @throws when there is no column, or one that is asked for is unknown
 */
export function table(
  rows: readonly Row[] | DataFrameLike,
  { caption, digits = 4, maxRows = 30, columns }: TableOptions = {},
): Table {
  const records = isDataFrame(rows) ? recordsOf(rows) : rows;
  const known = isDataFrame(rows) ? rows.columns : [...new Set(records.flatMap(Object.keys))];
  const names = columns ?? known;
  if (names.length === 0) throw new Error('a table without columns: there is no row');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(`unknown column: ${unknown} (known: ${known.join(', ')})`);
  }
  const shown = records.slice(0, maxRows);
  const cells = shown.map((row) => names.map((name) => cellText(row[name], digits)));
  const isNumeric = names.map((name) => isNumberColumn(shown.map((row) => row[name])));
  const left = records.length - shown.length;
  const note = left > 0 ? `${left.toLocaleString('en-US')} more rows` : undefined;
  return {
    html: htmlTable(names, cells, isNumeric, caption, note),
    text: textTable(names, cells, isNumeric, caption, note),
  };
}

function isDataFrame(rows: readonly Row[] | DataFrameLike): rows is DataFrameLike {
  return !Array.isArray(rows);
}

/** A frame of one column has its values unwrapped. */
function recordsOf({ columns, values }: DataFrameLike): Row[] {
  return Array.from(values, (value) => {
    const row: readonly unknown[] = Array.isArray(value) ? value : [value];
    return Object.fromEntries(columns.map((name, i) => [name, row[i]]));
  });
}

function isNumberColumn(values: readonly unknown[]): boolean {
  const present = values.filter((value) => value !== null && value !== undefined);
  return present.length > 0 && present.every((value) => typeof value === 'number');
}

function cellText(value: unknown, digits: number): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return formatNumber(value, digits);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return `[${Array.from(value as ArrayLike<unknown>, (item) => cellText(item, digits)).join(', ')}]`;
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function htmlTable(
  names: readonly string[],
  cells: readonly (readonly string[])[],
  isNumeric: readonly boolean[],
  caption: string | undefined,
  note: string | undefined,
): string {
  const style = (column: number) => `style="text-align: ${isNumeric[column] ? 'right' : 'left'}"`;
  const line = (tag: string, texts: readonly string[]) =>
    `<tr>${texts.map((text, i) => `<${tag} ${style(i)}>${escapeHtml(text)}</${tag}>`).join('')}</tr>`;
  return [
    '<table class="dataframe">',
    ...(caption ? [`<caption>${escapeHtml(caption)}</caption>`] : []),
    `<thead>${line('th', names)}</thead>`,
    '<tbody>',
    ...cells.map((row) => line('td', row)),
    '</tbody>',
    ...(note ? [`<tfoot><tr><td colspan="${names.length}">… ${note}</td></tr></tfoot>`] : []),
    '</table>',
  ].join('\n');
}

function textTable(
  names: readonly string[],
  cells: readonly (readonly string[])[],
  isNumeric: readonly boolean[],
  caption: string | undefined,
  note: string | undefined,
): string {
  const widths = names.map((name, i) =>
    Math.max(name.length, ...cells.map((row) => row[i].length)),
  );
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => (isNumeric[i] ? text.padStart(widths[i]) : text.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return [
    ...(caption ? [caption] : []),
    line(names),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...cells.map(line),
    ...(note ? [`… ${note}`] : []),
  ].join('\n');
}

import { checkCounts, checkLists, checkRecords, checkTexts } from '../checks';
import { PlotError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import { alignedAtPoint, numberColumn } from './decimals';
import type { Table } from './figure';
import { escapeHtml } from './html';
import { formatNumber } from './values';

/** A danfo DataFrame, as far as it is shown. */
export interface DataFrameLike {
  readonly columns: readonly string[];
  readonly values: ArrayLike<unknown>;
}

/** What `table` shows, and with how many digits. */
export interface TableOptions {
  /** A line above the table. Default none. */
  readonly caption?: string;
  /** Significant digits of numbers that are not whole. Default 4. */
  readonly digits?: number;
  /**
   * Decimals of every number of a column, by its name, such as `{ accuracy: 2 }`. Default as many as
   * the column's values need within their `digits`; trailing zeros are kept.
   */
  readonly decimals?: Readonly<Record<string, number>>;
  /** Rows shown; the table says how many more there are. Default 30. */
  readonly maxRows?: number;
  /** The columns shown, in this order. Default all. */
  readonly columns?: readonly string[];
}

type Row = Readonly<Record<string, unknown>>;

/**
 * A table of records or of a danfo DataFrame, for `show`: numbers with their decimal points one
 * above the other and to sensible digits, all text escaped. Texts that are numbers with a unit or a
 * deviation (`99.3 %`, `0.90 ± 0.02`) are aligned like numbers.
 *
 * @throws when there is no column, one that is asked for is unknown, or decimals are no number of them
 */
export function table(rows: readonly Row[] | DataFrameLike, options: TableOptions = {}): Table {
  const {
    caption,
    digits = 4,
    decimals = {},
    maxRows = 30,
    columns,
    ...unknown
  } = optionsOf('table', options);
  refuseUnknown('table', unknown);
  checkCounts({ digits, maxRows }, PlotError);
  checkRecords({ decimals }, PlotError);
  checkTexts({ ...(caption !== undefined && { caption }) }, PlotError);
  if (columns !== undefined) checkLists({ columns }, PlotError);
  if (!isDataFrame(rows)) {
    checkLists({ rows }, PlotError);
    for (const row of rows) checkRecords({ row }, PlotError);
  }
  const records = isDataFrame(rows) ? recordsOf(rows) : rows;
  const known = isDataFrame(rows) ? rows.columns : [...new Set(records.flatMap(Object.keys))];
  const names = columns ?? known;
  if (names.length === 0) throw new PlotError('a table without columns: there is no row');
  const unknownColumn = [...names, ...Object.keys(decimals)].find((name) => !known.includes(name));
  if (unknownColumn !== undefined) {
    throw new PlotError(`unknown column: ${unknownColumn} (known: ${known.join(', ')})`);
  }
  for (const [name, count] of Object.entries(decimals)) {
    if (!(Number.isInteger(count) && count >= 0 && count <= 20)) {
      throw new PlotError(`invalid decimals of ${name}: ${count} (0 to 20)`);
    }
  }
  const shown = records.slice(0, maxRows);
  const ofColumns = names.map((name): Column => {
    const values = shown.map((row) => row[name]);
    const own = Object.hasOwn(decimals, name) ? decimals[name] : undefined;
    return { name, texts: columnTexts(values, digits, own), isNumeric: isNumberColumn(values) };
  });
  const left = records.length - shown.length;
  const note = left > 0 ? `${left.toLocaleString('en-US')} more rows` : undefined;
  return {
    html: htmlTable(ofColumns, shown.length, caption, note),
    text: textTable(ofColumns, shown.length, caption, note),
  };
}

function isDataFrame(rows: readonly Row[] | DataFrameLike): rows is DataFrameLike {
  return typeof rows === 'object' && rows !== null && 'columns' in rows;
}

/** A frame of one column has its values unwrapped. */
function recordsOf({ columns, values }: DataFrameLike): Row[] {
  return Array.from(values, (value) => {
    const row: readonly unknown[] = Array.isArray(value) ? value : [value];
    return Object.fromEntries(columns.map((name, i) => [name, row[i]]));
  });
}

/** A column as it is shown. */
interface Column {
  readonly name: string;
  readonly texts: readonly string[];
  readonly isNumeric: boolean;
}

/** `0.90 ± 0.02`, `99.3 %`, `1.5e-3`; a bare whole number may be a name. */
const NUMBER_TEXT = /^[-+−]?\d[\d,]*(\.\d+)?(e-?\d+)?( ?%| ± \d[\d,.]*( ?%)?)?$/;

function isNumberColumn(values: readonly unknown[]): boolean {
  const present = values.filter((value) => value !== null && value !== undefined);
  if (present.length === 0) return false;
  if (present.every((value) => typeof value === 'number')) return true;
  return (
    present.every((value) => typeof value === 'string' && NUMBER_TEXT.test(value)) &&
    present.some((value) => /[.%±]/.test(String(value)))
  );
}

function columnTexts(
  values: readonly unknown[],
  digits: number,
  decimals: number | undefined,
): string[] {
  const numbers = values.filter((value) => typeof value === 'number');
  const texts = numberColumn(numbers, digits, decimals)[Symbol.iterator]();
  return values.map((value) =>
    typeof value === 'number' ? (texts.next().value ?? '') : cellText(value, digits),
  );
}

function cellText(value: unknown, digits: number): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return formatNumber(value, digits);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return `[${Array.from(value as ArrayLike<unknown>, (item) => cellText(item, digits)).join(', ')}]`;
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Blanks as wide as a digit and as a point, which HTML keeps. */
const HTML_BLANKS = ['\u2007', '\u2008'] as const;

function htmlTable(
  columns: readonly Column[],
  numRows: number,
  caption: string | undefined,
  note: string | undefined,
): string {
  const aligned = columns.map(({ texts, isNumeric }) =>
    isNumeric ? alignedAtPoint(texts, HTML_BLANKS) : texts,
  );
  const style = (column: number) =>
    `style="text-align: ${columns[column].isNumeric ? 'right' : 'left'}"`;
  const line = (tag: string, texts: readonly string[]) =>
    `<tr>${texts.map((text, i) => `<${tag} ${style(i)}>${escapeHtml(text)}</${tag}>`).join('')}</tr>`;
  const head = columns.map(({ name }) => name);
  return [
    '<table class="dataframe">',
    ...(caption ? [`<caption>${escapeHtml(caption)}</caption>`] : []),
    `<thead>${line('th', head)}</thead>`,
    '<tbody>',
    ...Array.from({ length: numRows }, (_, row) =>
      line(
        'td',
        aligned.map((texts) => texts[row]),
      ),
    ),
    '</tbody>',
    ...(note ? [`<tfoot><tr><td colspan="${columns.length}">… ${note}</td></tr></tfoot>`] : []),
    '</table>',
  ].join('\n');
}

function textTable(
  columns: readonly Column[],
  numRows: number,
  caption: string | undefined,
  note: string | undefined,
): string {
  const padded = columns.map(({ name, texts, isNumeric }) => {
    const cells = [name, ...(isNumeric ? alignedAtPoint(texts, [' ', ' ']) : texts)];
    const width = Math.max(...cells.map(({ length }) => length));
    return cells.map((text) => (isNumeric ? text.padStart(width) : text.padEnd(width)));
  });
  const line = (row: number) =>
    padded
      .map((cells) => cells[row])
      .join('  ')
      .trimEnd();
  return [
    ...(caption ? [caption] : []),
    line(0),
    padded.map(([head]) => '-'.repeat(head.length)).join('  '),
    ...Array.from({ length: numRows }, (_, row) => line(row + 1)),
    ...(note ? [`… ${note}`] : []),
  ].join('\n');
}

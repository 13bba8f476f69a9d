import { checkKnown, checkLists, checkRecords, checkTexts } from '../../checks';
import { DataError } from '../../errors';
import { optionsOf, refuseOthers } from '../../options';
import { areAmounts, distinct, isExact, isNumber } from '../files/cells';
import { counted } from '../files/counted';
import { type CsvOptions, type CsvRow, found, readCsv } from '../files/csv';
import type { Target } from '../samples/images';
import { checkClassNames, type Labels, labelArray, UNLABELLED } from '../samples/labels';
import { expectTable, type TableColumn, type TableSet } from '../samples/table-set';

/** What the columns of a file for `readTable` are. */
export interface ReadTableOptions extends CsvOptions {
  /** The column of classes. Default: none, and all rows are of the class `unlabelled`. */
  readonly label?: string;
  /** What stands in the column of classes, by class id. Default: all that does, sorted. */
  readonly classNames?: readonly string[];
  /** Columns of numbers that are to be told, each a target of its name. Default: none. */
  readonly targets?: readonly string[];
  /** The columns that become values. Default: all others. */
  readonly features?: readonly string[];
  /**
   * What a column holds. Default: numbers, where every cell of the whole file is one, and categories,
   * where most are none; of these it may have 50. State `category` for more, for months written 1 … 12,
   * and for a column of mostly numbers.
   */
  readonly types?: Readonly<Record<string, 'number' | 'category'>>;
  /** Whether cells without a value are an error (default) or their rows are left out. */
  readonly missing?: 'error' | 'skip';
  /** How a cell says that it has no value. Default: nothing, `NA`, `N/A`, `NaN`, `nan`, `null`, `?`. */
  readonly missingMarks?: readonly string[];
  /** The names of the columns, for a file without a header. */
  readonly columns?: readonly string[];
  /**
   * Takes features, types, categories, classes and targets from this set, such as the training set of
   * a test file; a file without the column of classes, or of targets, does without. None of these may be
   * stated beside it.
   */
  readonly like?: TableSet;
}

/** A table from a file. */
export interface TableFileSet extends TableSet {
  /** How many rows were left out as they lack a value. */
  readonly numSkipped: number;
}

const OPTIONS: Readonly<Record<keyof ReadTableOptions, true>> = {
  label: true,
  classNames: true,
  targets: true,
  features: true,
  types: true,
  missing: true,
  missingMarks: true,
  columns: true,
  like: true,
  separator: true,
  encoding: true,
};

/**
 * A table of a comma-separated file, a sample a row: columns of numbers as they are, columns of
 * categories as one column for each, 1 where it is that and 0 elsewhere.
 *
 * ```ts
 * const houses = await readTable('houses.csv', { targets: ['price'], features: ['area', 'town'] });
 * const { train, test } = split(houses, { train: 800, test: 200 });
 * const normalise = columnMoments(train);
 * for (const { x, targets } of tableBatches(train, { batchSize: 32, normalise })) …
 * ```
 *
 * @throws DataError naming file, line and column for a cell that is not what its column holds, and
 * counting the cells without a value, column by column
 */
export async function readTable(
  file: string,
  options: ReadTableOptions = {},
): Promise<TableFileSet> {
  checkTexts({ file }, DataError);
  optionsOf('readTable', options);
  refuseOthers('readTable', options, OPTIONS);
  checkReadOptions(options);
  const table = tableOf(file, await readCsv(file, options), options);
  const choice = chooseColumns(table, options);
  const { rows, numSkipped } = completeRows(table, choice, options);
  const complete = { ...table, rows };
  const features = choice.features.map((name) => featureOf(complete, name, options));
  const columns = features.flatMap((feature) => feature.columns);
  return {
    name: file,
    source: file,
    values: valuesOf(features, rows.length, columns.length),
    shape: [rows.length, columns.length],
    columns,
    ...classesOf(complete, choice.label, options),
    ...(choice.targets.length > 0 && {
      targets: Object.fromEntries(
        choice.targets.map((name): [string, Target] => [
          name,
          { values: Float32Array.from(numbersOf(complete, name)), width: 1 },
        ]),
      ),
    }),
    numSkipped,
  };
}

const MISSING_MARKS: readonly string[] = ['', 'NA', 'N/A', 'NaN', 'nan', 'null', '?'];

/** An unstated column with more texts than this is a name or a remark, not a category. */
const MOST_CATEGORIES = 50;

interface TextTable {
  readonly file: string;
  /** By column. */
  readonly names: readonly string[];
  readonly rows: readonly CsvRow[];
}

interface Choice {
  readonly features: readonly string[];
  readonly targets: readonly string[];
  readonly label?: string;
}

/** A column of the file as columns of numbers. */
interface Feature {
  readonly columns: readonly TableColumn[];
  /** One number a row: the value, or which of the columns is 1. */
  readonly numbers: Float64Array;
}

function tableOf(
  file: string,
  rows: readonly CsvRow[],
  { columns, separator = ',' }: ReadTableOptions,
): TextTable {
  const names = columns ?? rows[0].fields.map((name) => name.trim());
  const body = columns ? rows : rows.slice(1);
  if (columns && names.every((name, i) => rows[0].fields[i]?.trim() === name)) {
    throw new DataError(`${file}: the first row is a header: leave out columns`);
  }
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw new DataError(`${file}: two columns are named ${twice || 'nothing'}`);
  if (body.length === 0) throw new DataError(`${file}: expected rows, found only a header`);
  const other = [',', ';', '\t'].find((mark) => mark !== separator && names[0].includes(mark));
  if (names.length === 1 && other !== undefined) {
    throw new DataError(`${file}: expected columns, ${found(names[0])} (separator: '${other}'?)`);
  }
  for (const { line, fields } of body) {
    if (fields.length !== names.length) {
      throw new DataError(
        `${file}:${line}: expected ${names.length} columns, found ${fields.length}`,
      );
    }
  }
  return { file, names, rows: body };
}

function chooseColumns(table: TextTable, options: ReadTableOptions): Choice {
  const { like } = options;
  const isThere = (name: string) => table.names.includes(name);
  const label = like ? table.names.find((name) => name === like.labelName) : options.label;
  const targets = like ? Object.keys(like.targets ?? {}).filter(isThere) : (options.targets ?? []);
  const told = [...targets, ...(label === undefined ? [] : [label])];
  const features = like
    ? [...new Set(like.columns.map(({ name }) => name))]
    : (options.features ?? table.names.filter((name) => !told.includes(name)));
  for (const name of [...features, ...told, ...Object.keys(options.types ?? {})]) {
    if (!isThere(name)) {
      throw new DataError(
        `${table.file}: unknown column: ${name} (known: ${table.names.join(', ')})`,
      );
    }
  }
  if (!like && options.features === undefined && features.includes('')) {
    throw new DataError(
      `${table.file}: column ${table.names.indexOf('') + 1} has no name, as the row numbers of pandas have ` +
        'none (state the features, or columns to name them all)',
    );
  }
  const both = told.find((name, i) => features.includes(name) || told.indexOf(name) < i);
  if (both !== undefined) {
    throw new DataError(`${table.file}: the column ${both} is both told and to be told`);
  }
  return { features, targets, label };
}

/** The rows that have a value in every column that is used. */
function completeRows(
  { file, names, rows }: TextTable,
  { features, targets, label }: Choice,
  { missing = 'error', missingMarks = MISSING_MARKS }: ReadTableOptions,
): { readonly rows: readonly CsvRow[]; readonly numSkipped: number } {
  const used = [...features, ...targets, ...(label === undefined ? [] : [label])];
  const columns = used.map((name) => names.indexOf(name));
  const isMissing = ({ fields }: CsvRow, column: number) =>
    missingMarks.includes(fields[column].trim());
  const complete = rows.filter((row) => !columns.some((column) => isMissing(row, column)));
  const numSkipped = rows.length - complete.length;
  if (missing === 'error' && numSkipped > 0) {
    const counts = columns
      .map((column) => ({
        name: names[column],
        count: rows.filter((row) => isMissing(row, column)).length,
      }))
      .filter(({ count }) => count > 0)
      .map(({ name, count }) => `${name} ${counted(count)}`);
    throw new DataError(
      `${file}: ${counted(numSkipped)} of ${counted(rows.length)} rows lack a value: ` +
        `${counts.join(', ')} (missing: 'skip' leaves these rows out)`,
    );
  }
  if (complete.length === 0) throw new DataError(`${file}: every row lacks a value`);
  return { rows: complete, numSkipped };
}

function featureOf(
  table: TextTable,
  name: string,
  { types = {}, like }: ReadTableOptions,
): Feature {
  const known = like?.columns.filter((column) => column.name === name);
  const texts = textsOf(table, name);
  const stated = known ? (known[0].category === undefined ? 'number' : 'category') : types[name];
  if ((stated ?? (texts.every(isNumber) ? 'number' : 'category')) === 'number') {
    return { columns: [{ name }], numbers: numbersOf(table, name) };
  }
  const categories = known?.map(({ category }) => category ?? '') ?? distinct(texts);
  if (stated === undefined) assertCategories(table, name, texts, categories.length);
  return {
    columns: categories.map((category) => ({ name, category })),
    numbers: Float64Array.from(idsOf(table, name, categories)),
  };
}

/** A column of numbers with one that is none is no column of categories: its numbers would be lost. */
function assertCategories(
  { file, rows }: TextTable,
  name: string,
  texts: readonly string[],
  numDifferent: number,
): void {
  const stray = texts.findIndex((text) => !isNumber(text));
  if (texts.every((text) => /^[+-]?\d+(,\d+)?$/.test(text))) {
    throw new DataError(
      `${file}:${rows[stray].line}: ${JSON.stringify(texts[stray])} in the column ${name} is a number with a comma ` +
        '(write 1.5 and 1234; or state its type, or the features without it)',
    );
  }
  if (texts.filter(isNumber).length >= texts.length / 2) {
    throw new DataError(
      `${file}:${rows[stray].line}: ${JSON.stringify(texts[stray])} is no number, as others in the column ` +
        `${name} are (state its type, or the features without it)`,
    );
  }
  if (areAmounts(texts)) {
    throw new DataError(
      `${file}:${rows[stray].line}: ${JSON.stringify(texts[stray])} in the column ${name} is a number with a unit or ` +
        "another sign (write it without; or types: { … 'category' }, or the features without it)",
    );
  }
  if (numDifferent > MOST_CATEGORIES) {
    throw new DataError(
      `${file}: the column ${name} has ${counted(numDifferent)} different texts (state its type, or ` +
        'the features without it)',
    );
  }
}

function classesOf(
  table: TextTable,
  label: string | undefined,
  { classNames, like }: ReadTableOptions,
): {
  readonly labels: Labels;
  readonly classNames: readonly string[];
  readonly labelName?: string;
} {
  if (label === undefined) {
    return { labels: new Uint8Array(table.rows.length), classNames: UNLABELLED };
  }
  const names = like?.classNames ?? classNames ?? distinct(textsOf(table, label));
  const labels = labelArray(idsOf(table, label, names), names.length);
  return { labels, classNames: names, labelName: label };
}

function valuesOf(features: readonly Feature[], count: number, width: number): Float64Array {
  const values = new Float64Array(count * width);
  let first = 0;
  for (const { columns, numbers } of features) {
    const isNumber = columns[0].category === undefined;
    numbers.forEach((number, row) => {
      const at = row * width + first;
      if (isNumber) values[at] = number;
      else values[at + number] = 1;
    });
    first += columns.length;
  }
  return values;
}

/** The cells of a column, without spaces around them. */
function textsOf({ names, rows }: TextTable, name: string): string[] {
  const column = names.indexOf(name);
  return rows.map(({ fields }) => fields[column].trim());
}

function numbersOf(table: TextTable, name: string): Float64Array {
  return Float64Array.from(textsOf(table, name), (text, row) => {
    if (isNumber(text)) {
      if (isExact(text)) return Number(text);
      throw new DataError(
        `${table.file}:${table.rows[row].line}: ${text} in the column ${name} has more digits than a number ` +
          "keeps (types: { … 'category' }, or the features without it)",
      );
    }
    throw new DataError(
      `${table.file}:${table.rows[row].line}: expected a number in the column ${name}, ${found(text)}`,
    );
  });
}

/** Which of the categories each cell of a column is. */
function idsOf(table: TextTable, name: string, categories: readonly string[]): number[] {
  const ids = new Map(categories.map((category, id) => [category, id]));
  return textsOf(table, name).map((text, row) => {
    const id = ids.get(text);
    if (id !== undefined) return id;
    const known = categories.slice(0, 10).join(', ') + (categories.length > 10 ? ', …' : '');
    throw new DataError(
      `${table.file}:${table.rows[row].line}: unknown ${name}: ${JSON.stringify(text)} (known: ${known})`,
    );
  });
}

function checkReadOptions(options: ReadTableOptions): void {
  const { features, targets, types, missing, missingMarks, label, classNames, like } = options;
  if (classNames !== undefined) checkClassNames(classNames);
  if (like !== undefined) {
    expectTable(like);
    const stated = Object.entries({ label, classNames, targets, features, types }).find(
      ([, value]) => value !== undefined,
    );
    if (stated) {
      throw new DataError(
        `${stated[0]} is stated beside like, which says it: leave one of them out`,
      );
    }
  }
  for (const [name, list] of Object.entries({ features, targets, missingMarks })) {
    if (list !== undefined) checkLists({ [name]: list }, DataError);
  }
  if (types !== undefined) checkRecords({ types }, DataError);
  if (missing !== undefined) checkKnown({ missing }, ['error', 'skip'], DataError);
}

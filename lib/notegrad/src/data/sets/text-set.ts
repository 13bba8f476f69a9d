import { checkFunctions, checkRecords, checkTexts } from '../../checks';
import { DataError } from '../../errors';
import { optionsOf, refuseOthers } from '../../options';
import { distinct } from '../files/cells';
import { type CsvOptions, decode, readCsv, readTextBytes, withoutMark } from '../files/csv';
import type { NonAsciiRule } from '../samples/ascii';
import { asciiSequences } from '../samples/ascii-sequences';
import { labelArray, UNLABELLED } from '../samples/labels';
import { selectFirst, shuffled } from '../samples/select';
import type { SequenceSet } from '../samples/sequences';

interface CommonTextOptions {
  /** Applied to each text before anything else, such as to leave out links. Default: as it is. */
  readonly rewrite?: (text: string) => string;
  /** What becomes of characters that are not ASCII. Default `map`. */
  readonly nonAscii?: NonAsciiRule;
  /** Puts the texts in an order of this seed before `limit`. Default: the files' order. */
  readonly seed?: number;
  /** At most so many texts; without a seed the first, which may be of one class. Default: all. */
  readonly limit?: number;
  /** For people. Default: the paths of the files. */
  readonly name?: string;
}

/** Texts in a column of a comma-separated file. */
export interface CsvTextOptions extends CommonTextOptions, CsvOptions {
  /** Path of the file. */
  readonly csv: string;
  /** The column of texts. */
  readonly text: string;
  /** The column of classes. Default: none, and all texts are of the class `unlabelled`. */
  readonly label?: string;
  /**
   * The class name of what stands in the column of classes; `null` leaves such rows out. Class ids are
   * in this order (whole numbers come first, by value). Default: each is a class of its own, sorted,
   * and an empty one is an error, as are two that differ in capitals alone (`spam` and `Spam`). State
   * them for a test file, in which a class may not occur.
   */
  readonly classes?: Readonly<Record<string, string | null>>;
  /** The names of the columns, for a file without a header. */
  readonly columns?: readonly string[];
}

/** Texts that are lines of plain files. */
export interface LineTextOptions extends CommonTextOptions {
  /** Path of the file of each class by class name, in class ids' order; or one path, unlabelled. */
  readonly lines: string | Readonly<Record<string, string>>;
}

/** Where `textSet` finds texts and labels, and what it makes of them. */
export type TextSetOptions = CsvTextOptions | LineTextOptions;

/** Texts as ASCII ids 0 … 127. */
export interface TextSet extends SequenceSet {
  readonly texts: readonly string[];
  /** How many characters, of how many texts, were not ASCII before selecting, and their rule. */
  readonly nonAscii: {
    readonly numCharacters: number;
    readonly numTexts: number;
    readonly rule: NonAsciiRule;
  };
  /** How many rows were left out, as their class is `null`. */
  readonly numSkipped: number;
}

/**
 * How to read the files of Sentiment140 as they are published: six columns without a header, Latin-1,
 * 0 for negative and 4 for positive; tweets of the class 2, neutral, which only the test file has, are
 * left out.
 *
 * ```ts
 * const tweets = await textSet({ csv: 'training.1600000.processed.noemoticon.csv', ...SENTIMENT140 });
 * ```
 */
export const SENTIMENT140: Required<
  Pick<CsvTextOptions, 'columns' | 'text' | 'label' | 'classes' | 'encoding'>
> = {
  columns: ['target', 'ids', 'date', 'flag', 'user', 'text'],
  text: 'text',
  label: 'target',
  classes: { 0: 'negative', 2: null, 4: 'positive' },
  encoding: 'latin-1',
};

const OPTIONS: Readonly<Record<keyof CsvTextOptions | keyof LineTextOptions, true>> = {
  csv: true,
  text: true,
  label: true,
  classes: true,
  columns: true,
  separator: true,
  encoding: true,
  lines: true,
  rewrite: true,
  nonAscii: true,
  seed: true,
  limit: true,
  name: true,
};

/**
 * Texts of one's own, as sequences of ASCII characters with a class id each: a column of a
 * comma-separated file, or the lines of a file for each class (blank ones are left out).
 *
 * ```ts
 * const reviews = await textSet({ csv: 'reviews.csv', text: 'review', label: 'stars' });
 * const movies = await textSet({ lines: { negative: 'rt-polarity.neg', positive: 'rt-polarity.pos' } });
 * ```
 *
 * @throws DataError naming file and line for what is no text, a row of another length or a class that
 * is not among those stated
 */
export async function textSet(options: TextSetOptions): Promise<TextSet> {
  optionsOf('textSet', options);
  refuseOthers('textSet', options, OPTIONS);
  const { rewrite = (text) => text, nonAscii: rule = 'map', seed, limit } = options;
  if (!('csv' in options || 'lines' in options)) {
    throw new DataError('textSet needs csv, a file, or lines, one or several: none is given');
  }
  checkFunctions({ rewrite }, DataError);
  const read = 'csv' in options ? await readColumn(options) : await readLines(options);
  const { texts, ids, classNames, numSkipped, source } = read;
  const { numCharacters, numTexts, ...sequences } = asciiSequences(
    texts.map((text) => rewrite(text)),
    rule,
  );
  const set: TextSet = {
    name: options.name ?? source,
    source,
    ...sequences,
    labels: labelArray(ids, classNames.length),
    classNames,
    nonAscii: { numCharacters, numTexts, rule },
    numSkipped,
  };
  const ordered = seed === undefined ? set : shuffled(set, { seed });
  return limit === undefined ? ordered : selectFirst(ordered, limit);
}

interface LabelledTexts {
  readonly texts: readonly string[];
  /** One class id a text. */
  readonly ids: readonly number[];
  readonly classNames: readonly string[];
  readonly numSkipped: number;
  readonly source: string;
}

async function readColumn(options: CsvTextOptions): Promise<LabelledTexts> {
  const { csv: file, text, label, classes } = options;
  checkTexts({ text, ...(label !== undefined && { label }) }, DataError);
  if (classes !== undefined) checkRecords({ classes }, DataError);
  if (text === label) throw new DataError(`${file}: the column ${text} is both text and label`);
  const rows = await readCsv(file, options);
  const names = options.columns ?? rows[0].fields.map((name) => name.trim());
  const body = options.columns ? rows : rows.slice(1);
  if (body.length === 0) throw new DataError(`${file}: expected texts, found only a header`);
  if (options.columns && names.every((name, i) => rows[0].fields[i]?.trim() === name)) {
    throw new DataError(`${file}: the first row is a header: leave out columns`);
  }
  const column = (name: string) => {
    const index = names.indexOf(name);
    if (names.lastIndexOf(name) > index) {
      throw new DataError(`${file}: two columns are named ${name}`);
    }
    if (index >= 0) return index;
    throw new DataError(`${file}: unknown column: ${name} (known: ${names.join(', ')})`);
  };
  const [textColumn, labelColumn] = [column(text), label === undefined ? -1 : column(label)];
  for (const { line, fields } of body) {
    if (fields.length !== names.length) {
      throw new DataError(
        `${file}:${line}: expected ${names.length} columns, found ${fields.length}`,
      );
    }
  }
  if (labelColumn < 0) {
    const texts = body.map(({ fields }) => fields[textColumn]);
    return { texts, ids: texts.map(() => 0), classNames: UNLABELLED, numSkipped: 0, source: file };
  }
  const cells = body.map(({ fields }) => fields[labelColumn].trim());
  const unlabelled = classes ? -1 : cells.indexOf('');
  if (unlabelled >= 0) {
    throw new DataError(
      `${file}:${body[unlabelled].line}: the column ${label} is empty (state classes, with '': null to ` +
        'leave such rows out)',
    );
  }
  if (!classes) checkCapitals(file, distinct(cells));
  const nameOf = new Map(
    classes ? Object.entries(classes) : distinct(cells).map((cell) => [cell, cell]),
  );
  const classNames = [...new Set(nameOf.values())].filter((name) => name !== null);
  const idOf = new Map(classNames.map((name, id) => [name, id]));
  const [texts, ids]: [string[], number[]] = [[], []];
  for (const [i, { line, fields }] of body.entries()) {
    const name = nameOf.get(cells[i]);
    if (name === undefined) {
      const known = [...nameOf.keys()].join(', ');
      throw new DataError(
        `${file}:${line}: unknown ${label}: ${JSON.stringify(cells[i])} (known: ${known})`,
      );
    }
    if (name === null) continue;
    texts.push(fields[textColumn]);
    ids.push(idOf.get(name) ?? 0);
  }
  if (texts.length === 0) throw new DataError(`${file}: every text is of a class that is left out`);
  return { texts, ids, classNames, numSkipped: body.length - texts.length, source: file };
}

/** Labels typed by hand: one class would silently be two. Single letters may well be classes. */
function checkCapitals(file: string, labels: readonly string[]): void {
  const byLetters = new Map<string, string>();
  for (const label of labels) {
    const other = byLetters.get(label.toLowerCase());
    if (other !== undefined && label.length > 1) {
      throw new DataError(
        `${file}: the classes ${other} and ${label} differ in capitals alone (state classes, which may ` +
          'give both one name)',
      );
    }
    byLetters.set(label.toLowerCase(), label);
  }
}

async function readLines({ lines }: LineTextOptions): Promise<LabelledTexts> {
  const files: Readonly<Record<string, string>> =
    typeof lines === 'string' ? { [UNLABELLED[0]]: lines } : lines;
  checkRecords({ lines: files }, DataError);
  if (Object.keys(files).length === 0)
    throw new DataError('textSet needs lines of a file: none is given');
  const [texts, ids]: [string[], number[]] = [[], []];
  for (const [id, file] of Object.values(files).entries()) {
    const content = withoutMark((await readTextBytes(file)).toString('latin1'));
    const found = content.split(/\r?\n/).filter((line) => line.trim() !== '');
    if (found.length === 0) throw new DataError(`${file}: expected texts, found only blank lines`);
    for (const line of found) {
      texts.push(decode(line));
      ids.push(id);
    }
  }
  const source = Object.values(files).join(' and ');
  return { texts, ids, classNames: Object.keys(files), numSkipped: 0, source };
}

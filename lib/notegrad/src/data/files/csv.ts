import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { checkKnown, checkTexts } from '../../checks';
import { DataError } from '../../errors';
import { optionalPackage } from '../../optional-package';

/** A row of a CSV file: its fields, all text, and the line on which it begins (1 for the first). */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly string[];
}

export interface CsvOptions {
  /** What stands between fields. Default a comma. */
  readonly separator?: ',' | ';' | '\t';
  /** Default: UTF-8, and Latin-1 for a field that is not. */
  readonly encoding?: 'utf-8 or latin-1' | 'latin-1';
}

/**
 * Reads a comma-separated file through danfojs: quoted commas, quotes and line breaks, LF or CRLF,
 * with or without a byte-order mark; blank lines are left out. Every field stays the text it is
 * (`12345`, `true` and the empty one too).
 *
 * @throws DataError naming file and line for a file that is missing, empty, binary or wrongly quoted.
 */
export async function readCsv(
  file: string,
  { separator = ',', encoding = 'utf-8 or latin-1' }: CsvOptions = {},
): Promise<CsvRow[]> {
  checkKnown({ encoding }, ENCODINGS, DataError);
  if (!SEPARATORS.includes(separator)) {
    const known = SEPARATORS.map((mark) => JSON.stringify(mark)).join(', ');
    throw new DataError(`unknown separator: ${JSON.stringify(separator)} (known: ${known})`);
  }
  const bytes = await readTextBytes(file);
  const values = await parse(file, bytes, separator);
  const text = encoding === 'latin-1' ? (field: string) => field : decode;
  let line = 1;
  const rows: CsvRow[] = [];
  for (const fields of values) {
    const last = fields.length - 1;
    fields[last] = fields[last].replace(/\r$/, '');
    if (last > 0 || fields[0].trim() !== '') rows.push({ line, fields: fields.map(text) });
    line += 1 + fields.reduce((sum, field) => sum + countLineBreaks(field), 0);
  }
  if (rows.length === 0) throw new DataError(`${file}: expected rows, found only blank lines`);
  return rows;
}

/** `found "…"`, shortened, for messages about a field or a row. */
export function found(text: string): string {
  return `found ${JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)}`;
}

const ENCODINGS: readonly Required<CsvOptions>['encoding'][] = ['utf-8 or latin-1', 'latin-1'];
const SEPARATORS: readonly Required<CsvOptions>['separator'][] = [',', ';', '\t'];

/** One character a byte: a byte is then never cut by the edge of what danfojs reads at a time. */
const ENCODING = 'latin1';
/**
 * Every field as text, no row left out. danfojs hands these on to Papa Parse; its own types have only
 * `frameConfig`.
 */
const PARSING = {
  header: false,
  dynamicTyping: false,
  newline: '\n',
  encoding: ENCODING,
  beforeFirstChunk: withoutMark,
  frameConfig: {},
};
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/** @throws DataError for a file that is missing, empty or binary */
export async function readTextBytes(file: string): Promise<Buffer> {
  checkTexts({ file }, DataError);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR') throw new DataError(`${file}: expected a file, found a directory`);
    throw new DataError(`${file}: cannot be read: ${message}`);
  }
  checkTextBytes(file, bytes);
  return bytes;
}

const [LINE_FEED, CARRIAGE_RETURN] = [0x0a, 0x0d];

/** @throws DataError for what is empty, binary, UTF-16 or without a line feed between its lines */
export function checkTextBytes(file: string, bytes: Uint8Array): void {
  if (bytes.length === 0) throw new DataError(`${file}: expected rows, found an empty file`);
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new DataError(`${file}: expected UTF-8, found UTF-16 (save it as UTF-8)`);
  }
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    const before = bytes.subarray(0, zero);
    const line = 1 + before.filter((byte) => byte === LINE_FEED).length;
    throw new DataError(`${file}:${line}: expected text, found a zero byte (a binary file?)`);
  }
  const end = bytes.indexOf(CARRIAGE_RETURN);
  if (end >= 0 && end < bytes.length - 1 && !bytes.includes(LINE_FEED)) {
    throw new DataError(
      `${file}: expected lines that end in LF or CRLF, found CR alone (save it with LF)`,
    );
  }
}

/** Some 90 MB and most of a second, which only those pay who read such a file. */
function danfojs(): typeof import('danfojs-node') {
  try {
    return optionalPackage('danfojs-node', 'reads CSV files');
  } catch (error) {
    throw new DataError((error as Error).message);
  }
}

async function parse(file: string, bytes: Buffer, separator: string): Promise<string[][]> {
  const { readCSV } = danfojs();
  const parsing = { ...PARSING, delimiter: separator };
  try {
    const frame = await readCSV(resolve(file), parsing);
    return frame.values as string[][];
  } catch (error) {
    const quotes = quoteProblem(withoutMark(bytes.toString(ENCODING)), separator);
    if (quotes) throw new DataError(`${file}:${quotes.line}: ${quotes.problem}`);
    throw new DataError(`${file}: ${(error as Error).message.slice(0, 200)}`);
  }
}

/** The text without the mark that begins some UTF-8 files, read one character a byte. */
export function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A field or line, read one character a byte, as UTF-8, or as Latin-1 where it is not. */
export function decode(field: string): string {
  if (/^\p{ASCII}*$/u.test(field)) return field;
  try {
    return utf8.decode(Buffer.from(field, ENCODING));
  } catch {
    return field;
  }
}

function countLineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Where quotes go wrong: danfojs says that they do, not where. */
function quoteProblem(
  text: string,
  separator: string,
): { line: number; problem: string } | undefined {
  const mark = separator === ',' ? 'a comma' : JSON.stringify(separator);
  const endsField = (character: string) => character === separator || character === '\n';
  let line = 1;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') {
      const end = closingQuote(text, at);
      if (end < 0) return { line, problem: 'a quote is opened here and never closed' };
      line += countLineBreaks(text.slice(at, end));
      at = skip(text, end + 1, (character) => /[ \t\r]/.test(character) && !endsField(character));
      if (at < text.length && !endsField(text[at])) {
        return { line, problem: `expected ${mark} after a closing quote, ${found(text[at])}` };
      }
    }
    at = skip(text, at, (character) => !endsField(character));
    if (text[at] === '\n') line++;
  }
  return undefined;
}

/** Where the quote opened at `at` is closed; a doubled one is a quote inside. */
function closingQuote(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  return end;
}

function skip(text: string, from: number, passes: (character: string) => boolean): number {
  let at = from;
  while (at < text.length && passes(text[at])) at++;
  return at;
}

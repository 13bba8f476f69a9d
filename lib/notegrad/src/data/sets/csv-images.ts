import { checkTexts } from '../../checks';
import { DataError } from '../../errors';
import { optionsOf, refuseOthers } from '../../options';
import { checkTextBytes, found } from '../files/csv';
import { readDecompressed } from '../files/whole-file';
import type { ImageSet } from '../samples/images';
import { type NumberedClasses, numberedLabels, UNLABELLED } from '../samples/labels';
import { checkSize, type Size } from '../transforms/resize';

/** What the rows of a file for `csvImages` are. */
export interface CsvImagesOptions extends NumberedClasses {
  /** Height and width of the images. */
  readonly size: Size;
  /** Numbers a pixel. Default 1, grey. */
  readonly channels?: number;
  /**
   * The header's name of the column of labels. Default: `label`, else the first column, unless the
   * header calls it as the others (`pixel0`, `pixel1`): nobody can tell then which it is.
   */
  readonly label?: string;
  /**
   * What each number is multiplied by to give 0 … 255: 255 for pixels in [0, 1]. Default 1; but a number
   * that is not whole is refused, and where all pixels are 0 or 1 it must be stated.
   */
  readonly scale?: number;
  /** For people. Default: the path of the file. */
  readonly name?: string;
}

const OPTIONS: Readonly<Record<keyof CsvImagesOptions, true>> = {
  size: true,
  channels: true,
  label: true,
  scale: true,
  name: true,
  classNames: true,
  firstLabel: true,
};

/**
 * Images of a comma-separated file that has an image a row, as Kaggle's digits or MNIST's copies:
 * height · width · channels numbers, row by row and pixel by pixel, and a label or none (then all are of
 * the class `unlabelled`). With or without a header, plain or gzipped.
 *
 * ```ts
 * const digits = await csvImages('train.csv', { size: 28 });
 * ```
 *
 * @throws DataError naming file and line for a row of another length, a number that is no byte or a
 * label that is not of the classes
 */
export async function csvImages(file: string, options: CsvImagesOptions): Promise<ImageSet> {
  checkTexts({ file }, DataError);
  optionsOf('csvImages', options);
  refuseOthers('csvImages', options, OPTIONS);
  const { channels = 1, scale = 1, name = file, label, classNames, firstLabel } = options;
  const [height, width] = checkSize(options.size);
  if (!(Number.isInteger(channels) && channels > 0)) {
    throw new DataError(`invalid channels: ${channels} (expected a whole number above 0)`);
  }
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw new DataError(`invalid scale: ${scale} (expected a number above 0)`);
  }
  const rows = new NumberRows(file, await readDecompressed(file));
  const numPixels = height * width * channels;
  const labelColumn = labelColumnOf(rows, numPixels, label);
  const numColumns = numPixels + (labelColumn === undefined ? 0 : 1);

  const pixels = new Uint8Array(rows.mostRows * numPixels);
  const labels: number[] = [];
  const lines: number[] = [];
  const values = new Float64Array(numColumns);
  for (let to = 0; rows.read(values); ) {
    for (let column = 0; column < numColumns; column++) {
      if (column === labelColumn) labels.push(values[column]);
      else pixels[to++] = byteOf(values[column] * scale, scale, rows, column);
    }
    lines.push(rows.line);
  }
  if (lines.length === 0) throw new DataError(`${file}: expected images, found none`);
  const written = pixels.subarray(0, lines.length * numPixels);
  if (options.scale === undefined && written.includes(1) && written.every((pixel) => pixel < 2)) {
    throw new DataError(
      `${file}: expected pixels 0 … 255, found only 0 and 1 (state scale: 255 if 1 is white, or scale: 1)`,
    );
  }
  return {
    name,
    source: file,
    pixels: written,
    shape: [lines.length, height, width, channels],
    ...(labelColumn === undefined
      ? { labels: new Uint8Array(lines.length), classNames: UNLABELLED }
      : numberedLabels(file, labels, { classNames, firstLabel }, (i) => `in line ${lines[i]}`)),
  };
}

/** Which column has the labels; undefined where all are pixels. */
function labelColumnOf(
  { file, header, numColumns }: NumberRows,
  numPixels: number,
  label: string | undefined,
): number | undefined {
  const named = header?.indexOf(label ?? 'label') ?? -1;
  if (label !== undefined && named < 0) {
    const names = header ? header.slice(0, 5).join(', ') : 'no header';
    throw new DataError(`${file}: expected a column named ${label}, found ${names}`);
  }
  if (numColumns === numPixels && named < 0) return undefined;
  if (numColumns === numPixels + 1) {
    const [first, second] = (header ?? []).map((column) => column.replace(/\d+$/, ''));
    if (named < 0 && header && first === second) {
      throw new DataError(
        `${file}: expected a column named label, found ${header[0]}, ${header[1]}, … ` +
          `(label: '${header[0]}', or another, says which one it is)`,
      );
    }
    return Math.max(named, 0);
  }
  const found = named < 0 ? numColumns : `${numColumns - 1} and a label`;
  throw new DataError(
    `${file}: expected ${numPixels} pixels a row, with or without a label, found ${found}`,
  );
}

function byteOf(value: number, scale: number, rows: NumberRows, column: number): number {
  // What 255 times a decimal fraction of single precision is off by.
  const byte = scale === 1 ? value : Math.round(value);
  if (Number.isInteger(byte) && byte >= 0 && byte <= 255) return byte;
  const hint = Number.isInteger(value) || scale !== 1 ? '' : ' (scale: 255 takes pixels in [0, 1])';
  const times = scale === 1 ? '' : `, times ${scale}`;
  throw new DataError(
    `${rows.place(column)}: expected a pixel 0 … 255, found ${value / scale}${times}${hint}`,
  );
}

const [COMMA, LINE_FEED, ZERO, NINE] = [0x2c, 0x0a, 0x30, 0x39];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** How programs write that there is no number: not the name of a column. */
const MISSING = /^(nan|na|n\/a|null|none|[+-]?inf(inity)?)$/i;

/** A row 0, 1, 2 may well be an image; one up to 9 or 784 is not. */
const FEWEST_COUNTED = 10;

/** Whether a first row names the columns: in words, or counting them as pandas does. */
function isHeader(fields: readonly string[]): boolean {
  const isName = (field: string) => Number.isNaN(Number(field)) && !MISSING.test(field);
  const isCount = fields.length >= FEWEST_COUNTED && fields.every((field, i) => field === `${i}`);
  return isCount || fields.some(isName);
}

/** The rows of numbers of a comma-separated file, read byte by byte: such files have millions. */
class NumberRows {
  /** Names of the columns, where the first row is not of numbers. */
  readonly header?: readonly string[];
  readonly numColumns: number;
  /** There are at most so many rows. */
  readonly mostRows: number;
  /** Of the last row that was read, 1 for the file's first. */
  line = 0;
  private at = 0;

  constructor(
    readonly file: string,
    private readonly bytes: Uint8Array,
  ) {
    checkTextBytes(file, bytes);
    if (BYTE_ORDER_MARK.every((byte, i) => bytes[i] === byte)) this.at = BYTE_ORDER_MARK.length;
    const first = this.text(this.at, this.end(this.at, LINE_FEED));
    const fields = first.split(',').map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
    this.numColumns = fields.length;
    if (isHeader(fields)) {
      this.header = fields;
      this.at = this.end(0, LINE_FEED) + 1;
      this.line = 1;
    }
    let numLines = 1;
    for (const byte of bytes) if (byte === LINE_FEED) numLines++;
    this.mostRows = numLines;
  }

  /** Reads the next row into `values`; false where there is none. Blank lines are left out. */
  read(values: Float64Array): boolean {
    while (this.at < this.bytes.length) {
      this.line++;
      const end = this.end(this.at, LINE_FEED);
      const isBlank = this.isBlank(this.at, end);
      if (!isBlank) this.readFields(values, end);
      this.at = end + 1;
      if (!isBlank) return true;
    }
    return false;
  }

  /** Where a number of the last row stands: `train.csv:3, column 7`. */
  place(column: number): string {
    const name = this.header ? ` (${this.header[column]})` : '';
    return `${this.file}:${this.line}, column ${column + 1}${name}`;
  }

  private readFields(values: Float64Array, end: number): void {
    let column = 0;
    for (let from = this.at; from <= end; column++) {
      const to = Math.min(end, this.end(from, COMMA));
      if (column < values.length) values[column] = this.number(from, to, column);
      from = to + 1;
    }
    if (column !== values.length) {
      throw new DataError(
        `${this.file}:${this.line}: expected ${values.length} columns, found ${column}`,
      );
    }
  }

  private number(from: number, to: number, column: number): number {
    let value = 0;
    for (let at = from; at < to; at++) {
      const byte = this.bytes[at];
      if (byte < ZERO || byte > NINE) return this.unusualNumber(from, to, column);
      value = 10 * value + byte - ZERO;
    }
    return to > from ? value : this.unusualNumber(from, to, column);
  }

  /** Of anything but digits. */
  private unusualNumber(from: number, to: number, column: number): number {
    const text = this.text(from, to)
      .trim()
      .replace(/^"(.*)"$/, '$1');
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
    throw new DataError(`${this.place(column)}: expected a number, ${found(text)}`);
  }

  private isBlank(from: number, to: number): boolean {
    return to - from < 2 && this.text(from, to).trim() === '';
  }

  /** Where the next such byte is, or else the end of the file. */
  private end(from: number, byte: number): number {
    const at = this.bytes.indexOf(byte, from);
    return at < 0 ? this.bytes.length : at;
  }

  private text(from: number, to: number): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + from, to - from).toString(
      'latin1',
    );
  }
}

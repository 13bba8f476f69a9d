import { PlotError } from '../errors';
import { optionsOf } from '../options';
import type { Picture } from './figure';
import type { FigureText } from './house-style';
import { type Images, type RgbaImage, rgbaImages } from './images';
import { type Cell, drawSheet } from './sheet';

/** A row of images with its label, such as `input`. */
export interface ImageRow {
  readonly label?: string;
  readonly images: Images;
  /** A few words under each image. Default none. */
  readonly captions?: readonly string[];
}

interface CommonOptions extends FigureText {
  /** Words above each column. Default none. */
  readonly columnLabels?: readonly string[];
  /** Device pixels an image pixel; half as many CSS pixels. Default 3 for images of about 28×28. */
  readonly scale?: number;
}

/** Labelled rows, such as inputs above their reconstructions. */
export interface RowGridOptions extends CommonOptions {
  readonly rows: readonly ImageRow[];
}

/** Images one after the other, line by line. */
export interface FilledGridOptions extends CommonOptions {
  readonly images: Images;
  /** A few words under each image. Default none. */
  readonly captions?: readonly string[];
  /** Images a line. Default 10. */
  readonly columns?: number;
}

/** What `imageGrid` draws: labelled rows, or images line by line. */
export type ImageGridOptions = RowGridOptions | FilledGridOptions;

/**
 * Images in a grid, composed as one picture: small ones magnified without smoothing, large ones
 * shrunk to the page. Grey or RGB; bytes or floats in [0, 1]; 0 is black.
 *
 * @throws when there is no image, a shape is unknown, rows have images of different sizes, or there
 *   are not as many captions or column labels as images
 */
export function imageGrid(options: ImageGridOptions): Picture {
  optionsOf('imageGrid', options);
  const { title, caption, columnLabels, scale } = options;
  const rows = 'rows' in options ? labelledRows(options.rows) : filledRows(options);
  const cells = rows.flatMap((row) => row.cells);
  if (cells.length === 0) throw new PlotError('an image grid without images');
  assertOneSize(cells.map(({ image }) => image));
  const numColumns = Math.max(...rows.map((row) => row.cells.length));
  if (columnLabels && columnLabels.length !== numColumns) {
    throw new PlotError(`${columnLabels.length} column labels for ${numColumns} columns`);
  }
  const names = rows.map(({ label }) => label).filter(Boolean);
  const rowCount = rows.length === 1 ? '1 row' : `${rows.length} rows`;
  const alt =
    options.alt ??
    `${title}: a grid of ${cells.length} images in ${rowCount} of ${numColumns}` +
      (names.length > 0 ? `, from top to bottom ${names.join(', ')}` : '') +
      (columnLabels ? `; columns ${columnLabels.join(', ')}` : '');
  return drawSheet({ title, caption, alt, rows, columnLabels, scale });
}

interface CellRow {
  readonly label?: string;
  readonly cells: readonly Cell[];
}

function labelledRows(rows: readonly ImageRow[]): CellRow[] {
  return rows.map(({ label, images, captions }) => ({ label, cells: cellsOf(images, captions) }));
}

function filledRows({ images, captions, columns = 10 }: FilledGridOptions): CellRow[] {
  if (!Number.isInteger(columns) || columns < 1) {
    throw new PlotError(`invalid number of columns: ${columns} (a positive integer)`);
  }
  const cells = cellsOf(images, captions);
  const numRows = Math.ceil(cells.length / columns);
  return Array.from({ length: numRows }, (_, row) => ({
    cells: cells.slice(row * columns, (row + 1) * columns),
  }));
}

function cellsOf(images: Images, captions: readonly string[] | undefined): Cell[] {
  const pictures = rgbaImages(images);
  if (captions && captions.length !== pictures.length) {
    throw new PlotError(`${captions.length} captions for ${pictures.length} images`);
  }
  return pictures.map((image, i) => ({ image, caption: captions?.[i] }));
}

function assertOneSize(images: readonly RgbaImage[]): void {
  const [{ width, height }] = images;
  const other = images.find((image) => image.width !== width || image.height !== height);
  if (other) {
    throw new PlotError(
      `images of different sizes in one grid: ${height}×${width} and ${other.height}×${other.width}`,
    );
  }
}

import type { SKRSContext2D } from '@napi-rs/canvas';
import { checkNumbers, checkTexts } from '../checks';
import { PlotError } from '../errors';
import type { Picture } from './figure';
import { FAINT_INK, FIGURE_WIDTH, INK } from './house-style';
import type { RgbaImage } from './images';
import { PIXEL_RATIO } from './png';
import { canvasLibrary, FONT_FAMILY } from './render/fonts';
import { wrapped } from './wrapped';

/** An image with the words under it. */
export interface Cell {
  readonly image: RgbaImage;
  readonly caption?: string;
}

export interface SheetOptions {
  readonly title: string;
  readonly caption?: string;
  readonly alt: string;
  readonly rows: readonly { readonly label?: string; readonly cells: readonly Cell[] }[];
  readonly columnLabels?: readonly string[];
  /** Device pixels an image pixel. */
  readonly scale?: number;
}

/* All lengths are device pixels: the sheet is drawn at the size of its PNG. */
const MARGIN = 24;
const GAP = 10;
const LABEL_GAP = 16;
const TITLE_SIZE = 15 * PIXEL_RATIO;
const TEXT_SIZE = 11 * PIXEL_RATIO;
const SMALL_SIZE = 10 * PIXEL_RATIO;
const LINE = 1.25;
const PAGE = FIGURE_WIDTH * PIXEL_RATIO;
/** What an image is magnified towards where the page is wide enough. */
const TARGET_CELL = 96;
const LARGEST_CELL = 400;
/** Letters of a row's label beside each other; a longer one is broken into lines. */
const LABEL_LENGTH = 24;
/** Letters of a caption's word; a longer one is broken. */
const WORD_LENGTH = 20;
const FRAME = '#d0d5dd';

/** Draws images in rows with their labels and captions under a title. All have one size. */
export function drawSheet(options: SheetOptions): Picture {
  const { title, caption, scale } = options;
  checkTexts({ title, ...(caption !== undefined && { caption }) }, PlotError);
  if (scale !== undefined) checkNumbers({ scale }, PlotError, 1);
  const { createCanvas } = canvasLibrary();
  const ruler = createCanvas(1, 1).getContext('2d');
  const plan = planSheet(options, ruler);
  const canvas = createCanvas(plan.width, plan.height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, plan.width, plan.height);
  drawHead(context, options, plan);
  let top = plan.gridTop;
  for (const { label, cells } of options.rows) {
    if (label) {
      takePen(context, TEXT_SIZE, INK, 'right', 'middle');
      const height = TEXT_SIZE * LINE;
      const numLines = Math.max(1, Math.floor((plan.imageHeight + GAP) / height));
      const lines = wrapped(label, LABEL_LENGTH, numLines);
      const middle = top + plan.imageHeight / 2 - ((lines.length - 1) / 2) * height;
      lines.forEach((line, i) => {
        context.fillText(line, plan.gridLeft - LABEL_GAP, middle + i * height);
      });
    }
    cells.forEach((cell, column) => {
      const left = plan.gridLeft + column * (plan.cellWidth + GAP);
      drawCell(context, cell, left, top, plan);
    });
    top += plan.imageHeight + captionHeight(cells, plan, ruler) + GAP;
  }
  return {
    png: canvas.toBuffer('image/png'),
    width: plan.width / PIXEL_RATIO,
    height: plan.height / PIXEL_RATIO,
    title: options.title,
    alt: options.alt,
  };
}

interface Plan {
  readonly width: number;
  readonly height: number;
  readonly gridLeft: number;
  readonly gridTop: number;
  readonly titleLines: readonly string[];
  readonly captionLines: readonly string[];
  readonly columnLines: readonly (readonly string[])[];
  readonly cellWidth: number;
  readonly imageWidth: number;
  readonly imageHeight: number;
}

function planSheet(options: SheetOptions, ruler: SKRSContext2D): Plan {
  const { rows, columnLabels = [], title, caption } = options;
  const numColumns = Math.max(...rows.map(({ cells }) => cells.length));
  const labelWidth = widest(
    ruler,
    TEXT_SIZE,
    rows.flatMap(({ label }) => wrapped(label ?? '', LABEL_LENGTH)),
  );
  const gridLeft = MARGIN + (labelWidth > 0 ? labelWidth + LABEL_GAP : 0);
  const room = (PAGE - gridLeft - MARGIN - (numColumns - 1) * GAP) / numColumns;

  const { image } = rows.find(({ cells }) => cells.length > 0)!.cells[0];
  const scale = options.scale ?? fittingScale(image.width, room);
  const imageWidth = Math.max(1, Math.round(image.width * scale));
  const imageHeight = Math.max(1, Math.round(image.height * scale));
  const captions = rows.flatMap(({ cells }) => cells.map((cell) => cell.caption ?? ''));
  const words = (texts: readonly string[]) => texts.flatMap(wordsOf);
  const cellWidth = Math.max(
    imageWidth,
    widest(ruler, SMALL_SIZE, words(captions)),
    widest(ruler, TEXT_SIZE, words(columnLabels)),
  );

  const gridWidth = numColumns * cellWidth + (numColumns - 1) * GAP;
  const titleRoom = Math.max(gridLeft + gridWidth - MARGIN, PAGE / 2);
  const titleLines = wrap(ruler, TITLE_SIZE, title, titleRoom);
  const captionLines = caption ? wrap(ruler, TEXT_SIZE, caption, titleRoom) : [];
  const headWidth = Math.max(
    widest(ruler, TITLE_SIZE, titleLines),
    widest(ruler, TEXT_SIZE, captionLines),
  );
  const columnLines = columnLabels.map((label) => wrap(ruler, TEXT_SIZE, label, cellWidth));
  const columnHeight = Math.max(0, ...columnLines.map(({ length }) => length)) * TEXT_SIZE * LINE;
  const gridTop =
    MARGIN +
    titleLines.length * TITLE_SIZE * LINE +
    captionLines.length * TEXT_SIZE * LINE +
    GAP +
    (columnHeight > 0 ? columnHeight + GAP : 0);
  const plan = { titleLines, captionLines, columnLines, cellWidth, imageWidth, imageHeight };
  const gridHeight = rows.reduce(
    (sum, { cells }) => sum + imageHeight + captionHeight(cells, plan, ruler) + GAP,
    0,
  );
  return {
    ...plan,
    gridLeft: Math.round(gridLeft),
    gridTop: Math.round(gridTop),
    width: evenly(Math.max(gridLeft + gridWidth, MARGIN + headWidth) + MARGIN),
    height: evenly(gridTop + gridHeight - GAP + MARGIN),
  };
}

/** A whole number of device pixels an image pixel, unless the image is larger than its room. */
function fittingScale(width: number, room: number): number {
  const largest = Math.min(room, LARGEST_CELL) / width;
  return largest < 1
    ? largest
    : Math.max(1, Math.min(Math.floor(largest), Math.round(TARGET_CELL / width)));
}

/** So that half of it, the size in CSS pixels, is whole. */
function evenly(length: number): number {
  return PIXEL_RATIO * Math.ceil(length / PIXEL_RATIO);
}

function drawHead(context: SKRSContext2D, { columnLabels }: SheetOptions, plan: Plan): void {
  let top = MARGIN;
  const put = (lines: readonly string[], size: number, ink: string) => {
    for (const line of lines) {
      takePen(context, size, ink, 'left');
      context.fillText(line, MARGIN, top);
      top += size * LINE;
    }
  };
  put(plan.titleLines, TITLE_SIZE, INK);
  put(plan.captionLines, TEXT_SIZE, FAINT_INK);
  if (!columnLabels) return;
  plan.columnLines.forEach((lines, column) => {
    const middle = plan.gridLeft + column * (plan.cellWidth + GAP) + plan.cellWidth / 2;
    const bottom = plan.gridTop - GAP / 2;
    takePen(context, TEXT_SIZE, INK, 'center');
    lines.forEach((line, i) => {
      context.fillText(line, middle, bottom - (lines.length - i) * TEXT_SIZE * LINE);
    });
  });
}

function drawCell(
  context: SKRSContext2D,
  { image, caption = '' }: Cell,
  left: number,
  top: number,
  { cellWidth, imageWidth, imageHeight }: Plan,
): void {
  const { createCanvas, ImageData } = canvasLibrary();
  const { rgba, width, height } = image;
  const small = createCanvas(width, height);
  small.getContext('2d').putImageData(new ImageData(rgba, width, height), 0, 0);
  const x = Math.round(left + (cellWidth - imageWidth) / 2);
  context.fillStyle = FRAME;
  context.fillRect(x - 1, top - 1, imageWidth + 2, imageHeight + 2);
  context.imageSmoothingEnabled = imageWidth < width;
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, x, top, imageWidth, imageHeight);
  wrap(context, SMALL_SIZE, caption, cellWidth).forEach((line, i) => {
    takePen(context, SMALL_SIZE, INK, 'center');
    context.fillText(line, left + cellWidth / 2, top + imageHeight + 6 + i * SMALL_SIZE * LINE);
  });
}

function captionHeight(
  cells: readonly Cell[],
  { cellWidth }: Pick<Plan, 'cellWidth'>,
  ruler: SKRSContext2D,
): number {
  const numLines = Math.max(
    ...cells.map(({ caption = '' }) => wrap(ruler, SMALL_SIZE, caption, cellWidth).length),
  );
  return numLines > 0 ? numLines * SMALL_SIZE * LINE + 6 : 0;
}

function takePen(
  context: SKRSContext2D,
  size: number,
  ink: string,
  align: 'left' | 'center' | 'right',
  baseline: 'top' | 'middle' = 'top',
): void {
  setFont(context, size);
  context.fillStyle = ink;
  context.textAlign = align;
  context.textBaseline = baseline;
}

function setFont(context: SKRSContext2D, size: number): void {
  context.font = `${size}px "${FONT_FAMILY}"`;
}

function widest(context: SKRSContext2D, size: number, texts: readonly string[]): number {
  setFont(context, size);
  return Math.ceil(Math.max(0, ...texts.map((text) => context.measureText(text).width)));
}

/** Breaks a text at its spaces into lines of at most `width`; no line for no text. */
function wrap(context: SKRSContext2D, size: number, text: string, width: number): string[] {
  setFont(context, size);
  const lines: string[] = [];
  for (const word of wordsOf(text)) {
    const longer = lines.length > 0 ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length > 0 && context.measureText(longer).width <= width)
      lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function wordsOf(text: string): string[] {
  return text
    .split(' ')
    .filter(Boolean)
    .flatMap((word) => wrapped(word, WORD_LENGTH));
}

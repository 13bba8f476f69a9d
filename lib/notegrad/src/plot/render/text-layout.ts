import { canvasLibrary, FONT_FAMILY } from './fonts';
import { type Box, boxOfPoints, NO_BOX } from './geometry';

interface Font {
  readonly size: number;
  readonly bold: boolean;
  readonly italic: boolean;
}

const DEFAULT_FONT: Font = { size: 16, bold: false, italic: false };
const ELEMENT_NODE = 1;
const TEXT_NODE = 3;

/** The box of an SVG `text` or `tspan`, laid out as browsers do it: the part that jsdom lacks. */
export function textBox(element: Element): Box {
  const corners: number[][] = [];
  for (const line of layOut(element)) {
    const shift = { start: 0, middle: line.width / 2, end: line.width }[anchorOf(element)];
    for (const run of line.runs) {
      corners.push([run.x - shift, run.y - run.ascent]);
      corners.push([run.x - shift + run.width, run.y + run.descent]);
    }
  }
  return corners.length > 0 ? boxOfPoints(corners) : NO_BOX;
}

/** How far the text of an element advances. */
export function textLength(element: Element): number {
  return layOut(element).reduce((sum, { width }) => sum + width, 0);
}

interface Run {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly ascent: number;
  readonly descent: number;
}

interface Line {
  readonly runs: Run[];
  width: number;
}

/** Runs of one font each, in lines: an element with an `x` of its own begins a new line. */
function layOut(root: Element): Line[] {
  const lines: Line[] = [{ runs: [], width: 0 }];
  const cursor = { x: 0, y: 0 };
  const visit = (element: Element, font: Font) => {
    const [x, y] = ['x', 'y'].map((name) => element.getAttribute(name));
    if (x !== null) {
      cursor.x = Number.parseFloat(x);
      if (lines[lines.length - 1].runs.length > 0) lines.push({ runs: [], width: 0 });
    }
    if (y !== null) cursor.y = Number.parseFloat(y);
    cursor.x += length(element.getAttribute('dx'), font.size);
    cursor.y += length(element.getAttribute('dy'), font.size);
    for (const node of element.childNodes) {
      if (node.nodeType === ELEMENT_NODE) visit(node as Element, fontOf(node as Element, font));
      if (node.nodeType !== TEXT_NODE || !node.textContent) continue;
      const run = { ...measure(node.textContent, font), x: cursor.x, y: cursor.y };
      const line = lines[lines.length - 1];
      line.runs.push(run);
      line.width += run.width;
      cursor.x += run.width;
    }
  };
  visit(root, inheritedFont(root));
  return lines;
}

const measured = new Map<string, Pick<Run, 'width' | 'ascent' | 'descent'>>();
let context: import('@napi-rs/canvas').SKRSContext2D | undefined;

function measure(
  text: string,
  { size, bold, italic }: Font,
): Pick<Run, 'width' | 'ascent' | 'descent'> {
  const font = `${italic ? 'italic ' : ''}${bold ? 'bold ' : ''}${size}px "${FONT_FAMILY}"`;
  const key = `${font} ${text}`;
  let metrics = measured.get(key);
  if (!metrics) {
    context ??= canvasLibrary().createCanvas(1, 1).getContext('2d');
    context.font = font;
    const { width, fontBoundingBoxAscent, fontBoundingBoxDescent } = context.measureText(text);
    metrics = { width, ascent: fontBoundingBoxAscent, descent: fontBoundingBoxDescent };
    measured.set(key, metrics);
  }
  return metrics;
}

function inheritedFont(element: Element): Font {
  const parent = element.parentElement;
  return fontOf(element, parent ? inheritedFont(parent) : DEFAULT_FONT);
}

function fontOf(element: Element, inherited: Font): Font {
  const size = styleOf(element, 'font-size');
  const weight = styleOf(element, 'font-weight');
  const slant = styleOf(element, 'font-style');
  return {
    size: size ? length(size, inherited.size) : inherited.size,
    bold: weight ? weight === 'bold' || Number(weight) >= 600 : inherited.bold,
    italic: slant ? slant !== 'normal' : inherited.italic,
  };
}

function anchorOf(element: Element): 'start' | 'middle' | 'end' {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const anchor = styleOf(at, 'text-anchor');
    if (anchor === 'start' || anchor === 'middle' || anchor === 'end') return anchor;
  }
  return 'start';
}

function styleOf(element: Element, property: string): string {
  const style = element.getAttribute('style') ?? '';
  const declared = new RegExp(`(?:^|;)\\s*${property}\\s*:\\s*([^;]+)`).exec(style);
  return (declared?.[1] ?? element.getAttribute(property) ?? '').trim();
}

/** A length in pixels; `em` and `%` are of `size`. */
function length(text: string | null, size: number): number {
  if (!text) return 0;
  const value = Number.parseFloat(text);
  if (text.endsWith('em')) return value * size;
  if (text.endsWith('%')) return (value / 100) * size;
  return value;
}

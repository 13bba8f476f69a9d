import {
  decodePDFRawStream,
  PDFArray,
  PDFDict,
  PDFName,
  PDFNumber,
  type PDFPage,
  PDFRawStream,
} from '@pdfme/pdf-lib';

/** Left, bottom, right and top, in points from the lower left corner of the page. */
export type Box = readonly [left: number, bottom: number, right: number, top: number];

/** A, b, c, d, e and f of PDF: where (x, y) goes is (ax + cy + e, bx + dy + f). */
type Transform = readonly [number, number, number, number, number, number];

interface State {
  readonly transform: Transform;
  readonly clip: Box;
}

const EVERYWHERE: Box = [-1e9, -1e9, 1e9, 1e9];
const NOWHERE: Box = [1e9, 1e9, -1e9, -1e9];
const UNIT: Box = [0, 0, 1, 1];
const WORDS =
  /\((?:\\[\s\S]|[^\\()])*\)|<<|>>|<[0-9A-Fa-f\s]*>|\[|\]|\/[^\s()<>[\]/]*|[^\s()<>[\]/]+/g;

/**
 * How far what is painted in each mark of a page reaches, by the mark's number. Of text, the places
 * where its glyphs begin and their height count.
 */
export function markedBoxes(page: PDFPage): ReadonlyMap<number, Box> {
  const boxes = new Map<number, Box>();
  const saved: State[] = [];
  const marks: (number | undefined)[] = [];
  let state: State = { transform: [1, 0, 0, 1, 0, 0], clip: EVERYWHERE };
  let path = NOWHERE;
  let isClip = false;
  let line: Transform = [1, 0, 0, 1, 0, 0];
  let size = 0;
  const paint = (box: Box) => {
    const mark = marks.findLast((each) => each !== undefined);
    const seen = common(box, state.clip);
    if (mark === undefined || seen[0] > seen[2] || seen[1] > seen[3]) return;
    boxes.set(mark, around(boxes.get(mark) ?? NOWHERE, seen));
  };
  const reach = (...points: readonly number[]) => {
    for (let i = 0; i + 1 < points.length; i += 2) {
      const place = placed([points[i], points[i + 1], points[i], points[i + 1]], state.transform);
      path = around(path, place);
    }
  };
  const step = (x: number, y: number) => {
    line = after([1, 0, 0, 1, x, y], line);
  };
  const show = () => paint(placed([0, 0, size / 4, size], after(line, state.transform)));
  for (const [operator, words] of operationsOf(page)) {
    const numbers = words.map(Number);
    switch (operator) {
      case 'q':
        saved.push(state);
        break;
      case 'Q':
        state = saved.pop() ?? state;
        break;
      case 'cm':
        state = { ...state, transform: after(numbers as unknown as Transform, state.transform) };
        break;
      case 'm':
      case 'l':
      case 'c':
      case 'v':
      case 'y':
        reach(...numbers);
        break;
      case 're': {
        const [x, y, width, height] = numbers;
        reach(x, y, x + width, y, x, y + height, x + width, y + height);
        break;
      }
      case 'W':
      case 'W*':
        isClip = true;
        break;
      case 'BT':
        line = [1, 0, 0, 1, 0, 0];
        break;
      case 'Tf':
        size = numbers[1];
        break;
      case 'Tm':
        line = numbers as unknown as Transform;
        break;
      case 'Td':
        step(numbers[0], numbers[1]);
        break;
      case 'Tj':
      case 'TJ':
        show();
        break;
      case 'Do':
        paint(placed(boxOfObject(page, words[0]), state.transform));
        break;
      case 'BDC':
      case 'BMC': {
        const at = words.indexOf('/MCID');
        marks.push(at < 0 ? undefined : numbers[at + 1]);
        break;
      }
      case 'EMC':
        marks.pop();
        break;
      default:
        if (!/^(?:f\*?|F|[sS]|[bB]\*?|n)$/.test(operator)) break;
        if (operator !== 'n') paint(path);
        if (isClip) state = { ...state, clip: common(state.clip, path) };
        [path, isClip] = [NOWHERE, false];
    }
  }
  return boxes;
}

/** The operators of a page, each with the words before it. */
function operationsOf(page: PDFPage): readonly (readonly [string, readonly string[]])[] {
  const stream = page.node.Contents();
  if (!(stream instanceof PDFRawStream)) return [];
  const text = Buffer.from(decodePDFRawStream(stream).decode()).toString('latin1');
  const operations: [string, readonly string[]][] = [];
  let before: string[] = [];
  for (const [word] of text.matchAll(WORDS)) {
    if (/^[A-Za-z'"][A-Za-z0-9*]*$/.test(word)) {
      operations.push([word, before]);
      before = [];
    } else before.push(word);
  }
  return operations;
}

/** What a picture or a form covers before it is placed. */
function boxOfObject(page: PDFPage, word: string): Box {
  const objects = page.node.Resources()?.lookupMaybe(PDFName.of('XObject'), PDFDict);
  const object = objects?.lookup(PDFName.of(word.slice(1)));
  if (!(object instanceof PDFRawStream)) return UNIT;
  const numbers = (key: string) =>
    object.dict
      .lookupMaybe(PDFName.of(key), PDFArray)
      ?.asArray()
      .map((each) => (each instanceof PDFNumber ? each.asNumber() : 0));
  const box = numbers('BBox');
  if (!box) return UNIT;
  const matrix = numbers('Matrix') ?? [1, 0, 0, 1, 0, 0];
  return placed(box as unknown as Box, matrix as unknown as Transform);
}

/** The transform that does one and then the other. */
function after(first: Transform, then: Transform): Transform {
  const [a, b, c, d, e, f] = first;
  const [p, q, r, s, t, u] = then;
  return [
    a * p + b * r,
    a * q + b * s,
    c * p + d * r,
    c * q + d * s,
    e * p + f * r + t,
    e * q + f * s + u,
  ];
}

function placed([left, bottom, right, top]: Box, [a, b, c, d, e, f]: Transform): Box {
  const x = [left, right].flatMap((x) => [bottom, top].map((y) => a * x + c * y + e));
  const y = [left, right].flatMap((x) => [bottom, top].map((y) => b * x + d * y + f));
  return [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
}

export function around(one: Box, other: Box): Box {
  return [
    Math.min(one[0], other[0]),
    Math.min(one[1], other[1]),
    Math.max(one[2], other[2]),
    Math.max(one[3], other[3]),
  ];
}

function common(one: Box, other: Box): Box {
  return [
    Math.max(one[0], other[0]),
    Math.max(one[1], other[1]),
    Math.min(one[2], other[2]),
    Math.min(one[3], other[3]),
  ];
}

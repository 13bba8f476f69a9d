import { isLocked, marksOf } from '../assignment/cell-marks';
import { type Cell, type Notebook, sourceOf } from '../notebook';

interface Heading {
  readonly level: number;
  readonly text: string;
}

/** Words that a skeleton leaves where an answer belongs, those of nbgrader and of `release` among them. */
const PLACEHOLDER =
  /\bTODO\b|\bFIXME\b|\b(?:[Yy]our|YOUR) (?:answer|ANSWER|code|CODE|solution|SOLUTION) (?:here|HERE)\b|\bwrite this:/;

/** Where a notebook still lacks an answer: empty cells, headings over nothing, placeholders. */
export function missingAnswers(notebook: Notebook): readonly string[] {
  const missing: string[] = [];
  let last: Heading | undefined;
  let isBare = false;
  const place = () => (last ? ` under “${last.text}”` : '');
  const close = (level: number) => {
    if (last && isBare && last.level >= level) missing.push(`nothing stands${place()}`);
  };
  for (const cell of notebook.cells) {
    const parts = partsOf(cell);
    // A cell of hidden tests is empty until it is graded.
    const isGiven = parts.length === 0 && isLockedCell(cell);
    if (parts.length === 0 && !isGiven) missing.push(`a ${cell.cell_type} cell${place()} is empty`);
    for (const part of parts) {
      if (typeof part === 'string') {
        isBare = false;
        const found = PLACEHOLDER.exec(part);
        if (found) missing.push(`“${found[0]}” stands${place()}`);
      } else {
        close(part.level);
        [last, isBare] = [part, true];
      }
    }
  }
  close(0);
  return missing;
}

function isLockedCell(cell: Cell): boolean {
  const { marks } = marksOf(cell);
  return marks !== undefined && isLocked(marks);
}

/** Headings and what lies between them. */
function partsOf(cell: Cell): readonly (Heading | string)[] {
  const source = sourceOf(cell);
  if (cell.cell_type !== 'markdown') return source.trim() === '' ? [] : [source];
  // In a fenced block a line that begins with # is no heading.
  const parts = source.replaceAll(/<!--[\s\S]*?-->/g, '').split(/(^```[\s\S]*?^```|^#{1,6} .*$)/m);
  return parts
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [, marks, text] = /^(#{1,6}) +(.*)$/.exec(part) ?? [];
      return marks ? { level: marks.length, text: text.trim() } : part;
    });
}

import { type Cell, type Notebook, sourceOf } from '../notebook';
import { ANSWER_HERE, type Assignment, type MarkedCell } from './assignment';
import { type CellMarks, marksOf } from './cell-marks';

export const REPAIR_KINDS = [
  /** The source of a cell that students do not write. */
  'changed',
  /** Its type, as code that was turned to Markdown. */
  'type',
  /** Its metadata: flags, points, id. */
  'marks',
  'missing',
  'copied',
  'split',
  'moved',
  /** A grade_id that the assignment does not have. */
  'unknown',
] as const;

/** One thing that was not as released, and what was done. */
export interface Repair {
  readonly kind: (typeof REPAIR_KINDS)[number];
  /** The grade_id. */
  readonly cell: string;
  /** What was found and done, in words. */
  readonly message: string;
}

export interface Repaired {
  readonly notebook: Notebook;
  /** In the order of the assignment; empty where all was as released. */
  readonly repairs: readonly Repair[];
}

/** What a repaired cell holds. */
export interface RepairOptions {
  /**
   * What stands in cells that students do not write: what they were given, or the whole, with hidden
   * tests. Default given.
   */
  readonly tests?: 'visible' | 'all';
}

/** A cell of the submission on its way into the repaired notebook. */
interface Piece {
  cell: Cell;
  /** The cell of the assignment that it stands for. */
  reference?: MarkedCell;
}

/**
 * Puts a submission back into the form in which it was released, whatever happened to it: cells that
 * students do not write have their source again, every graded cell is there once, is of its type,
 * has its marks and stands behind what it tests. What students wrote is kept: a copy of an answer
 * becomes a cell of their own, and the pieces of one that was split are joined or run one after the
 * other. Repairing twice changes nothing more.
 */
export function repair(
  submission: Notebook,
  assignment: Assignment,
  { tests = 'visible' }: RepairOptions = {},
): Repaired {
  const repairs: Repair[] = [];
  const report = (kind: Repair['kind'], cell: string, message: string) => {
    repairs.push({ kind, cell, message });
  };
  const pieces = recognised(submission, assignment, report);
  const kept = resolveCopies(pieces, assignment, report);
  const placed = putInOrder(kept, assignment, report);
  const cells = placed.map(({ cell, reference }) =>
    reference ? restored(cell, reference, tests, report) : cell,
  );
  const order = new Map(assignment.cells.map(({ id }, index) => [id, index]));
  const place = ({ cell }: Repair) => order.get(cell) ?? order.size;
  return {
    notebook: { ...submission, cells: withIds(cells) },
    repairs: repairs.sort((a, b) => place(a) - place(b)),
  };
}

type Report = (kind: Repair['kind'], cell: string, message: string) => void;

/**
 * Which cell of the assignment each cell stands for: that of its grade_id; where it has none, that
 * of its own id, as of a cell whose metadata was lost; at last that of the same text.
 */
function recognised(
  submission: Notebook,
  assignment: Assignment,
  report: Report,
): readonly Piece[] {
  const byId = new Map(assignment.cells.map((cell) => [cell.id, cell]));
  const pieces: Piece[] = submission.cells.map((cell) => {
    const id = gradeIdOf(cell);
    // What is wrong with the marks of a cell that has no id stays with the student.
    if (id === undefined) return { cell: marksOf(cell).flaws.length > 0 ? unmarked(cell) : cell };
    const reference = byId.get(id);
    if (reference) return { cell, reference };
    report(
      'unknown',
      id,
      'the assignment has no cell of this grade_id: it counts as one of the student’s own',
    );
    return { cell: unmarked(cell) };
  });
  const find = (isOf: (piece: Cell, reference: MarkedCell) => boolean) => {
    for (const reference of assignment.cells) {
      if (pieces.some((piece) => piece.reference === reference)) continue;
      const lost = pieces.find((piece) => !piece.reference && isOf(piece.cell, reference));
      if (lost) lost.reference = reference;
    }
  };
  find((cell, { cell: { id } }) => id !== undefined && cell.id === id);
  find((cell, reference) => isGiven(reference) && isAsGiven(sourceOf(cell), reference));
  return pieces;
}

/** One cell for each of the assignment's: which of several it is, and what becomes of the others. */
function resolveCopies(
  pieces: readonly Piece[],
  assignment: Assignment,
  report: Report,
): readonly Piece[] {
  let kept = [...pieces];
  for (const reference of assignment.cells) {
    const copies = kept.filter((piece) => piece.reference === reference);
    if (copies.length < 2) continue;
    const { id, role } = reference;
    const others = (chosen: Piece) => copies.filter((piece) => piece !== chosen);
    if (isGiven(reference)) {
      const chosen = copies.find(({ cell }) => isAsGiven(sourceOf(cell), reference)) ?? copies[0];
      const isWhole = isAsGiven(sourceOf(chosen.cell), reference);
      report(
        isWhole ? 'copied' : 'split',
        id,
        `stands there ${times(copies.length)}: one was kept, as it was given`,
      );
      kept = kept.filter((piece) => !others(chosen).includes(piece));
    } else if (role === 'written' && reference.cell.cell_type === 'markdown') {
      const texts = copies.map(({ cell }) => sourceOf(cell).trim());
      const own = texts.filter((text, i) => !isBlank(text, reference) && texts.indexOf(text) === i);
      const [chosen] = copies;
      chosen.cell = { ...chosen.cell, source: own.length > 0 ? own.join('\n\n') : texts[0] };
      report('split', id, `stands there ${times(copies.length)}: the texts were joined`);
      kept = kept.filter((piece) => !others(chosen).includes(piece));
    } else {
      const chosen = lastBeforeTests(kept, copies, reference, assignment);
      for (const other of others(chosen)) {
        other.cell = unmarked(other.cell);
        other.reference = undefined;
      }
      const isSplit = copies.every(
        (piece, i) => i === 0 || kept.indexOf(piece) === kept.indexOf(copies[i - 1]) + 1,
      );
      report(
        isSplit ? 'split' : 'copied',
        id,
        `stands there ${times(copies.length)}: all of them run, and one is taken for it`,
      );
    }
  }
  return kept;
}

/** Of the copies of a solution, the last that runs before its question is tested. */
function lastBeforeTests(
  pieces: readonly Piece[],
  copies: readonly Piece[],
  reference: MarkedCell,
  { questions }: Assignment,
): Piece {
  const question = questions.find(({ cells }) => cells.includes(reference));
  const firstTest = pieces.findIndex(({ reference: one }) =>
    question?.tests.some((test) => test === one),
  );
  const before = copies.filter((piece) => firstTest < 0 || pieces.indexOf(piece) < firstTest);
  return before.at(-1) ?? copies[0];
}

/** Puts missing cells in, and cells that students do not write behind what they follow. */
function putInOrder(
  pieces: readonly Piece[],
  { cells }: Assignment,
  report: Report,
): readonly Piece[] {
  const placed = [...pieces];
  let end = -1;
  for (const reference of cells) {
    const found = placed.findIndex((piece) => piece.reference === reference);
    if (found < 0) {
      const source = reference.released;
      end++;
      placed.splice(end, 0, { cell: { ...emptied(reference.cell), source }, reference });
      const what = isGiven(reference) ? 'it was put back' : 'there is no answer to grade';
      report('missing', reference.id, `was not there: ${what}`);
    } else if (found > end) {
      end = found;
    } else if (isGiven(reference)) {
      const [piece] = placed.splice(found, 1);
      placed.splice(end, 0, piece);
      report('moved', reference.id, 'stood before what it follows: it was put back behind it');
    }
  }
  return placed;
}

/** A cell with its type, its marks and, where students do not write it, its source. */
function restored(
  cell: Cell,
  reference: MarkedCell,
  tests: 'visible' | 'all',
  report: Report,
): Cell {
  const { id, marks } = reference;
  const type = reference.cell.cell_type;
  let source = sourceOf(cell);
  if (cell.cell_type !== type) {
    report(
      'type',
      id,
      `was turned from ${nameOf(type)} into ${nameOf(cell.cell_type)}: it was turned back`,
    );
  }
  if (isGiven(reference)) {
    if (!isAsGiven(source, reference)) {
      report('changed', id, 'was changed: it was put back as it was given');
    }
    source = tests === 'all' ? reference.source : reference.released;
  }
  const found = cell.metadata.nbgrader;
  if (!hasMarks(found, marks)) {
    report('marks', id, 'had lost its marks, or had others: they were put back');
  }
  const { deletable, editable } = reference.cell.metadata;
  const nbgrader = reference.marks;
  const metadata = {
    ...cell.metadata,
    ...(deletable !== undefined && { deletable }),
    ...(editable !== undefined && { editable }),
    nbgrader,
  };
  if (cell.cell_type === type) return { ...cell, source, metadata };
  const { outputs: _outputs, execution_count: _count, attachments, ...rest } = cell;
  const code =
    type === 'code'
      ? { outputs: [], execution_count: null }
      : { ...(attachments && { attachments }) };
  return { ...rest, ...code, cell_type: type, source, metadata };
}

function hasMarks(
  found: unknown,
  { checksum: _sum, cell_type: _type, ...wanted }: CellMarks,
): boolean {
  if (typeof found !== 'object' || found === null) return false;
  const own: Readonly<Record<string, unknown>> = { task: false, ...found };
  const keys = ['grade', 'solution', 'locked', 'task', 'grade_id', 'points'] as const;
  return keys.every((key) => own[key] === wanted[key]);
}

/** Whether students get the cell as it is. */
function isGiven({ role }: MarkedCell): boolean {
  return role === 'given' || role === 'tests' || role === 'task';
}

/** Blanks at the ends of lines are no change: editors take them away. */
function isAsGiven(source: string, { released, source: whole }: MarkedCell): boolean {
  const plain = (text: string) => text.replaceAll(/[^\S\n]+$/gm, '').trim();
  return [released, whole].some((one) => plain(one) === plain(source));
}

function isBlank(text: string, { released }: MarkedCell): boolean {
  return text === '' || text === released.trim() || text === ANSWER_HERE;
}

function gradeIdOf({ metadata: { nbgrader } }: Cell): string | undefined {
  if (typeof nbgrader !== 'object' || nbgrader === null || !('grade_id' in nbgrader))
    return undefined;
  return typeof nbgrader.grade_id === 'string' ? nbgrader.grade_id : undefined;
}

function unmarked(cell: Cell): Cell {
  const {
    nbgrader: _marks,
    deletable: _deletable,
    editable: _editable,
    ...metadata
  } = cell.metadata;
  return { ...cell, metadata };
}

function emptied(cell: Cell): Cell {
  return cell.cell_type === 'code' ? { ...cell, outputs: [], execution_count: null } : cell;
}

/** nbformat wants every id once: copies of a cell by hand may have the same. */
function withIds(cells: readonly Cell[]): readonly Cell[] {
  const seen = new Set<string>();
  return cells.map((cell) => {
    if (cell.id === undefined || !seen.has(cell.id)) {
      if (cell.id !== undefined) seen.add(cell.id);
      return cell;
    }
    let copy = 2;
    while (seen.has(`${cell.id}-${copy}`)) copy++;
    const id = `${cell.id}-${copy}`;
    seen.add(id);
    return { ...cell, id };
  });
}

function times(count: number): string {
  return count === 2 ? 'twice' : `${count} times`;
}

function nameOf(type: Cell['cell_type']): string {
  return { code: 'code', markdown: 'Markdown', raw: 'raw text' }[type];
}

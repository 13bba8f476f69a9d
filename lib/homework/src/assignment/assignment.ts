import { LEAST_MEMORY } from '../confinement/limits';
import { listed, Mistake } from '../mistake';
import { type Cell, type Notebook, nameOf, readNotebook, sourceOf } from '../notebook';
import { type CellMarks, marksOf, type Role, roleOf } from './cell-marks';
import { type Region, regionsOf, withoutRegions } from './regions';
import { type ReleaseNote, releaseNoteOf } from './release-note';

/** What a written answer holds until the student writes: nbgrader's words. */
export const ANSWER_HERE = 'YOUR ANSWER HERE';

/** A cell with nbgrader's metadata. */
export interface MarkedCell {
  /** Its place among all cells of the notebook, from 0. */
  readonly index: number;
  /** Its grade_id. */
  readonly id: string;
  readonly role: Role;
  /** The most that it earns; 0 where it is not graded. */
  readonly points: number;
  readonly cell: Cell;
  readonly marks: CellMarks;
  /** The whole text, with all that students do not see. */
  readonly source: string;
  readonly regions: readonly Region[];
  /**
   * What students get of a cell that they do not write: the source without hidden tests and mark
   * schemes. Of one that they write, in a released notebook: the stub that they got; in the
   * instructor's: words for nothing (stubs are made by `release`, and a solution is never given away).
   */
  readonly released: string;
}

/** A code cell whose run earns points. */
export interface TestCell extends MarkedCell {
  readonly role: 'tests';
  /** Whether there is anything that students can run. */
  readonly hasVisible: boolean;
  /** The hidden tests, in order; of a released notebook none. */
  readonly hidden: readonly Region[];
}

/** Cells that are graded together: what the student writes, and what earns its points. */
export interface Question {
  /** The grade_id of its first cell. */
  readonly id: string;
  /** The nearest heading above it, or its id. */
  readonly title: string;
  readonly points: number;
  /** All its cells, in the order of the notebook. */
  readonly cells: readonly MarkedCell[];
  /** The cells in which the student writes code that is tested. */
  readonly solutions: readonly MarkedCell[];
  readonly tests: readonly TestCell[];
  /** Written answers and tasks: what a person marks. */
  readonly manual: readonly MarkedCell[];
}

/** An instructor's notebook, or what was released of it, understood. */
export interface Assignment {
  /** The file's name without folder and extension; of a release, that of the notebook. */
  readonly name: string;
  readonly path: string;
  readonly notebook: Notebook;
  /** The cells with marks, in the order of the notebook. */
  readonly cells: readonly MarkedCell[];
  readonly questions: readonly Question[];
  readonly points: number;
  /** Files that go with it, by their paths from its folder: `metadata.notegrad.assignment.files`. */
  readonly files: readonly string[];
  /** MiB of memory that a submission takes, if more than is usual: `metadata.notegrad.assignment.memory`. */
  readonly memory?: number;
  /** Present in what students got, absent in the instructor's notebook. */
  readonly release?: ReleaseNote;
}

/**
 * Reads an instructor's or a released notebook as an assignment.
 *
 * @throws a Mistake that lists all that is wrong, each with its cell
 */
export function readAssignment(path: string): Assignment {
  return assignmentOf(readNotebook(path), path);
}

/** A notebook as an assignment; `path` is for messages and for its name. */
export function assignmentOf(notebook: Notebook, path: string): Assignment {
  const flaws: string[] = [];
  const release = releaseNoteOf(notebook, path);
  const cells = notebook.cells.flatMap((cell, index) => {
    const found = markedCell(cell, index, release !== undefined);
    const id = found.marked?.id ?? idIn(cell);
    const place = `cell ${index + 1}${id ? ` (${id})` : ''}`;
    flaws.push(...found.flaws.map((flaw) => `${place}: ${flaw}`));
    return found.marked ?? [];
  });
  const seen = new Map<string, number>();
  for (const { id, index } of cells) {
    const before = seen.get(id);
    if (before !== undefined) {
      flaws.push(`cell ${index + 1} (${id}): cell ${before + 1} has the same grade_id`);
    }
    seen.set(id, before ?? index);
  }
  if (flaws.length > 0) {
    throw new Mistake(`${path}: not an assignment that can be graded:${listed(flaws)}`);
  }
  const questions = questionsOf(notebook, cells);
  return {
    name: release?.name ?? nameOf(path),
    path,
    notebook,
    cells,
    questions,
    points: sum(cells),
    ...declaredIn(notebook, path),
    ...(release && { release }),
  };
}

/** Whether a cell is code whose run earns points. */
export function isTestCell(cell: MarkedCell): cell is TestCell {
  return cell.role === 'tests';
}

/** The question of this id. */
export function questionOf(assignment: Assignment, id: string): Question {
  const found = assignment.questions.find((question) => question.id === id);
  if (found) return found;
  const known = assignment.questions.map((question) => question.id).join(', ');
  throw new Mistake(`unknown question: ${id} (known: ${known})`);
}

function markedCell(cell: Cell, index: number, isReleased: boolean) {
  const { marks, flaws: wrongMarks } = marksOf(cell);
  const source = sourceOf(cell);
  const { regions, flaws: wrongRegions } = regionsOf(source);
  const flaws = [...wrongMarks, ...wrongRegions];
  const role = marks && roleOf(marks);
  // With wrong metadata there is no knowing what a region may stand in.
  if (wrongMarks.length === 0)
    flaws.push(...regions.flatMap(({ kind }) => misplaced(kind, role) ?? []));
  const pictures = regions
    .flatMap(({ lines }) => lines)
    .filter((line) => /\(attachment:/.test(line));
  // nbgrader refuses it, too: the picture would stay in the released file.
  if (role === 'task' && pictures.length > 0)
    flaws.push('its mark scheme has a picture that is attached to the cell');
  if (!marks || !role || flaws.length > 0) return { flaws };
  const { grade_id: id, points = 0 } = marks;
  const isGraded = role !== 'given' && role !== 'solution';
  const released =
    role === 'solution' || role === 'written'
      ? writtenByStudent(source, cell, isReleased)
      : withoutRegions(source, regions);
  const common = {
    index,
    id,
    points: isGraded ? points : 0,
    cell,
    marks,
    source,
    regions,
    released,
  };
  const marked: MarkedCell = { ...common, role };
  if (role !== 'tests') return { flaws, marked };
  const hasVisible = isCode(released);
  return { flaws, marked: { ...common, role, hasVisible, hidden: regions } satisfies TestCell };
}

/** Whether anything but blanks and comments is there. */
function isCode(source: string): boolean {
  return source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').trim() !== '';
}

function writtenByStudent(source: string, cell: Cell, isReleased: boolean): string {
  if (isReleased) return source;
  return cell.cell_type === 'code' ? '// nothing was handed in here' : ANSWER_HERE;
}

function misplaced(kind: Region['kind'], role: Role | undefined): string | undefined {
  switch (kind) {
    case 'solution':
      if (role === 'solution' || role === 'written') return undefined;
      return 'holds a solution and is not marked as one (solution is false)';
    case 'hidden tests':
      if (role === 'tests') return undefined;
      return 'holds hidden tests and is no test cell (grade is false, or solution true)';
    case 'mark scheme':
      return role === 'task' ? undefined : 'holds a mark scheme and is no task (task is false)';
  }
}

/** @throws a Mistake where a notebook asks nothing */
export function requireQuestions({ questions, path }: Assignment): void {
  if (questions.length > 0) return;
  throw new Mistake(
    `${path}: there is no question (cells with nbgrader's metadata; see \`homework new\`)`,
  );
}

/** @throws a Mistake where a notebook is no instructor's: what students get has no hidden tests */
export function requireSolution(assignment: Assignment): void {
  const { release, path } = assignment;
  if (release)
    throw new Mistake(`${path}: is what students get of ${release.name}, and no solution`);
  requireQuestions(assignment);
}

/**
 * A cell belongs to the question that its grade_id begins with (`q2a-tests` to `q2a`), and tests of
 * another name to the last question above them. Any other cell in which the student writes begins a
 * question, and so do tasks.
 */
function questionsOf(notebook: Notebook, cells: readonly MarkedCell[]): readonly Question[] {
  const begins = ({ role }: MarkedCell) => role !== 'given' && role !== 'tests';
  const ids = new Set(cells.filter(begins).map(({ id }) => id));
  const groups = new Map<string, MarkedCell[]>();
  let last: string | undefined;
  for (const cell of cells) {
    if (cell.role === 'given') continue;
    const root = prefixAmong(cell.id, ids) ?? (cell.role === 'tests' ? last : undefined) ?? cell.id;
    last = root;
    groups.set(root, [...(groups.get(root) ?? []), cell]);
  }
  return [...groups].map(([id, own]) => ({
    id,
    title: headingAbove(notebook, own[0].index) ?? id,
    points: sum(own),
    cells: own,
    solutions: own.filter(({ role }) => role === 'solution'),
    tests: own.filter(isTestCell),
    manual: own.filter(({ role }) => role === 'written' || role === 'task'),
  }));
}

/** The shortest of these ids that is a name's beginning, up to a hyphen or a low line. */
function prefixAmong(name: string, ids: ReadonlySet<string>): string | undefined {
  for (let end = 1; end < name.length; end++) {
    if (/[-_]/.test(name[end]) && ids.has(name.slice(0, end))) return name.slice(0, end);
  }
  return undefined;
}

function headingAbove(notebook: Notebook, index: number): string | undefined {
  for (const cell of notebook.cells.slice(0, index + 1).reverse()) {
    const text =
      cell.cell_type === 'markdown' ? sourceOf(cell).replaceAll(/^```[\s\S]*?^```/gm, '') : '';
    const heading = text.match(/^#{1,6} +.+$/gm)?.at(-1);
    if (heading) return heading.replace(/^#+ +/, '').trim();
  }
  return undefined;
}

/** What `metadata.notegrad.assignment` says. */
function declaredIn(notebook: Notebook, path: string): Pick<Assignment, 'files' | 'memory'> {
  const declared = notebook.metadata.notegrad?.assignment;
  if (declared === undefined) return { files: [] };
  const where = `${path}: metadata.notegrad.assignment`;
  if (typeof declared !== 'object' || declared === null)
    throw new Mistake(`${where}: not an object`);
  const { files = [], memory } = declared as {
    readonly files?: unknown;
    readonly memory?: unknown;
  };
  const isPath = (file: unknown) =>
    typeof file === 'string' && /^[\w][\w. /-]*$/.test(file) && !file.split('/').includes('..');
  if (!Array.isArray(files) || !files.every(isPath)) {
    const found = JSON.stringify(files);
    throw new Mistake(`${where}.files: paths inside its folder are wanted, not ${found}`);
  }
  if (memory === undefined) return { files };
  if (typeof memory !== 'number' || !Number.isInteger(memory) || memory < LEAST_MEMORY) {
    const found = JSON.stringify(memory);
    throw new Mistake(`${where}.memory: MiB are wanted, ${LEAST_MEMORY} at least, not ${found}`);
  }
  return { files, memory };
}

function idIn({ metadata: { nbgrader } }: Cell): string | undefined {
  const id = (nbgrader as { readonly grade_id?: unknown } | null | undefined)?.grade_id;
  return typeof id === 'string' ? id : undefined;
}

function sum(cells: readonly MarkedCell[]): number {
  return cells.reduce((total, { points }) => total + points, 0);
}

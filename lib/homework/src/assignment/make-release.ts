import { dirname } from 'node:path';
import ts from 'typescript';
import { listed, Mistake } from '../mistake';
import { type Cell, type Notebook, sourceOf } from '../notebook';
import { sha256 } from '../run-record';
import type { Assignment, MarkedCell } from './assignment';
import { type CellMarks, checksumOf } from './cell-marks';
import type { ReleaseNote } from './release-note';
import { sidecarOf } from './sidecar';
import { namesIn, stubOfCode, stubOfWords } from './stub-cell';
import { checkCells } from './typed-cells';

/** What becomes of an instructor's notebook. */
export interface Release {
  /** What students get. */
  readonly notebook: Notebook;
  /** The same with all tests: what must fail all of them. */
  readonly unsolved: Notebook;
}

/**
 * Makes the student's notebook: solutions replaced by stubs that compile, hidden tests and mark schemes
 * taken out, outputs cleared, the cells that are not the student's locked, each with its checksum.
 *
 * @throws a Mistake that lists what of either notebook does not compile
 */
export function makeRelease(assignment: Assignment): Release {
  const { notebook, path } = assignment;
  const folder = dirname(path);
  const stubs = stubsOf(assignment, folder);
  const released = notebook.cells.map((cell, index) => {
    const marked = assignment.cells.find((one) => one.index === index);
    const source = marked ? (stubs.get(marked.id) ?? marked.released) : sourceOf(cell);
    return releasedCell(cell, source, marked?.marks);
  });
  const note: ReleaseNote = {
    version: 1,
    name: assignment.name,
    sidecar: sidecarOf(assignment.name),
    of: sha256(JSON.stringify(notebook.cells)),
    points: assignment.points,
  };
  const { run: _run, ...notegrad } = notebook.metadata.notegrad ?? {};
  const kernelspec = { ...notebook.metadata.kernelspec, language: 'typescript' };
  const metadata = { ...notebook.metadata, kernelspec, notegrad: { ...notegrad, release: note } };
  const release = { ...notebook, cells: released, metadata };
  refuseComplaints(path, 'as it would be released', checkCells(release, folder), assignment);
  const unsolved = released.map((cell, index) => {
    const test = assignment.cells.find((one) => one.index === index && one.role === 'tests');
    return test ? { ...cell, source: test.source } : cell;
  });
  return { notebook: release, unsolved: { ...release, cells: unsolved } };
}

function stubsOf(assignment: Assignment, folder: string): ReadonlyMap<string, string> {
  const { notebook, cells, path, questions } = assignment;
  const stubs = new Map<string, string>();
  const names = notebook.cells.map((cell) => namesIn(programOf(cell)));
  const complaints = checkCells(notebook, folder, (typed) => {
    const cell = cells.find(({ index }) => index === typed.index);
    if (!cell || !isWritten(cell)) return;
    const question = questions.find((one) => one.cells.includes(cell))?.id ?? cell.id;
    const isUsedElsewhere = (name: string) =>
      names.some((used, i) => i !== cell.index && used.has(name));
    try {
      stubs.set(cell.id, stubOfCode(cell, typed, question, isUsedElsewhere));
    } catch (error) {
      if (error instanceof Mistake)
        throw new Mistake(`${path}: ${placeOf(cell)}: ${error.message}`);
      throw error;
    }
  });
  refuseComplaints(path, 'with its solution', complaints, assignment);
  for (const cell of cells) {
    if (isWritten(cell) && cell.cell.cell_type === 'markdown')
      stubs.set(cell.id, stubOfWords(cell));
    else if (isWritten(cell) && !stubs.has(cell.id)) stubs.set(cell.id, '');
  }
  return stubs;
}

function programOf(cell: Cell): ts.SourceFile {
  const code = cell.cell_type === 'code' ? sourceOf(cell) : '';
  return ts.createSourceFile('cell.ts', code, ts.ScriptTarget.ES2022);
}

function isWritten({ role }: MarkedCell): boolean {
  return role === 'solution' || role === 'written';
}

function releasedCell(cell: Cell, source: string, marks: CellMarks | undefined): Cell {
  const { outputs: _outputs, execution_count: _count, attachments, metadata: all, ...text } = cell;
  // A picture of a solution stays behind with its words.
  const shown = Object.entries(attachments ?? {}).filter(([name]) =>
    source.includes(`attachment:${name}`),
  );
  const rest = { ...text, ...(shown.length > 0 && { attachments: Object.fromEntries(shown) }) };
  const { execution: _times, nbgrader: _marks, ...own } = all;
  const code = cell.cell_type === 'code' ? { outputs: [], execution_count: null } : {};
  if (!marks) return { ...rest, ...code, source, metadata: own };
  const isOwn = marks.solution;
  const { claims: _claims, ...unclaimed } = own;
  const metadata = {
    // What is claimed of the solution's numbers would tell the answer, and not fit the student's.
    ...(isOwn ? unclaimed : own),
    deletable: false,
    ...(!isOwn && { editable: false }),
    nbgrader: {
      ...marks,
      checksum: checksumOf(source, cell.cell_type, marks),
      cell_type: cell.cell_type,
    },
  };
  return { ...rest, ...code, source, metadata };
}

function refuseComplaints(
  path: string,
  which: string,
  complaints: ReturnType<typeof checkCells>,
  { cells }: Assignment,
): void {
  if (complaints.length === 0) return;
  const wrong = complaints.map(({ index, line, message }) => {
    const marked = cells.find((cell) => cell.index === index);
    const place = marked ? placeOf(marked) : `cell ${index + 1}`;
    return `${place}, line ${line}: ${message}`;
  });
  throw new Mistake(`${path}: the notebook ${which} does not compile:${listed(wrong)}`);
}

/** How a message names a cell. */
export function placeOf({ index, id }: MarkedCell): string {
  return `cell ${index + 1} (${id})`;
}

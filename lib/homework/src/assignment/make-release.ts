import { dirname } from 'node:path';
import ts from 'typescript';
import { listed, Mistake } from '../mistake';
import { type Cell, type Notebook, sourceOf } from '../notebook';
import { sha256 } from '../run-record';
import type { Assignment, MarkedCell } from './assignment';
import { type CellMarks, checksumOf } from './cell-marks';
import { withoutRegions } from './regions';
import type { ReleaseNote } from './release-note';
import { sidecarOf } from './sidecar';
import { namesIn, namesInHeads, stubOfCode, stubOfWords } from './stub-cell';
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
  const programs = notebook.cells.map(programOf);
  const typeNames = new Set(programs.flatMap(typesDeclaredIn));
  const spoken = programs.map((program) => namesIn(program));
  const staying = programs.map((program, index) => {
    const cell = cells.find((one) => one.index === index);
    return cell && isWritten(cell) ? namesOfStub(cell, program) : spoken[index];
  });
  const complaints = checkCells(notebook, folder, (typed) => {
    const cell = cells.find(({ index }) => index === typed.index);
    if (!cell || !isWritten(cell)) return;
    const question = questions.find((one) => one.cells.includes(cell))?.id ?? cell.id;
    const isUsedElsewhere = (name: string) =>
      // What a stub is given as a type may be one that no text names.
      (typeNames.has(name) ? spoken : staying).some(
        (used, i) => i !== cell.index && used.has(name),
      );
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
  return parsed(cell.cell_type === 'code' ? sourceOf(cell) : '');
}

function parsed(code: string): ts.SourceFile {
  return ts.createSourceFile('cell.ts', code, ts.ScriptTarget.ES2022);
}

function typesDeclaredIn({ statements }: ts.SourceFile): readonly string[] {
  return statements.flatMap((statement) => {
    const isType =
      ts.isClassDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isEnumDeclaration(statement);
    return (isType && statement.name?.text) || [];
  });
}

/** What is still spoken of once the solution is gone: helpers that it alone called are not. */
function namesOfStub({ source, regions }: MarkedCell, program: ts.SourceFile): ReadonlySet<string> {
  const rest = regions.length > 0 ? withoutRegions(source, regions) : '';
  return new Set([...namesIn(parsed(rest)), ...namesInHeads(program)]);
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
  const { execution: _times, nbgrader: _marks, claims, ...own } = all;
  const code = cell.cell_type === 'code' ? { outputs: [], execution_count: null } : {};
  // The claims of an answer are parts of it.
  const isOwn = marks?.solution ?? false;
  const kept = { ...own, ...(claims !== undefined && !isOwn && { claims }) };
  if (!marks) return { ...rest, ...code, source, metadata: kept };
  const metadata = {
    ...kept,
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

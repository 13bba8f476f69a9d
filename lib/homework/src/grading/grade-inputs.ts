import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomically } from 'notegrad/tooling';
import type { Assignment } from '../assignment/assignment';
import { packedFiles } from '../assignment/packed-files';
import type { Submission } from '../assignment/submission';
import { sourceOf } from '../notebook';
import { sha256 } from '../run-record';

/** A digest of each thing that a grade follows from, by what it is called in messages. */
export type GradeInputs = Readonly<Record<string, string>>;

const INPUTS = 'inputs.json';

/** Digests of an assignment: of each cell with a grade_id, of all others, and of its files. */
export function inputsOfAssignment(assignment: Assignment): GradeInputs {
  const { notebook, cells, path } = assignment;
  const marked = cells.map(({ id, source, marks }) => [
    `the assignment’s ${id}`,
    sha256(JSON.stringify([source, marks])),
  ]);
  const others = notebook.cells.filter((_, index) => !cells.some((cell) => cell.index === index));
  const files = packedFiles(assignment).map((file) => [
    `the assignment’s ${file}`,
    digestOfTree(join(dirname(path), file)),
  ]);
  return Object.fromEntries([
    ...marked,
    ['other cells of the assignment', sha256(JSON.stringify(others.map(sourceOf)))],
    ...files,
  ]);
}

/** Digests of what one student handed in. */
export function inputsOfSubmission(
  { sha256: notebook }: Submission,
  folder: string | undefined,
): GradeInputs {
  if (folder === undefined) return { 'the submission': notebook };
  return { 'the submission': notebook, 'files of the submission': digestOfTree(folder) };
}

/** What of a grade's inputs is not what it was; undefined where nothing is known of before. */
export function changesSince(own: string, now: GradeInputs): readonly string[] | undefined {
  const before = notedInputs(join(own, INPUTS));
  if (!before) return undefined;
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names.filter((name) => before[name] !== now[name]);
}

function notedInputs(path: string): GradeInputs | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Remembers beside a grade what it follows from. */
export function noteInputs(own: string, inputs: GradeInputs): void {
  const text = `${JSON.stringify(inputs, null, 1)}\n`;
  writeAtomically(join(own, INPUTS), [Buffer.from(text)]);
}

/** Whether a grade is finished, and not forgotten. */
export function hasInputs(own: string): boolean {
  return existsSync(join(own, INPUTS));
}

/** A digest of a file, or of all files of a folder with their names. Links count by their names. */
export function digestOfTree(path: string): string {
  const hash = createHash('sha256');
  const visit = (at: string, name: string): void => {
    const entry = lstatSync(at);
    hash.update(`\0${name}\0`);
    if (entry.isFile()) hash.update(readFileSync(at));
    if (!entry.isDirectory()) return;
    for (const child of readdirSync(at).sort()) visit(join(at, child), join(name, child));
  };
  visit(path, '');
  return hash.digest('hex');
}

/** Forgets it, so that a run which is cut off leaves nothing that could be taken for its own. */
export function forgetInputs(own: string): void {
  rmSync(join(own, INPUTS), { force: true });
}

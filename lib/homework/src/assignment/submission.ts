import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Notebook, nameOf, readNotebook } from '../notebook';

/** What one student handed in. */
export interface Submission {
  /** How the student is called in tables and files. */
  readonly student: string;
  readonly path: string;
  readonly notebook: Notebook;
  /** SHA-256 of the file. */
  readonly sha256: string;
}

/**
 * Reads a submitted notebook.
 *
 * @param student default the file's name without folder and extension
 * @throws a Mistake where the file is no notebook that can be graded
 */
export function readSubmission(path: string, student: string = nameOf(path)): Submission {
  const notebook = readNotebook(path);
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  return { student, path, notebook, sha256 };
}

import { type Notebook, nameOf, readNotebook } from '../notebook';
import { digestOfFile } from '../run-record';

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
  return { student, path, notebook, sha256: digestOfFile(path) };
}

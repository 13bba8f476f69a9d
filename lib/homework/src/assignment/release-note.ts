import type { Notebook } from '../notebook';
import { number, oneOf, record, text } from './shape';

/** What `release` notes in a notebook's metadata, under `notegrad.release`. */
export interface ReleaseNote {
  readonly version: 1;
  /** The assignment's name. */
  readonly name: string;
  /** The file beside the notebook that holds it as it was released. */
  readonly sidecar: string;
  /** SHA-256 of the instructor's notebook. */
  readonly of: string;
  readonly points: number;
}

const read = record<ReleaseNote>({
  version: oneOf(1),
  name: text,
  sidecar: text,
  of: text,
  points: number,
});

/** What was noted at a notebook's release; undefined where it was not released. */
export function releaseNoteOf(notebook: Notebook, path: string): ReleaseNote | undefined {
  const found = notebook.metadata.notegrad?.release;
  return found === undefined ? undefined : read(found, `${path}: metadata.notegrad.release`);
}

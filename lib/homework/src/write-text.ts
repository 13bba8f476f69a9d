import { writeAtomically } from 'notegrad/tooling';

/** Writes a text as a file, all at once and never through a link. */
export function writeText(path: string, text: string): void {
  writeAtomically(path, [Buffer.from(text)]);
}

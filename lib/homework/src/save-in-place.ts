import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { notebookText } from './notebook-text';
import { stripMetadata } from './strip-metadata';

/** Puts the outputs of an executed notebook into the notebook that it came from. */
export function saveInPlace(executed: string, source: string): void {
  const notebook = stripMetadata(JSON.parse(readFileSync(executed, 'utf8')));
  const partial = `${source}.${process.pid}.partial`;
  writeFileSync(partial, notebookText(notebook));
  renameSync(partial, source);
}

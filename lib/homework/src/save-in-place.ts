import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { notebookText } from './notebook-text';
import { stripMetadata } from './strip-metadata';

/** Puts the outputs of an executed notebook into the notebook that it came from. */
export function saveInPlace(executed: string, source: string): void {
  writeNotebook(stripMetadata(JSON.parse(readFileSync(executed, 'utf8'))), source);
}

/** Writes a notebook in the place of another, all at once. */
export function writeNotebook(notebook: object, source: string): void {
  const partial = `${source}.${process.pid}.partial`;
  writeFileSync(partial, notebookText(notebook));
  renameSync(partial, source);
}

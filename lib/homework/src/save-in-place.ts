import { readNotebook, writeNotebook } from './notebook';
import { stripMetadata } from './strip-metadata';

/** Puts the outputs of an executed notebook into the notebook that it came from. */
export function saveInPlace(executed: string, source: string): void {
  writeNotebook(source, stripMetadata(readNotebook(executed)));
}

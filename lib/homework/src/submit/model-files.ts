import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelFile } from '../hand-in';
import { flawInside } from '../inside';
import { digestOfFile, type RunRecord } from '../run-record';

/**
 * Why a model file is not the one that the recorded run left in `folder`; undefined if it is. A
 * model of another run, a quick one say, must not stand in for it.
 */
export function wrongModel(
  { path, to }: ModelFile,
  folder: string,
  run: RunRecord | undefined,
): string | undefined {
  const file = join(folder, path);
  if (!existsSync(file)) return `${to}: there is no ${file}: a full run of the notebook writes it`;
  const flaw = flawInside(folder, path);
  if (flaw) return `${to}: ${flaw}`;
  const digest = run?.modelFiles[path];
  if (!digest) return `${to}: ${file} was not written by the run that made the outputs`;
  if (digest !== digestOfFile(file)) {
    return `${to}: ${file} is not the one that belongs to the outputs: another run has replaced it`;
  }
  return undefined;
}

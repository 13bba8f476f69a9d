import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DataFile } from '../hand-in';
import { flawInside } from '../inside';

/** Why a data file cannot be handed in from `folder`; undefined if it can. */
export function wrongData({ path, to }: DataFile, folder: string): string | undefined {
  const file = join(folder, path);
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) return `${to}: there is no data file ${file}`;
  if (status.isDirectory()) return `${to}: ${file} is a folder, not a data file`;
  const flaw = flawInside(folder, path);
  return flaw && `${to}: ${flaw}`;
}

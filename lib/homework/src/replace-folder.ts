import { existsSync, renameSync, rmSync } from 'node:fs';

/** Lets a finished folder take the place of another, all at once. Both lie beside each other. */
export function replaceFolder(finished: string, folder: string): void {
  const former = `${finished}.former`;
  if (existsSync(folder)) renameSync(folder, former);
  renameSync(finished, folder);
  rmSync(former, { recursive: true, force: true });
}

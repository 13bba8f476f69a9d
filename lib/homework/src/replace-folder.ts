import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** A new folder beside another, whose place it will take; nobody can foretell its name. */
export function folderBeside(folder: string): string {
  mkdirSync(dirname(resolve(folder)), { recursive: true });
  const made = mkdtempSync(`${resolve(folder)}.partial-`);
  chmodSync(made, 0o777 & ~process.umask());
  return made;
}

/** Lets a finished folder take the place of another, all at once. Both lie beside each other. */
export function replaceFolder(finished: string, folder: string): void {
  const former = `${finished}.former`;
  if (existsSync(folder)) renameSync(folder, former);
  renameSync(finished, folder);
  rmSync(former, { recursive: true, force: true });
}

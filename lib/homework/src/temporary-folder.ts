import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLeftBehind, processMark } from './process-mark';
import { removeFolder } from './remove-folder';

const NAME = 'ng-';

/**
 * Has all temporary files of this process lie in a folder of their own. Those of processes that were killed,
 * and could not take them away, go now.
 *
 * @returns takes the folder away
 */
export function keepTemporaryFilesTogether(): () => void {
  const before = process.env.TMPDIR;
  const all = tmpdir();
  for (const name of readdirSync(all)) {
    if (name.startsWith(NAME) && isLeftBehind(name.slice(NAME.length))) remove(join(all, name));
  }
  const folder = mkdtempSync(join(all, `${NAME}${processMark()}`));
  process.env.TMPDIR = folder;
  return () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    remove(folder);
  };
}

function remove(folder: string): void {
  try {
    removeFolder(folder);
  } catch {
    // Another user's, who will do so.
  }
}

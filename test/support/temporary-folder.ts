import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** As in scripts/test/test-file.mjs, which gives each file such a folder and looks what is left. */
const PREFIX = 'notegrad-test-';

// A file that is run by itself makes the folder here: nobody else's files are in it.
if (!basename(tmpdir()).startsWith(PREFIX)) {
  const own = mkdtempSync(join(realpathSync(tmpdir()), PREFIX));
  process.env.TMPDIR = own;
  process.once('exit', () => remove(own));
}

/** An empty folder for all the tests of a file, removed when the process ends. */
export function temporaryFolder(): string {
  const folder = emptyFolder();
  process.once('exit', () => remove(folder));
  return folder;
}

/** An empty folder that its caller removes. */
export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'notegrad-'));
}

/** Tries again where a program that was stopped is still writing there. */
export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

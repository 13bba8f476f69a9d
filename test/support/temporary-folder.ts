import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** As in scripts/test/test-file.mjs, which gives each file such a folder and looks what is left. */
const PREFIX = 'notegrad-test-';

// A file that is run by itself makes the folder here: nobody else's files are in it.
if (!basename(tmpdir()).startsWith(PREFIX)) {
  const own = mkdtempSync(join(realpathSync(tmpdir()), PREFIX));
  process.env.TMPDIR = own;
  process.once('exit', () => rmSync(own, { recursive: true, force: true, maxRetries: 5 }));
}

/** An empty folder for all the tests of a file, removed when the process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'notegrad-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

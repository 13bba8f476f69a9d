import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder for all the tests of a file, removed when the process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'notegrad-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

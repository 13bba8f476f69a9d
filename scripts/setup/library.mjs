// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './root.mjs';
import { runInTheOpen } from './run.mjs';

const stamp = join(root, 'lib', 'dist', '.built-from');

/** Whether lib/dist was built from the sources as they are. */
export function isLibraryBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint();
}

export function buildLibrary() {
  const built = fingerprint();
  console.log('set-up: building the library …');
  const ok = runInTheOpen(['node', 'node_modules/typescript/bin/tsc', '--project', 'lib']);
  if (ok) writeFileSync(stamp, built);
  return ok;
}

/** By content and not by date, so that a checkout of another branch is noticed. */
function fingerprint() {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'lib', 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const settings = ['tsconfig.json', 'lib/tsconfig.json', 'package-lock.json'];
  for (const path of [...sources.sort(), ...settings.map((name) => join(root, name))]) {
    hash.update(`${relative(root, path)}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

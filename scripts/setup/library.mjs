// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from '../build.mjs';
import { root } from './root.mjs';

const packages = ['notegrad', 'homework'].map((name) => join(root, 'lib', name));
const stamp = join(root, 'lib', 'homework', 'dist', '.built-from');

/** Whether the packages were built from the sources as they are. */
export function isLibraryBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint();
}

export function buildLibrary() {
  const built = fingerprint();
  console.log('set-up: building the library …');
  const ok = build();
  if (ok) writeFileSync(stamp, built);
  return ok;
}

/** By content and not by date, so that a checkout of another branch is noticed. */
function fingerprint() {
  const hash = createHash('sha256');
  const sources = packages
    .flatMap((folder) => readdirSync(join(folder, 'src'), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const settings = [
    ...['tsconfig.json', 'package-lock.json'].map((name) => join(root, name)),
    ...packages.map((folder) => join(folder, 'tsconfig.json')),
  ];
  for (const path of [...sources.sort(), ...settings]) {
    hash.update(`${relative(root, path)}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

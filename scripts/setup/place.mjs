// @ts-check
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from './fail.mjs';
import { root } from './root.mjs';

/** Bytes of node_modules, and of npm's own while it unpacks. */
const NEEDED = 1e9;

/**
 * Ends the set-up where npm's packages and what is built from the sources cannot lie. To be asked before
 * the system's packages are installed: npm itself calls a full disk a warning, thousands of times, and
 * then blames a package.
 */
export function requirePlace(folder = root, needed = NEEDED) {
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    fail(
      `${folder} cannot be written to (${code}), and npm's packages and the built library belong there: copy it to a folder of yours`,
    );
  }
  if (existsSync(join(folder, 'node_modules'))) return;
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= needed) return;
  fail(
    `${folder} has ${gigabytes(free)} left on its disk, and npm's packages take ${gigabytes(needed)}: make room, or move it`,
  );
}

function gigabytes(/** @type {number} */ bytes) {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

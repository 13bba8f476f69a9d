// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from './root.mjs';
import { ask, runInTheOpen } from './run.mjs';

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean }} LockedPackage */

/**
 * What package-lock.json asks for and node_modules does not hold, by npm's own record of what it
 * installed. Packages that npm may leave out (optional, or for another platform) are not missed.
 *
 * @returns {string[]}
 */
export function missingNpmPackages(folder = root) {
  const wanted = packagesIn(join(folder, 'package-lock.json'));
  const record = join(folder, 'node_modules', '.package-lock.json');
  const installed = existsSync(record) ? packagesIn(record) : {};
  return Object.entries(wanted)
    .filter(([path, { optional, devOptional }]) => path !== '' && !optional && !devOptional)
    .filter(
      ([path, { version }]) =>
        installed[path]?.version !== version || !existsSync(join(folder, path, 'package.json')),
    )
    .map(([path]) => path);
}

/** @returns {Record<string, LockedPackage>} */
function packagesIn(/** @type {string} */ lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}

/** npm 9 does not read overrides that name another package, and says that there is no lockfile. */
const OLDEST_NPM = 10;
const NEWER_NPM = 'npm@10.9.3';

export function installNpmPackages() {
  console.log('set-up: installing npm packages (half a minute or so) …');
  const [command, ...args] = npm();
  const version = ask(command, ...args, '--version')?.trim();
  if (version === undefined) {
    console.error(
      'set-up: npm does not start: it comes with Node, and on Debian in the package npm',
    );
    return false;
  }
  if (Number.parseInt(version, 10) >= OLDEST_NPM) return runInTheOpen([command, ...args, 'ci']);
  console.log(
    `set-up: npm ${version} is older than ${OLDEST_NPM}: ${NEWER_NPM} does it, for this once`,
  );
  // From elsewhere: here the old npm would read package.json first.
  const newer = ['exec', '--yes', '--prefix', tmpdir(), `--package=${NEWER_NPM}`, '--', 'npm'];
  return runInTheOpen([command, ...args, ...newer, '--prefix', root, 'ci']);
}

/** The npm that runs us, where one does: it need not be the first on the PATH. */
function npm() {
  const script = process.env.npm_execpath;
  return script && basename(script) === 'npm-cli.js' ? [process.execPath, script] : ['npm'];
}

// @ts-check
// `npm run pack [folder]`: makes the archives of the packages as they are published, in the folder
// (default: this one). `--json` prints what npm says of them.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { root } from './setup/root.mjs';

/** @typedef {{ filename: string, size: number, files: { path: string }[] }} Archive what npm says of it */
/** @typedef {Record<string, any> & { name: string, version: string, dependencies?: Record<string, string> }} Manifest */

/** What tfjs's parts name and Node has itself, or their builds have in them. */
const NOT_NEEDED = ['node-fetch', '@types/node-fetch', 'string_decoder', 'long'];

const json = process.argv.includes('--json');
const [folder = process.cwd()] = process.argv.slice(2).filter((word) => word !== '--json');
const stage = mkdtempSync(join(tmpdir(), 'notegrad-pack-'));
try {
  const archives = [library(), homework(), ...(isFilled() ? [linux()] : [])];
  if (json) console.log(JSON.stringify(archives));
  else for (const { filename } of archives) console.log(join(folder, filename));
} finally {
  rmSync(stage, { recursive: true, force: true });
}

/**
 * The library, with tfjs in it: of its five packages' 99 MB, which are six builds each, Node and
 * TypeScript read 10.
 */
function library() {
  const source = join(root, 'lib', 'notegrad');
  const { manifest, target } = staged(source);
  const { dependencies = {} } = manifest;
  const parts = Object.keys(dependencies).filter((name) => name.startsWith('@tensorflow/'));
  for (const name of parts) {
    for (const [needed, range] of Object.entries(bundle(name, target))) {
      if (!parts.includes(needed)) dependencies[needed] ??= range;
    }
  }
  writeManifest(target, { ...manifest, bundleDependencies: parts });
  return pack(target);
}

function homework() {
  return pack(staged(join(root, 'lib', 'homework')).target);
}

/** The addon's package. In the checkout it says nothing of platforms, so that npm links it on all. */
function linux() {
  const { manifest, target } = staged(join(root, 'lib', 'linux-x64'));
  writeManifest(target, { ...manifest, os: ['linux'], cpu: ['x64'], libc: ['glibc'] });
  return pack(target);
}

/** Whether `npm run prebuilt` was run here. */
function isFilled() {
  return existsSync(join(root, 'lib', 'linux-x64', 'x86-64-v3', 'notegrad.node'));
}

/** Copies what npm would pack of a package into a folder of its own. */
function staged(/** @type {string} */ source) {
  const target = mkdtempSync(join(stage, 'package-'));
  for (const { path } of npmPack(source, '--dry-run').files) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    copyFileSync(join(source, path), join(target, path));
  }
  return { manifest: manifestOf(target), target };
}

/**
 * Lays into a package's node_modules what Node and TypeScript read of one that it needs. The licence is
 * Apache's, whose text tfjs's packages leave out.
 *
 * @param {string} name
 * @param {string} target the package
 * @returns {Record<string, string>} what it needs in turn
 */
function bundle(name, target) {
  const require = createRequire(join(root, 'lib', 'notegrad', 'package.json'));
  const source = dirname(require.resolve(`${name}/package.json`));
  const { version, description, author, license, repository, main, types, dependencies } =
    manifestOf(source);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !path.includes('node_modules') && (isType(path) || /^dist\/[^/]+\.wasm$/.test(path)),
  );
  const copy = join(target, 'node_modules', name);
  for (const path of [...files, main]) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    copyFileSync(join(source, path), join(copy, path));
  }
  copyFileSync(require.resolve('typescript/LICENSE.txt'), join(copy, 'LICENSE'));
  const ofPackage = { description, author, license, repository, main, types };
  writeManifest(copy, { name, version, ...ofPackage });
  return Object.fromEntries(
    Object.entries(dependencies ?? {}).filter(([needed]) => !NOT_NEEDED.includes(needed)),
  );
}

/** Declarations, but those of its tests. */
function isType(/** @type {string} */ path) {
  return path.endsWith('.d.ts') && !/_test\.d\.ts$|\/tests\.d\.ts$/.test(path);
}

/** @returns {Archive} */
function pack(/** @type {string} */ source) {
  return npmPack(source, '--pack-destination', resolve(folder));
}

/** @returns {Archive} */
function npmPack(/** @type {string} */ source, /** @type {string[]} */ ...options) {
  const said = execFileSync('npm', ['pack', '--json', '--silent', ...options], {
    cwd: source,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [archive] = Object.values(JSON.parse(said));
  return archive;
}

/** @returns {Manifest} */
function manifestOf(/** @type {string} */ source) {
  return JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
}

function writeManifest(/** @type {string} */ target, /** @type {Manifest} */ manifest) {
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

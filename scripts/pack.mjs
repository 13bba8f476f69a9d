// @ts-check
// `npm run pack [folder]`: makes the archives of the packages as they are published, in the folder
// (default: this one). `--json` prints what npm says of them.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { root } from './setup/root.mjs';

/** @typedef {{ filename: string, size: number, files: { path: string }[] }} Archive what npm says of it */
/** @typedef {Record<string, any> & { name: string, version: string, dependencies?: Record<string, string> }} Manifest */

/**
 * Of packages that lie in ours, the files that are read, beside their package.json: of tfjs's parts, which
 * are six builds each, Node's and the declarations without those of tests; of tslab, whose own TypeScript
 * our kernel puts the project's in the place of, its code; of ZeroMQ, which tslab speaks, what is compiled
 * for Node 20 and newer; of MathJax its parts without its bundles; of the speech rules, English; of
 * Puppeteer what speaks to Chromium, for CommonJS, without what downloads one.
 *
 * @type {readonly [RegExp, RegExp][]}
 */
const READ = [
  [/^@tensorflow\//, /^dist\/[^/]+\.(node\.js|wasm)$|^(?!.*(_test|\/tests)\.d\.ts$).*\.d\.ts$/],
  [/^tslab$/, /^LICENSE$|^dist\//],
  [
    /^zeromq$/,
    /^LICENSE|^lib\/.*\.js$|^build\/(manifest\.json|.*-(115|127)-Release\/addon\.node)$/,
  ],
  [/^cmake-ts$/, /^build\/loader\.js$/],
  [
    /^mathjax$/,
    /^LICENSE$|^es5\/(core|loader|node-main|startup)\.js$|^es5\/(adaptors|input|output)\//,
  ],
  [/^speech-rule-engine$/, /^LICENSE$|^lib\/(sre\.js|mathmaps\/(base|en)\.json)$/],
  [/^(puppeteer-core|@puppeteer\/browsers)$/, /^lib\/cjs\/.*\.js$/],
  [/^proxy-agent$/, /^LICENSE$|^dist\/.*\.js$/],
];

/** What these packages name and Node has itself, or their builds have in them, or nobody reads. */
const NOT_NEEDED = [
  ...['node-fetch', '@types/node-fetch', 'string_decoder', 'long'],
  ...['@tslab/typescript-for-tslab', 'rollup', '@types/node', 'node-addon-api'],
  ...['extract-zip', 'tar-fs', 'yargs', 'pac-proxy-agent', 'socks-proxy-agent'],
  ...['devtools-protocol', 'typed-query-selector', 'webdriver-bidi-protocol', 'chromium-bidi'],
  ...['commonjs', 'node-resolve', 'replace'].map((name) => `@rollup/plugin-${name}`),
];

const require = createRequire(join(root, 'package.json'));
const APACHE = require.resolve('typescript/LICENSE.txt');

const { json, folder } = asked();
for (const name of ['notegrad', 'homework']) {
  const built = join(root, 'lib', name, 'dist');
  if (!existsSync(built)) fail(`${built}: is not there: run npm run build first`);
}
const stage = mkdtempSync(join(tmpdir(), 'notegrad-pack-'));
try {
  const own = ['notegrad', 'homework'].map(withPackagesInside);
  const archives = isFilled() ? [...own, linux()] : own;
  if (json) console.log(JSON.stringify(archives));
  else for (const { filename } of archives) console.log(join(folder, filename));
} finally {
  rmSync(stage, { recursive: true, force: true });
}

/** What the command line says; a folder that is not there is made. */
function asked() {
  const [first, ...more] = process.argv.slice(2).filter((word) => word !== '--json');
  if (first?.startsWith('-') || more.length > 0) {
    fail(`unknown argument: ${more[0] ?? first} (known: --json, and a folder)`);
  }
  const folder = resolve(first ?? '.');
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    fail(`${folder}: no archive can be written there: ${/** @type {Error} */ (error).message}`);
  }
  return { json: process.argv.includes('--json'), folder };
}

/** @returns {never} */
function fail(/** @type {string} */ message) {
  console.error(`pack: ${message}`);
  process.exit(1);
}

/** The library or the homework, with what they read of the packages in `READ`. */
function withPackagesInside(/** @type {string} */ name) {
  const { manifest, target } = staged(join(root, 'lib', name));
  const { dependencies = {} } = manifest;
  const inside = Object.keys(dependencies).filter(isInside);
  for (const name of inside) {
    for (const [needed, range] of Object.entries(bundle(name, target))) {
      if (!(needed in dependencies) && isInside(needed)) inside.push(needed);
      dependencies[needed] ??= range;
    }
  }
  writeManifest(target, { ...manifest, bundleDependencies: inside });
  return pack(target);
}

/** The addon's package. In the checkout it says nothing of platforms, so that npm links it on all. */
function linux() {
  const target = mkdtempSync(join(stage, 'package-'));
  cpSync(join(root, 'lib', 'linux-x64'), target, { recursive: true });
  writeManifest(target, { ...manifestOf(target), os: ['linux'], cpu: ['x64'], libc: ['glibc'] });
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
 * Lays into a package's node_modules what is read of one that it needs. Where one under Apache's licence
 * leaves out its text, as tfjs's parts do, it is added.
 *
 * @param {string} name
 * @param {string} target the package
 * @returns {Record<string, string>} what it needs in turn
 */
function bundle(name, target) {
  const source = folderOf(name);
  const { version, description, author, license, repository, main, types, dependencies } =
    manifestOf(source);
  const read = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('node_modules') && filesRead(name)?.test(path))
    .filter((path) => statSync(join(source, path)).isFile());
  const copy = join(target, 'node_modules', name);
  for (const path of read) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    copyFileSync(join(source, path), join(copy, path));
  }
  if (license?.startsWith('Apache-2.0') && !read.includes('LICENSE')) {
    copyFileSync(APACHE, join(copy, 'LICENSE'));
  }
  const ofPackage = { description, author, license, repository, main, types };
  writeManifest(copy, { name, version, ...ofPackage });
  return Object.fromEntries(
    Object.entries(dependencies ?? {}).filter(([needed]) => !NOT_NEEDED.includes(needed)),
  );
}

/** Where a package is installed, also one whose `exports` do not give its package.json. */
function folderOf(/** @type {string} */ name) {
  const folders = require.resolve.paths(name)?.map((modules) => join(modules, name)) ?? [];
  const found = folders.find((folder) => existsSync(folder));
  return found ?? fail(`${name} is not installed: run npm ci`);
}

function isInside(/** @type {string} */ name) {
  return filesRead(name) !== undefined;
}

function filesRead(/** @type {string} */ name) {
  return READ.find(([names]) => names.test(name))?.[1];
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

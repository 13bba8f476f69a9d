// @ts-check
// `npm run prebuilt`: fills lib/linux-x64, the package that brings the native engine to Linux on x86-64
// without a compiler: the addon for each level of processors, and the libraries that it runs on, each
// with its licence. To be run on Debian 12, whose libraries ask for no newer glibc than 2.34.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './setup/root.mjs';
import { ask } from './setup/run.mjs';

const LEVELS = ['x86-64-v4', 'x86-64-v3'];
const OLDEST_GLIBC = [2, 34];
/** What every Linux has that Node itself runs on. */
const OF_EVERY_LINUX = /^(linux-vdso|ld-linux|lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+)\.so)/;

const build = join(root, 'lib', 'notegrad', 'build');
const target = join(root, 'lib', 'linux-x64');
const libraries = join(target, 'libraries');
const licences = join(target, 'licences');

if (process.platform !== 'linux' || process.arch !== 'x64') {
  throw new Error(`the package is for linux-x64, and this is ${process.platform}-${process.arch}`);
}
if (ask('patchelf', '--version') === undefined) {
  throw new Error('patchelf is not installed: apt-get install patchelf');
}
const made = [libraries, licences, ...LEVELS.map((level) => join(target, level))];
for (const folder of made) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
for (const level of LEVELS) {
  const script = join(root, 'lib', 'notegrad', 'addon', 'build-addon.mjs');
  execFileSync(process.execPath, [script, `--level=${level}`], { stdio: 'inherit' });
  for (const name of ['notegrad.node', 'stamp.json']) {
    copyFileSync(join(build, level, name), join(target, level, name));
  }
}
const sources = neededBy(join(build, LEVELS[0], 'notegrad.node'));
for (const [name, source] of sources) {
  const library = join(libraries, name);
  copyFileSync(source, library);
  execFileSync('patchelf', ['--set-rpath', '$ORIGIN', library]);
  const owner = debianPackage(source);
  const copyright = readFileSync(join('/usr/share/doc', owner, 'copyright'));
  writeFileSync(join(licences, `${name}.txt`), copyright);
}
copyFileSync(join(root, 'LICENSE'), join(licences, 'notegrad.txt'));
for (const file of [
  ...LEVELS.map((level) => join(target, level, 'notegrad.node')),
  ...binaries(),
]) {
  requireOldGlibc(file);
}
for (const folder of made) {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    console.log(`${(statSync(file).size / 1e6).toFixed(1).padStart(6)} MB  ${file}`);
  }
}

function binaries() {
  return readdirSync(libraries).map((name) => join(libraries, name));
}

/**
 * The shared libraries that a library asks for, directly or not, by the name that it asks for.
 *
 * @param {string} file
 * @returns {[string, string][]}
 */
function neededBy(file) {
  const env = { ...process.env, LD_LIBRARY_PATH: openblasFolder() };
  const lines = execFileSync('ldd', [file], { encoding: 'utf8', env });
  const found = [...lines.matchAll(/^\s*(\S+) => (\S+)/gm)]
    .map(([, name, path]) => /** @type {[string, string]} */ ([name, path]))
    .filter(([name]) => !OF_EVERY_LINUX.test(name));
  const missing = found.filter(([, path]) => !path.startsWith('/')).map(([name]) => name);
  if (missing.length > 0) throw new Error(`not found: ${missing.join(', ')}`);
  return found.map(([name, path]) => [name, realpathSync(path)]);
}

/** Where Debian keeps the OpenBLAS that shares OpenMP's threads. */
function openblasFolder() {
  return '/usr/lib/x86_64-linux-gnu/openblas-openmp';
}

/** @param {string} file */
function debianPackage(file) {
  // Debian's record has the path before /lib became a link to /usr/lib.
  const owner =
    ask('dpkg', '-S', file) ??
    ask('dpkg', '-S', file.replace(/^\/usr/, '')) ??
    ask('dpkg', '-S', `*/${basename(file)}`);
  if (!owner) throw new Error(`${file} is of no Debian package, so that its licence is not known`);
  return owner.split(':')[0];
}

/** @param {string} file */
function requireOldGlibc(file) {
  const symbols = execFileSync('objdump', ['-T', file], { encoding: 'utf8', maxBuffer: 1e9 });
  for (const [, major, minor] of symbols.matchAll(/GLIBC_(\d+)\.(\d+)/g)) {
    const [oldestMajor, oldestMinor] = OLDEST_GLIBC;
    if (Number(major) === oldestMajor && Number(minor) <= oldestMinor) continue;
    throw new Error(`${file} needs glibc ${major}.${minor}, newer than ${OLDEST_GLIBC.join('.')}`);
  }
}

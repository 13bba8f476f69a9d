// @ts-check
// Compiles this folder into ../build/notegrad.node, for this machine's processor. Does nothing when
// sources and processor are those of the last build. Exit code 1: the compiler refused a source;
// 2: a compiler or library is missing. With --keep-going, links what compiles, for whoever works on
// one operation while another does not compile. With --sanitize=address or --sanitize=thread, compiles
// with GCC's sanitizers into a folder of its own, for scripts/sanitize.mjs. With --level=x86-64-v3 or
// --level=x86-64-v4, compiles for every processor of that level into a folder of its own, to run with the
// libraries that lie in ../libraries from there, for scripts/prebuilt.mjs.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const require = createRequire(import.meta.url);
const { cpuFeatures } = require('./cpu-features.js');
const { values: options } = parseArgs({
  options: {
    'keep-going': { type: 'boolean', default: false },
    level: { type: 'string' },
    sanitize: { type: 'string' },
    // Who works on the sources wants them; who installs gets those of a compiler that nobody here knows.
    warnings: { type: 'boolean', default: false },
  },
});
const sourceFolder = path.dirname(fileURLToPath(import.meta.url));
const buildFolder = path.join(sourceFolder, '../build', options.sanitize ?? options.level ?? '');
const addon = path.join(buildFolder, 'notegrad.node');
const stampFile = path.join(buildFolder, 'stamp.json');
const keepGoing = options['keep-going'];
const run = promisify(execFile);

const INSTALL = `  Debian, Ubuntu: apt-get install g++ libdnnl-dev libopenblas-dev libopenblas0-openmp
  conda:          conda install -c conda-forge cxx-compiler onednn-cpu-omp openblas "libopenblas=*=openmp*"`;

/**
 * What a processor of a level has, in the kernel's names: https://gitlab.com/x86-psABIs/x86-64-ABI.
 *
 * @type {Record<string, string[]>}
 */
const LEVELS = {
  'x86-64-v3': [
    ...['popcnt', 'sse4_1', 'sse4_2', 'ssse3'],
    ...['avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe'],
  ],
};
LEVELS['x86-64-v4'] = [
  ...LEVELS['x86-64-v3'],
  ...['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl'],
];

/** The instruction sets that are used: the level's, else this machine's. */
function features() {
  if (options.level === undefined) return cpuFeatures();
  if (options.level in LEVELS) return LEVELS[options.level];
  throw new Error(
    `unknown level: ${options.level} (known: ${Object.keys(LEVELS).join(', ')})`,
  );
}

class Missing extends Error {}

/** @param {string} message */
const say = (message) => console.log(`native engine: ${message}`);

/** @param {(string | Buffer)[]} parts */
function hash(...parts) {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part).update('\0');
  return digest.digest('hex').slice(0, 24);
}

/** @param {string} name */
const read = (name) => readFileSync(path.join(sourceFolder, name), 'utf8');

/**
 * A source and every header of ours that it includes, so that only what changed is compiled.
 *
 * @param {string} name
 * @param {Set<string>} seen
 */
function withHeaders(name, seen = new Set()) {
  if (seen.has(name) || !existsSync(path.join(sourceFolder, name))) return seen;
  seen.add(name);
  for (const [, header] of read(name).matchAll(/^#include "([^"]+)"/gm)) withHeaders(header, seen);
  return seen;
}

/** @param {string} command @param {string[]} args */
async function succeeds(command, args) {
  try {
    await run(command, args);
    return true;
  } catch {
    return false;
  }
}

async function findCompiler() {
  const candidates = [process.env.CXX, 'g++', 'c++', 'clang++'].filter((name) => name != null);
  for (const name of candidates) if (await succeeds(name, ['--version'])) return name;
  throw new Missing(`no C++ compiler (tried ${candidates.join(', ')})`);
}

/**
 * Debian keeps the OpenBLAS that shares oneDNN's OpenMP threads in a folder of its own, without the
 * name that `-lopenblas` looks for.
 *
 * @param {string} compiler
 */
async function openblasFlags(compiler) {
  const triplet = (await run(compiler, ['-print-multiarch'])).stdout.trim();
  const folder = `/usr/lib/${triplet}/openblas-openmp`;
  const library = path.join(folder, 'libopenblas.so.0');
  if (!existsSync(library)) return ['-lopenblas'];
  return options.level ? [library] : [library, `-Wl,-rpath,${folder}`];
}

/** @type {Record<string, string[]>} */
const SANITIZERS = {
  address: ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
  thread: ['-fsanitize=thread'],
};

/** @param {string} [name] */
function sanitizerFlags(name) {
  if (name === undefined) return [];
  if (!(name in SANITIZERS)) throw new Error(`unknown sanitizer: ${name} (address or thread)`);
  return [...SANITIZERS[name], '-O1', '-g1', '-fno-omit-frame-pointer', '-Wno-maybe-uninitialized'];
}

/** @param {string} compiler */
async function findFlags(compiler) {
  const sanitizer = sanitizerFlags(options.sanitize);
  const conda = process.env.CONDA_PREFIX;
  const inConda = conda != null && existsSync(path.join(conda, 'include/dnnl.hpp'));
  const compile = [
    ...['-std=c++17', '-O3', `-march=${options.level ?? 'native'}`, '-fno-math-errno', '-fno-trapping-math'],
    ...['-fopenmp', '-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra'],
    ...['-I', sourceFolder, '-I', require('node-api-headers').include_dir],
    ...(inConda ? ['-I', path.join(conda, 'include')] : []),
    ...sanitizer,
  ];
  const link = [
    ...['-shared', '-fopenmp', '-Wl,-z,now'],
    ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
    ...(inConda ? [`-L${conda}/lib`, `-Wl,-rpath,${conda}/lib`, '-lopenblas'] : []),
    ...(inConda ? [] : await openblasFlags(compiler)),
    ...(options.level ? ['-Wl,-rpath,$ORIGIN/../libraries', '-Wl,--strip-all'] : []),
    '-ldnnl',
    ...sanitizer,
  ];
  return { compile, link };
}

/** @param {string} compiler @param {{ compile: string[], link: string[] }} flags */
async function checkLibraries(compiler, flags) {
  const probe = path.join(buildFolder, `probe-${process.pid}.cc`);
  try {
    for (const [header, name] of [
      ['dnnl.hpp', 'oneDNN'],
      ['cblas.h', 'OpenBLAS'],
      ['omp.h', 'OpenMP'],
    ]) {
      writeFileSync(probe, `#include <${header}>\n`);
      if (await succeeds(compiler, [...flags.compile, '-fsyntax-only', probe])) continue;
      throw new Missing(`${name} is not installed (no ${header})`);
    }
    writeFileSync(probe, 'int nothing;\n');
    const output = path.join(buildFolder, `probe-${process.pid}.so`);
    if (!(await succeeds(compiler, [...flags.compile, probe, '-o', output, ...flags.link]))) {
      throw new Missing('the libraries oneDNN and OpenBLAS do not link');
    }
    rmSync(output, { force: true });
  } finally {
    rmSync(probe, { force: true });
  }
}

/**
 * Compiles what changed, two at a time, and returns the object files.
 *
 * @param {string} compiler @param {string[]} flags @param {string[]} sources
 */
async function compileAll(compiler, flags, sources) {
  const version = (await run(compiler, ['--version'])).stdout;
  const units = sources.map((source) => {
    const text = [...withHeaders(source)].map(read);
    const name = `${path.basename(source, '.cc')}-${hash(version, ...features(), ...flags, ...text)}.o`;
    return { source, object: path.join(buildFolder, 'objects', name) };
  });
  const queue = units.filter(({ object }) => !existsSync(object));
  if (queue.length > 0) say(`compiling ${queue.length} of ${units.length} files with ${compiler}`);
  let refused = 0;
  const worker = async () => {
    for (let unit = queue.shift(); unit != null; unit = queue.shift()) {
      const partial = `${unit.object}.${process.pid}`;
      const file = path.join(sourceFolder, unit.source);
      try {
        const { stderr } = await run(compiler, [...flags, '-c', file, '-o', partial]);
        if (options.warnings) process.stderr.write(stderr);
        renameSync(partial, unit.object);
      } catch (error) {
        refused++;
        process.stderr.write(/** @type {{ stderr: string }} */ (error).stderr);
      }
    }
  };
  await Promise.all([worker(), worker()]);
  if (refused > 0 && !keepGoing) throw new Error(`${refused} files do not compile`);
  return { objects: units.map(({ object }) => object).filter(existsSync), complete: refused === 0 };
}

/**
 * Whether the addon is there, and the libraries that it was linked to still are. One with sanitizers
 * loads only where these were loaded first.
 */
function loads() {
  if (options.sanitize) return existsSync(addon);
  try {
    require(addon);
    return true;
  } catch {
    return false;
  }
}

/** @param {string[]} current */
function removeOldObjects(current) {
  const folder = path.join(buildFolder, 'objects');
  const all = readdirSync(folder).filter((name) => name.endsWith('.o'));
  const old = all.map((name) => path.join(folder, name)).filter((file) => !current.includes(file));
  for (const file of old) rmSync(file, { force: true });
}

async function build() {
  const files = readdirSync(sourceFolder, { encoding: 'utf8', recursive: true })
    .filter((name) => /\.(cc|h)$/.test(name))
    .sort();
  const self = readFileSync(fileURLToPath(import.meta.url));
  const stamp = {
    sources: hash(self, ...files.flatMap((file) => [file, read(file)])),
    features: features(),
  };
  const last = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (last === JSON.stringify(stamp) && loads()) return say('up to date');

  const start = Date.now();
  mkdirSync(path.join(buildFolder, 'objects'), { recursive: true });
  const compiler = await findCompiler();
  const flags = await findFlags(compiler);
  await checkLibraries(compiler, flags);
  const sources = files.filter((name) => name.endsWith('.cc'));
  const { objects, complete } = await compileAll(compiler, flags.compile, sources);
  const partial = `${addon}.${process.pid}`;
  await run(compiler, [...objects, '-o', partial, ...flags.link]);
  renameSync(partial, addon);
  if (complete) removeOldObjects(objects);
  writeFileSync(stampFile, JSON.stringify(complete ? stamp : { ...stamp, sources: '' }));
  say(`built in ${((Date.now() - start) / 1000).toFixed(1)} s (${os.arch()}, ${compiler})`);
}

try {
  await build();
} catch (error) {
  if (error instanceof Missing) {
    console.error(`native engine: not built: ${error.message}. Install what it needs:\n${INSTALL}`);
    process.exit(2);
  }
  const { stderr, message } = /** @type {Error & { stderr?: string }} */ (error);
  console.error(`native engine: not built: ${stderr || message}`);
  process.exit(1);
}

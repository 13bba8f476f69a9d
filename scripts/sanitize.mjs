// @ts-check
// `npm run sanitize`: compiles the addon with GCC's sanitizers, each in a folder of its own, and runs
// the tests of the native engine under them.
//   npm run sanitize              AddressSanitizer with UndefinedBehaviorSanitizer, ThreadSanitizer
//   npm run sanitize -- address   only that one (or thread)
//   npm run sanitize -- --quick   only what `npm test` runs: every operation, under the first
// Exit code 1: a test failed, or a sanitizer complained; where there is none, it says so and is 0.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './setup/root.mjs';
import { runJobs } from './test/job.mjs';
import { testFile } from './test/test-file.mjs';

const MISSING = 2; // the exit code of build-addon.mjs where a compiler or library is missing

/**
 * @typedef {object} Sanitizer
 * @property {string} library what must be loaded before node's own allocator is used
 * @property {Record<string, string>} environment
 * @property {string[]} tests
 */

const operations = [
  'test/engine/native/every-operation.test.ts',
  'test/engine/native/fuzz.test.ts',
  ...testsIn('test/engine/native/kernels'),
];

/** @type {Record<string, Sanitizer>} */
const sanitizers = {
  // Node's own leaks are not ours, and the pool's memory is the garbage collector's.
  address: {
    library: 'libasan.so',
    environment: {
      ASAN_OPTIONS: 'detect_leaks=0:allocator_may_return_null=1',
      UBSAN_OPTIONS: 'print_stacktrace=1',
    },
    tests: [
      ...operations,
      ...['backend/addon', 'compiler/compile-step', 'compiler/fuse/fuse', 'workers'].map(
        (name) => `test/engine/native/${name}.test.ts`,
      ),
      ...['char-lstm', 'losses', 'optimizers', 'random'].map(
        (name) => `test/engine/${name}.test.ts`,
      ),
    ],
  },
  // GCC's OpenMP is not compiled with it, so that it does not see how threads of one operation wait
  // for each other and takes that for races: one thread an operation, and several workers. Of node,
  // oneDNN and OpenBLAS it sees nothing either.
  thread: {
    library: 'libtsan.so',
    environment: {
      NOTEGRAD_THREADS: '1',
      TSAN_OPTIONS: 'ignore_noninstrumented_modules=1 halt_on_error=1 exitcode=66',
    },
    tests: ['test/engine/native/workers.test.ts'],
  },
};

const { values: options, positionals: names } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = names.find((name) => !(name in sanitizers));
if (unknown !== undefined) {
  console.error(`unknown sanitizer: ${unknown} (known: ${Object.keys(sanitizers).join(', ')})`);
  process.exit(1);
}
const chosen = options.quick ? ['address'] : names.length > 0 ? names : Object.keys(sanitizers);
for (const name of chosen) await sanitize(name, sanitizers[name]);

/** @param {string} name @param {Sanitizer} sanitizer */
async function sanitize(name, { library, environment, tests }) {
  const file = pathOf(library);
  if (file === null) return console.log(`skipped: the compiler has no ${library}`);
  const script = join(root, 'lib/notegrad/addon/build-addon.mjs');
  const build = spawnSync(process.execPath, [script, `--sanitize=${name}`], { stdio: 'inherit' });
  if (build.status === MISSING) return console.log('skipped: the native engine cannot be built');
  if (build.status !== 0) process.exit(1);
  Object.assign(process.env, environment, {
    LD_PRELOAD: file,
    NOTEGRAD_ADDON: join(root, 'lib/notegrad/build', name),
  });
  let failures = 0;
  const files = options.quick ? operations : tests;
  const jobs = files.map((test) => testFile(test));
  await runJobs(
    jobs,
    options.quick ? 1 : 2,
    (job, { passed, failed, reason, output = '' }, seconds) => {
      failures += failed;
      const verdict = failed > 0 ? `FAILED: ${reason}\n${output}` : `${passed} passed`;
      console.log(`${name}: ${job.name}: ${verdict} (${seconds.toFixed(1)} s)`);
    },
  );
  delete process.env.LD_PRELOAD;
  if (failures > 0) process.exit(1);
}

/** @param {string} library */
function pathOf(library) {
  try {
    const compiler = process.env.CXX ?? 'g++';
    const found = execFileSync(compiler, [`-print-file-name=${library}`], { encoding: 'utf8' });
    const file = found.trim();
    return isAbsolute(file) && existsSync(file) ? file : null;
  } catch {
    return null;
  }
}

/** @param {string} folder */
function testsIn(folder) {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.test.ts'));
  return names.map((name) => join(folder, name));
}

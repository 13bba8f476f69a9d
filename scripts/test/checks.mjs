// @ts-check
import { join } from 'node:path';
import { root } from '../setup/root.mjs';
import { runCommand, SECONDS_TO_HANG } from './job.mjs';

const tsc = ['node', 'node_modules/typescript/bin/tsc', '--noEmit', '-p'];

/**
 * The checks that are no test files; each counts as one test.
 *
 * @returns {import('./job.mjs').Job[]}
 */
export function checks() {
  return [
    check('types', [...tsc, '.']),
    check('types of the scripts', [...tsc, 'scripts']),
    check("types in the kernel's TypeScript", [
      ...[
        'node',
        'scripts/test/public-types.mjs',
        join(root, 'lib', 'notegrad', 'dist', 'index.d.ts'),
      ],
    ]),
    check('format and lint', ['node', 'node_modules/@biomejs/biome/bin/biome', 'check']),
    check('format of the C++', ['node', 'scripts/format-cpp.mjs', '--check']),
    check('links of the guides and docstrings', ['node', 'scripts/docs.mjs']),
    sanitized(),
  ];
}

/** @returns {import('./job.mjs').Job} */
function sanitized() {
  const argv = ['node', 'scripts/sanitize.mjs', '--quick'];
  return check('every native operation under AddressSanitizer', argv);
}

/**
 * A command that is red where it fails, and skipped where it says `skipped: …` on a line.
 *
 * @param {string} name
 * @param {string[]} argv
 * @returns {import('./job.mjs').Job}
 */
function check(name, argv) {
  return {
    name,
    run: async () => {
      const { code, output } = await runCommand(argv, { seconds: SECONDS_TO_HANG });
      if (code !== 0) return { passed: 0, failed: 1, reason: argv.slice(0, 5).join(' '), output };
      const isSkipped = /^skipped:/m.test(output);
      return { passed: Number(!isSkipped), failed: 0, skipped: Number(isSkipped), output };
    },
  };
}

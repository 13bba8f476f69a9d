// @ts-check
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/root.mjs';
import { ask } from '../setup/run.mjs';
import { runCommand } from './job.mjs';

const tsc = ['node', 'node_modules/typescript/bin/tsc', '--noEmit', '-p'];

/**
 * The checks that are no test files; each counts as one test.
 *
 * @returns {import('./job.mjs').Job[]}
 */
export function checks() {
  const checks = [
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
  ];
  const addon = join(root, 'lib', 'notegrad', 'addon');
  const sources = readdirSync(addon, { encoding: 'utf8', recursive: true }).filter((name) =>
    /\.(cc|h)$/.test(name),
  );
  if (ask('clang-format', '--version') !== undefined) {
    const paths = sources.map((name) => join('lib', 'notegrad', 'addon', name));
    checks.push(check('format of the C++', ['clang-format', '--dry-run', '--Werror', ...paths]));
  }
  checks.push(sanitized());
  return checks;
}

/** @returns {import('./job.mjs').Job} */
function sanitized() {
  return {
    name: 'every native operation under AddressSanitizer',
    run: async () => {
      const argv = ['node', 'scripts/sanitize.mjs', '--quick'];
      const { code, output } = await runCommand(argv, { seconds: 900 });
      if (code !== 0) return { passed: 0, failed: 1, reason: argv.join(' '), output };
      const isSkipped = /^skipped:/m.test(output);
      return { passed: Number(!isSkipped), failed: 0, skipped: Number(isSkipped), output };
    },
  };
}

/** @returns {import('./job.mjs').Job} */
function check(/** @type {string} */ name, /** @type {string[]} */ argv) {
  return {
    name,
    run: async () => {
      const { code, output } = await runCommand(argv, { seconds: 300 });
      if (code === 0) return { passed: 1, failed: 0 };
      return { passed: 0, failed: 1, reason: argv.slice(0, 5).join(' '), output };
    },
  };
}

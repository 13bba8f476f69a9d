// @ts-check
import { spawnSync } from 'node:child_process';
import { root } from './root.mjs';

/** Prints a command, then runs it in the open; the answer is whether it succeeded. */
export function runInTheOpen(/** @type {string[]} */ argv) {
  console.log(`$ ${argv.map(quoted).join(' ')}`);
  const [command, ...args] = argv;
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
}

/** Runs a command that changes nothing; its output, or undefined if it failed. */
export function ask(/** @type {string} */ command, /** @type {string[]} */ ...args) {
  const { status, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return status === 0 ? stdout : undefined;
}

function quoted(/** @type {string} */ word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

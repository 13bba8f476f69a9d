// @ts-check
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './root.mjs';

/**
 * Runs the project's command line and returns its exit code. Ctrl-C reaches it by itself, and it is
 * waited for, as it has to put things away.
 *
 * @param {...string} args
 * @returns {Promise<number>}
 */
export function homework(...args) {
  const commandLine = join(root, 'lib', 'homework', 'bin', 'homework.js');
  const child = spawn(process.execPath, [commandLine, ...args], { cwd: root, stdio: 'inherit' });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

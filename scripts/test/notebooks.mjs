// @ts-check
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { homework } from '../setup/homework.mjs';
import { root } from '../setup/root.mjs';

/**
 * Running and printing each notebook in the quick profile, one after the other, and comparing its
 * text with its stored outputs; each is one test.
 *
 * @returns {import('./job.mjs').Job[]}
 */
export function notebooks() {
  const folder = join(root, 'notebooks');
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names
    .filter((name) => name.endsWith('.ipynb'))
    .map((name) => ({
      name: join('notebooks', name),
      run: async () => {
        const path = join('notebooks', name);
        if ((await homework('run', path, '--profile', 'quick')) !== 0) {
          return { passed: 0, failed: 1, reason: 'it does not run or print: see above' };
        }
        if ((await homework('claims', path)) !== 0) {
          return { passed: 0, failed: 1, reason: 'its text and outputs disagree: see above' };
        }
        return { passed: 1, failed: 0 };
      },
    }));
}

// @ts-check
// `npm run test:one FILE`: runs a test file as it is, without set-up and checks. FILE is a path or a part
// of one (`csv`, `data/csv.test.ts`); where it fits several files, all of them run, one after another.
import { spawnSync } from 'node:child_process';
import { isAbsolute, relative, resolve } from 'node:path';
import { root } from './setup/root.mjs';
import { testFiles } from './test/test-files.mjs';

const words = process.argv.slice(2);
if (words.length === 0) {
  console.error('which test file? npm run test:one FILE, a path or a part of one');
  process.exit(1);
}
const files = testFiles(words.map(fromRoot));
if (files.length === 0) {
  console.error(`no test file has ${words.join(' or ')} in its path`);
  process.exit(1);
}
for (const file of files) {
  console.log(`• ${file}`);
  const argv = ['-r', 'esbuild-register', file];
  const { status } = spawnSync(process.execPath, argv, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

/** A path as typed in the folder where npm was called; a part of one is left as it is. */
function fromRoot(/** @type {string} */ word) {
  if (!isAbsolute(word) && !word.startsWith('.')) return word;
  return relative(root, resolve(process.env.INIT_CWD ?? root, word));
}

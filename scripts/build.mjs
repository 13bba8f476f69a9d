// @ts-check
// `npm run build`: compiles both packages into their dist/.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './setup/root.mjs';
import { runInTheOpen } from './setup/run.mjs';

const LAZY_ROOMS = ['check', 'data', 'models', 'plot', 'statistics', 'train', 'weights'];
const LAZILY = `const lazily = (load) => new Proxy({}, { get: (_, name) => load()[name] });`;

/** Compiles; the answer is whether it succeeded. */
export function build() {
  const isCompiled = runInTheOpen([
    ...['node', 'node_modules/typescript/bin/tsc', '--build', 'lib/homework'],
  ]);
  if (!isCompiled) return false;
  for (const room of LAZY_ROOMS) makeLazy(join(root, 'lib', 'notegrad', 'dist', room, 'index.js'));
  return true;
}

/**
 * Lets `require('notegrad')`, or a room of it, load a module only when a name of it is asked for. The
 * exports keep the form in which Node finds their names for `import { … }`.
 *
 * @param {string} file the index of a room
 */
function makeLazy(file) {
  const text = readFileSync(file, 'utf8');
  if (text.includes(LAZILY)) return;
  const loads = /^(?:var|const) (\w+) = (require\("\.\.?\/.*"\));$/gm;
  const lazy = text.replaceAll(loads, 'const $1 = lazily(() => $2);');
  writeFileSync(file, lazy.replace('"use strict";', `"use strict";\n${LAZILY}`));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = build() ? 0 : 1;

// @ts-check
// `npm run build`: compiles both packages into their dist/.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './setup/root.mjs';
import { runInTheOpen } from './setup/run.mjs';

const LAZY_FOLDERS = 'data|models|plot|statistics|train';
const LAZILY = `const lazily = (load) => new Proxy({}, { get: (_, name) => load()[name] });`;

/** Compiles; the answer is whether it succeeded. */
export function build() {
  const isCompiled = runInTheOpen([
    ...['node', 'node_modules/typescript/bin/tsc', '--build', 'lib/homework'],
  ]);
  if (isCompiled) makeLazy(join(root, 'lib', 'notegrad', 'dist', 'index.js'));
  return isCompiled;
}

/**
 * Lets `require('notegrad')` load a module of these folders only when a name of it is asked for. The
 * exports keep the form in which Node finds their names for `import { … }`.
 *
 * @param {string} file
 */
function makeLazy(file) {
  const text = readFileSync(file, 'utf8');
  if (text.includes(LAZILY)) return;
  const loads = new RegExp(
    `^(?:var|const) (\\w+) = (require\\("\\./(?:${LAZY_FOLDERS})/.*"\\));$`,
    'gm',
  );
  const lazy = text.replaceAll(loads, 'const $1 = lazily(() => $2);');
  writeFileSync(file, lazy.replace('"use strict";', `"use strict";\n${LAZILY}`));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = build() ? 0 : 1;

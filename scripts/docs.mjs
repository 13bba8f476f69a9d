// @ts-check
// `npm run docs`: the site in docs/site, of the guides and of what the library's entry points export.
// A link that leads nowhere, in a guide or a docstring, is an error.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup/root.mjs';

const library = join(root, 'lib', 'notegrad');
const options = ['--options', join(root, 'docs', 'typedoc.json')];
const argv = [
  join(root, 'node_modules', 'typedoc', 'bin', 'typedoc'),
  ...options,
  ...entryPoints().flatMap((path) => ['--entryPoints', path]),
];
const { status } = spawnSync(process.execPath, argv, { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;

/** The sources of what package.json exports to users; `tooling` is for our own programs. */
function entryPoints() {
  const { exports } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8'));
  return Object.entries(exports)
    .filter(([name]) => name !== './tooling')
    .map(([, target]) => builtFile(target))
    .filter((file) => file.endsWith('.js'))
    .map((file) => join(library, file.replace('./dist/', 'src/').replace(/\.js$/, '.ts')))
    .filter((path) => existsSync(path));
}

/** Of `"./dist/index.js"` and of `{ "types": …, "default": … }` alike. */
function builtFile(/** @type {string | Record<string, string>} */ target) {
  return typeof target === 'string' ? target : (target.default ?? target.require ?? '');
}

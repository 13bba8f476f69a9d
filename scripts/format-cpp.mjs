// @ts-check
// The C++ in the form of .clang-format: `node scripts/format-cpp.mjs` writes it, with `--check` it only
// says what is not. Each version of clang-format has its own idea of the form; ours is the one of
// FORMAT_VERSION, and where this is not here, the C++ is left alone, which is said.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { clangFormat } from './setup/clang-format.mjs';
import { root } from './setup/root.mjs';

const addon = join(root, 'lib', 'notegrad', 'addon');
const { command, missing } = clangFormat();
if (command === undefined) {
  console.log(`skipped: the form of the C++: ${missing}`);
} else {
  const sources = readdirSync(addon, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(cc|h)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)));
  const how = process.argv.includes('--check') ? ['--dry-run', '--Werror'] : ['-i'];
  const { status } = spawnSync(command, [...how, ...sources], { cwd: root, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

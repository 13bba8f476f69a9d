import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../support/temporary-folder';

const ROOT = join(__dirname, '../..');

test('a second copy of the library in one process is refused, naming both', () => {
  const folder = temporaryFolder();
  const sources = join(ROOT, 'lib/notegrad/src');
  for (const file of ['errors.ts', 'engine/one-copy.ts']) {
    cpSync(join(sources, file), join(folder, file));
  }
  const [original, copy] = [sources, folder].map((at) => join(at, 'engine/one-copy.ts'));
  const { stderr } = spawnSync(
    process.execPath,
    [
      '-r',
      'esbuild-register',
      '-e',
      `require('${original}'); require('${original}'); require('${copy}')`,
    ],
    { cwd: ROOT, encoding: 'utf8' },
  );
  const message = stderr.split('\n').find((line) => line.startsWith('EngineError: '))!;
  assert.ok(message.startsWith('EngineError: two copies of notegrad in one process, '), stderr);
  assert.ok(message.includes(sources), message);
  assert.ok(message.endsWith(': import one of them only'), message);
});

test('the library looks for another copy before anything else', () => {
  const { status } = spawnSync(
    process.execPath,
    [
      '-r',
      'esbuild-register',
      '-e',
      `globalThis[Symbol.for('notegrad')] = '/elsewhere'; require('./lib/notegrad/src/index')`,
    ],
    { cwd: ROOT },
  );
  assert.is(status, 1);
});

test.run();

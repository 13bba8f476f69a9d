import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../support/temporary-folder';

const script = join(__dirname, '..', '..', 'scripts', 'pack.mjs');

function pack(...args: readonly string[]): readonly [status: number | null, said: string] {
  const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  return [status, stderr];
}

test('an argument that it does not know, and a folder that cannot be one, are named', () => {
  const known = '(known: --json, and a folder)';
  assert.equal(pack('--out'), [1, `pack: unknown argument: --out ${known}\n`]);
  assert.equal(pack('here', 'there'), [1, `pack: unknown argument: there ${known}\n`]);
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  const [status, said] = pack(join(file, 'packs'));
  assert.is(status, 1);
  assert.match(said, /^pack: .*packs: no archive can be written there: ENOTDIR.*\n$/);
});

test.run();

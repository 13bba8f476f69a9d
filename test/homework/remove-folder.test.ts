import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { removeFolder } from '../../lib/homework/src/remove-folder';
import { inFolder } from '../support/folders';

/** Folders in folders, further down than a path may be long. */
const DEEP = `import os
for _ in range(3000):
    os.mkdir('d')
    os.chdir('d')`;

test('a folder goes whatever was made in it, and what its links lead to stays as it was', async () => {
  if (process.platform !== 'linux') return;
  await inFolder((folder) => {
    const [own, outside] = ['own', 'outside'].map((name) => join(folder, name));
    for (const one of [own, outside]) mkdirSync(one);
    writeFileSync(join(outside, 'mine'), '', { mode: 0o400 });
    symlinkSync(outside, join(own, 'link'));
    writeFileSync(Buffer.concat([Buffer.from(`${own}/`), Buffer.from([0xff])]), '');
    const { status, stderr } = spawnSync('python3', ['-c', DEEP], { cwd: own, encoding: 'utf8' });
    assert.is(status, 0, stderr);
    mkdirSync(join(own, 'closed'));
    writeFileSync(join(own, 'closed', 'file'), '');
    chmodSync(join(own, 'closed'), 0);
    removeFolder(own);
    assert.not(existsSync(own));
    assert.is(statSync(join(outside, 'mine')).mode & 0o777, 0o400);
    removeFolder(own);
  });
});

test.run();

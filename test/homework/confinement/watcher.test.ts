// What the watcher sees of what a process writes, however it hides that.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DEFAULT_LIMITS } from '../../../lib/homework/src/confinement/limits';
import { watch } from '../../../lib/homework/src/confinement/watcher';
import { removeFolder } from '../../../lib/homework/src/remove-folder';
import { temporaryFolder } from '../../support/temporary-folder';

const folder = temporaryFolder();
const limits = { ...DEFAULT_LIMITS, disk: 2 ** 23 };

/** Which limit a program of Python passes; it waits for a minute once it has done its worst. */
async function passedBy(name: string, program: string): Promise<string | undefined> {
  const own = join(folder, name);
  mkdirSync(own);
  const child = spawn('python3', ['-c', `import os, time\n${program}\ntime.sleep(60)`], {
    cwd: own,
    detached: true,
    stdio: 'ignore',
  });
  const watcher = watch(child.pid!, own, limits, {
    looksAtMemory: false,
    processorTime: () => 0,
  });
  await new Promise((resolve) => child.once('close', resolve));
  removeFolder(own);
  return watcher.end();
}

const HIDDEN = {
  'under names that are no text': `
os.mkdir(b'\\xff')
for n in range(4):
    open(b'\\xff/\\xff%d' % n, 'wb').write(bytes(2 ** 22))`,
  'in files that it has deleted and holds open': `
held = []
for n in range(4):
    held.append(open('file', 'wb', buffering=0))
    os.unlink('file')
    held[-1].write(bytes(2 ** 22))`,
};

for (const [where, program] of Object.entries(HIDDEN)) {
  test(`who writes too much ${where} is stopped`, async () => {
    if (process.platform !== 'linux') return;
    assert.is(await passedBy(where, program), 'wrote more than 8 MiB');
  });
}

test('who makes folders deeper than a path can tell is stopped, as nobody can count what is in them', async () => {
  if (process.platform !== 'linux') return;
  const program = `
for _ in range(3000):
    os.mkdir('d')
    os.chdir('d')`;
  assert.is(await passedBy('deep', program), 'made folders that nobody can look into');
});

test.run();

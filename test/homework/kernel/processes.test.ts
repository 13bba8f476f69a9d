import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../support/temporary-folder';
import { KernelSession } from './kernel-session';

const folder = temporaryFolder();

/** Whether a process runs: one that has ended and whose parent has not looked yet does not. */
function isAlive(pid: number): boolean {
  const asked = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  const state = asked.stdout.trim();
  return state !== '' && !state.startsWith('Z');
}

async function endOf(pid: number): Promise<boolean> {
  for (let i = 0; i < 200 && isAlive(pid); i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return !isAlive(pid);
}

test('a kernel ends when asked to, though its cells have timers and servers', async () => {
  const kernel = await KernelSession.start(folder, join(folder, 'asked'));
  await kernel.run("setInterval(() => {}, 10); require('node:http').createServer().listen(0);");
  const pid = await kernel.pid();
  await kernel.end();
  assert.ok(await endOf(pid));
});

test('a kernel ends with the front end that started it, in the middle of a loop, too', async () => {
  const kernel = await KernelSession.start(folder, join(folder, 'orphan'));
  const pid = await kernel.pid();
  await kernel.run('setTimeout(() => { for (;;) {} }, 50); 1');
  kernel.kill();
  assert.ok(await endOf(pid));
});

test('SIGTERM ends a kernel', async () => {
  const kernel = await KernelSession.start(folder, join(folder, 'terminated'));
  const pid = await kernel.pid();
  process.kill(pid, 'SIGTERM');
  assert.ok(await endOf(pid));
  kernel.kill();
});

test.run();

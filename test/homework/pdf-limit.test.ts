import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { reasonOf } from '../../lib/homework/src/mistake';
import { limitPrint } from '../../lib/homework/src/pdf/limit-print';

test('a print is limited in what it computes, its programs too, and not by the time that others take', async () => {
  if (!existsSync('/proc/self/stat')) return console.log('skipped: no /proc');
  const { late, end } = limitPrint(1);
  await sleep(1500);
  assert.not.ok(late.aborted, 'while it waits');
  const endless = spawn(process.execPath, ['-e', 'for (;;);']);
  await aborted(late);
  endless.kill('SIGKILL');
  end();
  assert.is(
    reasonOf(late.reason),
    'printing takes more than 1 s of processor time (--print-limit gives it more)',
  );
});

test('a print that waits for what never comes ends as well', async () => {
  const { late, end } = limitPrint(0.3);
  await aborted(late);
  end();
  assert.match(reasonOf(late.reason), 'printing takes more than ');
});

test('a print that has ended is not stopped', async () => {
  const { late, end } = limitPrint(0.01);
  end();
  await sleep(400);
  assert.not.ok(late.aborted);
});

function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

test.run();

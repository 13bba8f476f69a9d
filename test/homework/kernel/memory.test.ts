import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../support/temporary-folder';
import { KernelSession, printedBy, resultOf } from './kernel-session';

const folder = temporaryFolder();
let kernel: KernelSession;

test.before(async () => {
  const environment = { NODE_OPTIONS: '--max-old-space-size=200' };
  kernel = await KernelSession.start(folder, join(folder, 'log'), environment);
  await kernel.run('let kept = 40; let all: unknown[] = [];');
});

test.after(async () => {
  await kernel.end();
});

const ADVICE = 'use smaller batches, free tensors (tf.tidy, dispose)';
const FILLING: Readonly<Record<string, string>> = {
  'a loop': 'kept++; for (;;) all.push({ n: [all.length, 2, 3] });',
  'one call of a function of JavaScript':
    'kept++; all = Array.from({ length: 3e7 }, (_, i) => ({ i }));',
  'a loop that awaits': 'kept++; for (;;) { await null; all.push(new Array(1e5).fill(0.5)); }',
  'a timer': `kept++; setTimeout(() => { for (;;) all.push(new Array(1e5).fill('a')); });
await new Promise(() => {});`,
};

for (const [what, code] of Object.entries(FILLING)) {
  test(`${what} that fills the heap fails its cell, which says what helps; all variables stay`, async () => {
    const before = Number(resultOf(await kernel.run('kept')));
    const { reply } = await kernel.run(code);
    assert.is(reply.ename, 'OutOfMemory', reply.evalue);
    assert.match(reply.evalue!, /its values fill the \d+ MiB that JavaScript may take/);
    assert.match(reply.evalue!, ADVICE);
    const freed = await kernel.run('all = []; kept');
    assert.is(resultOf(freed), String(before + 1));
    assert.is(printedBy(freed, 'stderr'), '');
  });
}

test('of a kernel that the system has ended, the next one tells', async () => {
  await kernel.run('all = new Array(5e6).fill(1);');
  await kernel.listen(1);
  await kernel.killAndRestart();
  const first = await kernel.run('1 + 1');
  assert.is(resultOf(first), '2');
  const said = printedBy(first, 'stderr');
  assert.match(
    said,
    /^The kernel has ended. When last seen, after cell \d+, it took \d+ MiB: most likely/,
  );
  assert.match(said, ADVICE);
  assert.is(printedBy(await kernel.run('2'), 'stderr'), '');
});

test.run();

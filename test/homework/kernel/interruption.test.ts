import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../support/temporary-folder';
import { KernelSession, printedBy, resultOf } from './kernel-session';

const folder = temporaryFolder();
let kernel: KernelSession;

test.before(async () => {
  kernel = await KernelSession.start(folder, join(folder, 'log'));
  await kernel.run('let kept = 40;');
});

test.after(async () => {
  await kernel.end();
});

const PROMISE = 'new Promise<void>((resolve) => setTimeout(resolve, 30))';

const ENDLESS: Readonly<Record<string, string>> = {
  'a loop': 'kept++; while (true) {}',
  'a loop behind an await': 'kept++; await null; while (true) {}',
  'a loop behind a timer': `kept++; await ${PROMISE}; for (;;) {}`,
  'a cell that waits for nothing': 'kept++; await new Promise(() => {});',
  'a loop that awaits': `kept++; for (;;) { console.log("again"); await ${PROMISE}; }`,
  'a loop over an endless generator':
    'kept++; async function* all() { for (;;) yield 1 } for await (const one of all()) void one;',
  'a timer that does not return':
    'kept++; setTimeout(() => { while (true) {} }); await new Promise(() => {});',
  'a loop that refuses': 'kept++; while (true) { try { while (true) {} } finally { continue } }',
  'a microtask without end':
    'kept++; queueMicrotask(() => { for (;;) {} }); await new Promise(() => {});',
};

for (const [what, code] of Object.entries(ENDLESS)) {
  test(`${what} can be stopped, keeps all variables and says nothing more`, async () => {
    const before = Number(resultOf(await kernel.run('kept')));
    const { reply, outputs } = await kernel.run(code, { interruptAfter: 0.4 });
    assert.is(outputs.filter(({ type }) => type === 'error').length, 1);
    assert.is(reply.status, 'error');
    assert.is(reply.ename, 'KeyboardInterrupt');
    const next = await kernel.run(`await ${PROMISE}; await ${PROMISE}; kept`);
    assert.is(resultOf(next), String(before + 1));
    assert.is(printedBy(next), '');
    const said = (await kernel.listen(0.1)).flat().filter(({ type }) => type === 'error');
    assert.ok(said.every(({ ename }) => ename === 'KeyboardInterrupt'));
  });
}

const CHILDREN: Readonly<Record<string, string>> = {
  'a command': "kept++; execSync('sleep 30');",
  'a command that hides its failure': "kept++; spawnSync('sleep', ['30']).signal",
  'a command whose failure is caught':
    "kept++; for (;;) { try { execFileSync('sleep', ['30']) } catch { console.log('again') } }",
  'a command that says itself that it was stopped':
    'kept++; execSync(\'trap "exit 130" INT; sleep 30\')',
  'a command that does not listen, and what it started':
    'kept++; execSync(\'trap "" INT; (sleep 30); sleep 30\')',
  'a promise for a command': "kept++; await promisify(exec)('sleep 30');",
  'a promise of the cell for a command': `kept++;
await new Promise((_, reject) => spawn('sleep', ['30']).on('exit', (_, signal) => reject(new Error(signal!))));`,
};

for (const [what, code] of Object.entries(CHILDREN)) {
  test(`${what} can be stopped, and the cell was interrupted, not wrong`, async () => {
    await kernel.run(`import { exec, execFileSync, execSync, spawn, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';`);
    const before = Number(resultOf(await kernel.run('kept')));
    const { reply, outputs } = await kernel.run(code, { interruptAfter: 0.4 });
    assert.equal(
      outputs.map(({ type, ename }) => [type, ename]),
      [['error', 'KeyboardInterrupt']],
    );
    assert.is(reply.ename, 'KeyboardInterrupt');
    const next = await kernel.run('kept');
    assert.is(resultOf(next), String(before + 1));
  });
}

test('a command that somebody else stopped is what failed', async () => {
  const { reply } = await kernel.run("execSync('kill -INT $$')");
  assert.match(reply.evalue!, 'Command failed');
});

test('code that listens to SIGINT gets the first one, and its cell succeeds', async () => {
  const code = `let heard = false;
process.once('SIGINT', () => { heard = true; });
console.log('listening');
const losses: number[] = [];
while (!heard) { losses.push(1); await ${PROMISE}; }
losses.length > 0`;
  const answer = await kernel.run(code, { interruptAfter: 0.3 });
  assert.is(answer.reply.status, 'ok');
  assert.is(resultOf(answer), 'true');
  assert.is(resultOf(await kernel.run('heard')), 'true');
});

test('so does code that listens after a cell has removed all listeners', async () => {
  const code = `process.removeAllListeners();
const heardIt = new Promise((resolve) => process.once('SIGINT', () => resolve('heard')));
console.log('listening');
await heardIt`;
  const answer = await kernel.run(code, { interruptAfter: 0.3 });
  assert.is(resultOf(answer), 'heard');
});

test('code that listens to SIGINT and then lets nobody else run is ended soon', async () => {
  const before = Number(resultOf(await kernel.run('kept')));
  const step = 'const end = Date.now() + 10_000; while (Date.now() < end); kept += 100;';
  const code = `kept++; process.once('SIGINT', () => {}); console.log('listening'); ${step}`;
  const { reply } = await kernel.run(code, { interruptAfter: 0.4 });
  assert.is(reply.ename, 'KeyboardInterrupt');
  assert.is(resultOf(await kernel.run('kept')), String(before + 1));
});

test('a value whose display does not end can be stopped, and is not shown later', async () => {
  const { reply } = await kernel.run('({ get [Symbol.toStringTag]() { for (;;) {} } })', {
    interruptAfter: 0.4,
  });
  assert.is(reply.ename, 'KeyboardInterrupt');
  await kernel.run('await new Promise((resolve) => setTimeout(resolve, 5000));');
  assert.is(resultOf(await kernel.run('"there"')), 'there');
});

test('a package that is being loaded when Stop is pressed is loaded whole', async () => {
  const slow = join(folder, 'node_modules', 'slow');
  mkdirSync(slow, { recursive: true });
  const wait = 'for (const end = Date.now() + 1500; Date.now() < end; );';
  writeFileSync(join(slow, 'index.js'), `console.log('loads'); ${wait} exports.done = 'done';`);
  const { reply } = await kernel.run("require('slow'); for (;;) {}", { interruptAfter: 0.2 });
  assert.is(reply.ename, 'KeyboardInterrupt');
  assert.is(resultOf(await kernel.run("require('slow').done")), 'done');
});

test('where cells go on past failures, Stop ends one of them', async () => {
  const cells = ['for (;;) {}', 'kept++; "next"'];
  const [stopped, next] = await kernel.runAll(cells, { stopOnError: false, interruptAfter: 0.4 });
  assert.is(stopped.reply.ename, 'KeyboardInterrupt');
  assert.is(resultOf(next), 'next');
});

test('an interrupt while nothing runs harms nothing', async () => {
  process.kill(await kernel.pid(), 'SIGINT');
  await kernel.listen(0.4);
  assert.is(resultOf(await kernel.run('typeof kept')), 'number');
});

test.run();

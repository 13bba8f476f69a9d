import { spawn as spawnProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { examinerOf, folder, type Sketch } from './examined';

const SKETCH: Sketch = {
  imports: "import assert from 'node:assert/strict';\nimport { expectShape, tf } from 'notegrad';",
  solution: `function one(x: number): number {
  return x;
}
async function many(count: number): Promise<ArrayLike<number>> {
  return new Float32Array(count);
}`,
  tests: {
    plain: 'assert.equal(one(1), 1)',
    throws: "assert.throws(() => one(1), 'whatever it is')",
    awaits: 'assert.equal((await many(3)).length, 3)',
  },
};
const examiner = examinerOf(SKETCH, 3);
const ofOne = (body: string) => `function one(x) { ${body} }`;
const right =
  'function one(x) { return x; }\nasync function many(n) { return new Float32Array(n); }';

async function isWellAfterwards(): Promise<void> {
  assert.is((await examiner.outcomeOf('plain', right)).status, 'passed');
}

test('a loop without end costs its test, and no other', async () => {
  const { status, message } = await examiner.outcomeOf('plain', ofOne('for (;;) {}'));
  assert.is(status, 'timeout');
  assert.match(message, '3 seconds');
  await isWellAfterwards();
});

test('a loop without end is no error that a test may expect', async () => {
  assert.is((await examiner.outcomeOf('throws', ofOne('for (;;) {}'))).status, 'timeout');
  assert.is((await examiner.outcomeOf('throws', ofOne('process.exit(1)'))).status, 'error');
});

test('definitions that never end while they are loaded cost the test', async () => {
  const endless = `const x = (() => { for (;;) {} })();\nfunction one(y) { return x; }`;
  assert.is((await examiner.outcomeOf('plain', endless)).status, 'timeout');
  await isWellAfterwards();
});

test('a promise that is never settled is said to be so', async () => {
  const never = 'async function many(n) { return new Promise(() => {}); }';
  const { status, message } = await examiner.outcomeOf('awaits', never);
  assert.is(status, 'error');
  assert.match(message, 'its promise is never settled');
  const kept =
    'async function many(n) { setInterval(() => {}, 50); return new Promise(() => {}); }';
  assert.is((await examiner.outcomeOf('awaits', kept)).status, 'timeout');
});

test('a process that ends is said to have ended', async () => {
  const { status, message } = await examiner.outcomeOf('plain', ofOne('process.exit(0)'));
  assert.is(status, 'error');
  assert.match(message, /it ended its process \(exit code 0\)/);
  const thrown = ofOne(
    'setTimeout(() => { throw new Error("late"); }); for (const t = Date.now(); Date.now() < t + 20;); return 1;',
  );
  assert.is((await examiner.outcomeOf('plain', thrown)).status, 'passed', 'it had answered');
  await isWellAfterwards();
});

test('a result of 10⁹ numbers is too much', async () => {
  const large = 'async function many(n) { return new Uint8Array(1e9); }';
  const { status, message } = await examiner.outcomeOf('awaits', large);
  assert.is(status, 'error');
  assert.match(message, '256 MB');
  await isWellAfterwards();
});

test('memory that never suffices ends the process, and not the grader', async () => {
  const starved = examinerOf(SKETCH, 20, (command, [, ...args], options) =>
    spawnProcess(command, ['--max-old-space-size=80', ...args], options),
  );
  const hungry = ofOne('const all = []; for (;;) all.push(new Array(1e5).fill(x + all.length));');
  const { status, message } = await starved.outcomeOf('plain', hungry);
  starved.close();
  assert.is(status, 'error');
  assert.match(message, 'it ran out of memory');
});

test('what is printed without end ends the process', async () => {
  const { status, message } = await examiner.outcomeOf(
    'plain',
    ofOne("for (;;) try { require('node:fs').writeSync(1, 'x'.repeat(1e4)); } catch {}"),
  );
  assert.is(status, 'error');
  assert.match(message, 'it printed more than 10 MB');
});

test('processes that were left behind end with the student’s', async () => {
  const pid = join(folder, 'student', 'pid');
  const leaves = ofOne(`const { spawn } = require('node:child_process');
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    require('node:fs').writeFileSync('pid', String(child.pid));
    process.exit(0);`);
  await examiner.outcomeOf('plain', leaves);
  const left = Number(readFileSync(pid, 'utf8'));
  const isGone = () =>
    !existsSync(`/proc/${left}`) || /\) Z /.test(readFileSync(`/proc/${left}/stat`, 'utf8'));
  for (let tries = 0; tries < 50 && !isGone(); tries++)
    await new Promise((done) => setTimeout(done, 20));
  assert.ok(isGone(), `process ${left} lives`);
});

test('a process that cannot be started is no failure of the student', async () => {
  const nowhere = examinerOf(SKETCH, 5, (_command, args, options) =>
    spawnProcess(join(folder, 'nowhere'), args, options),
  );
  const message = await nowhere.outcomeOf('plain', right).then(
    () => '',
    (error: Error) => error.message,
  );
  nowhere.close();
  assert.match(message, /the student's process cannot be started: .*ENOENT/);
});

test.after(() => examiner.close());
test.run();

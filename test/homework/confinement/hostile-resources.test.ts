import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Walls } from '../../../lib/homework/src/confinement/walls';
import type { Outcome } from '../../../lib/homework/src/grading/grade-class';
import { temporaryFolder } from '../../support/temporary-folder';
import { HostileClass, messagesOf, wallsOr } from './hostile';

const DEAF = `process.on('SIGTERM', () => {});
process.on('SIGINT', () => {});
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;

const course = new HostileClass(temporaryFolder());
const deafCourse = new HostileClass(temporaryFolder());
const mark = `bomb-${Math.random().toString(36).slice(2)}`;
let walls: Walls | undefined;
let outcomes: ReadonlyMap<string, Outcome>;
let deaf: Outcome | undefined;

// Each ends by itself some way beyond its limit, should there be none.
const ATTACKS = {
  forks: `const { spawn } = require('node:child_process');
const bomb = 'n=0; while [ $n -lt 400 ]; do sleep 60 & n=$((n + 1)); done; wait # ${mark}';
const child = spawn('sh', ['-c', bomb]);
const code = await new Promise((resolve) => child.on('exit', resolve));
console.log(code === 0 ? 'hole' : 'held');`,
  memory: `const taken: Buffer[] = [];
while (taken.length < 64) taken.push(Buffer.alloc(2 ** 25, 1));
console.log('hole');`,
  disk: `for (let n = 0; n < 64; n++) {
  require('node:fs').writeFileSync('file' + n, Buffer.alloc(2 ** 23, 1));
  await new Promise((resolve) => setTimeout(resolve, 50));
}
console.log('hole');`,
  temporary: `for (let n = 0; n < 64; n++) {
  require('node:fs').writeFileSync('/tmp/file' + n, Buffer.alloc(2 ** 23, 1));
}
console.log('hole');`,
  nameless: `for (let n = 0; n < 64; n++) {
  const file = require('node:fs').openSync('nameless', 'w');
  require('node:fs').unlinkSync('nameless');
  require('node:fs').writeSync(file, Buffer.alloc(2 ** 23, 1));
  await new Promise((resolve) => setTimeout(resolve, 50));
}
console.log('hole');`,
  buried: `const dig = "import os\\nfor _ in range(3000): os.mkdir('d'); os.chdir('d')";
require('node:child_process').execFileSync('python3', ['-c', dig]);
require('node:fs').writeFileSync(Buffer.from([0xff]), '');
await new Promise((resolve) => setTimeout(resolve, 60_000));
console.log('hole');`,
  loud: `for (let n = 0; n < 100_000; n++) console.log('again'.repeat(100));`,
  drawing: `const { display } = require('tslab');
for (let n = 0; n < 30; n++) {
  display.html('x'.repeat(4_000_000));
  await new Promise((resolve) => setTimeout(resolve, 50));
}`,
};

test.before(async () => {
  walls = await wallsOr((reason) => console.log(`skipped: ${reason}`));
  if (!walls) return;
  for (const [student, attack] of Object.entries(ATTACKS)) {
    course.add(student, `const two = 2;\n${attack}`);
  }
  course.add('zoe', 'const two = 2;');
  outcomes = await course.grade(walls, 300);
  deafCourse.add('deaf', `const two = 2;\n${DEAF}`);
  deaf = (await deafCourse.grade(walls, 3)).get('deaf');
});

const told = (student: string) => messagesOf(outcomes.get(student));
const points = (student: string) => outcomes.get(student)?.record?.points;

test('a fork bomb runs against its limit, and leaves nothing behind', () => {
  if (!walls) return;
  // Without a thread to be had, the kernel itself may end.
  const printed = `${course.printedBy('forks')}${told('forks')}`;
  assert.match(printed, /^held|the kernel died|EAGAIN/, printed);
  const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  assert.not.match(stdout, mark);
});

test('who fills the memory, the disk or the temporary folder is stopped, and told by what', () => {
  if (!walls) return;
  assert.match(told('memory'), 'it used more than 768 MiB of memory');
  assert.match(told('disk'), 'it wrote more than 64 MiB');
  assert.match(told('temporary'), 'ENOSPC: no space left on device');
});

test('who hides what is written is stopped all the same, and nothing of it stays', () => {
  if (!walls) return;
  assert.match(told('nameless'), 'it wrote more than 64 MiB');
  assert.match(told('buried'), 'it made folders that nobody can look into');
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith('notegrad-grade-'));
  assert.equal(left, []);
});

test('who listens to no signal is stopped by the time limit', () => {
  if (!walls) return;
  assert.match(messagesOf(deaf), 'ran longer than its time limit of 3 seconds');
});

test('who prints or draws without end is stopped', () => {
  if (!walls) return;
  assert.match(told('loud'), 'PrintedTooMuch: more than');
  assert.match(told('drawing'), 'more than 80 MB');
});

test('the next submission has what it would have without all that', () => {
  if (!walls) return;
  const record = outcomes.get('zoe')?.record;
  assert.is(points('zoe'), 2, told('zoe'));
  assert.equal(record?.failures, []);
  assert.equal(
    record?.questions.map(({ tests }) => tests.map(({ status }) => status)),
    [['passed']],
  );
});

test.run();

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../support/temporary-folder';
import { type Ended, homework, printedIn, writeNotebook } from './notebooks';

const KINDS: Readonly<Record<string, readonly string[]>> = {
  throws: [
    'const a = 1;',
    'function f() {\n  throw new Error("boom");\n}',
    'console.log("first");\nf();',
    '4',
  ],
  mistyped: ['const size: number = "large";'],
  uncaught: [
    'setTimeout(() => { throw new Error("late"); }, 50);',
    'await new Promise((r) => setTimeout(r, 300));',
    '3',
  ],
  rejected: ['setTimeout(() => { Promise.reject(new Error("nobody cares")); }, 50);'],
  late: ['setTimeout(() => { throw new Error("much later"); }, 1500);'],
  dies: [
    'console.log("alive");',
    '(process as unknown as { reallyExit(code: number): void }).reallyExit(7);',
  ],
  exits: ['process.exit(7);'],
  hangs: ['while (true) {}'],
  waits: ['await new Promise(() => {});'],
  prints: ['while (true) console.log("again");'],
  drips: ['for (;;) { console.log("again"); await new Promise((r) => setImmediate(r)); }'],
  floods: ['process.stdout.write("x".repeat(2_000_000));'],
};

const folder = temporaryFolder();
let ended: Ended;

test.before(async () => {
  const paths = Object.entries(KINDS).map(([name, cells]) => writeNotebook(folder, name, cells));
  const before = paths.map((path) => readFileSync(path, 'utf8'));
  ended = await homework(folder, [
    'run',
    ...paths.map((path) => path.slice(folder.length + 1)),
    '--timeout',
    '3',
    '--no-pdf',
  ]);
  assert.equal(
    paths.map((path) => readFileSync(path, 'utf8')),
    before,
  );
});

function report(name: string): string {
  const start = ended.stderr.indexOf(`\n${name}.ipynb: `);
  assert.ok(start >= 0, `no report on ${name} in\n${ended.stderr}${ended.stdout}`);
  const end = ended.stderr.indexOf('What ran is kept', start);
  return ended.stderr.slice(start + 1, end).trim();
}

test('a failing cell is reported with its number, its source and the error, trimmed to the cell', () => {
  assert.is(
    report('throws'),
    `throws.ipynb: cell 3 fails

    console.log("first");
    f();

cell 2, line 2
      throw new Error("boom");
            ^

Error: boom
    at f (cell 2:2:9)
    at cell 3:2:1`,
  );
});

test('a cell that does not type-check is reported with what TypeScript says', () => {
  assert.match(report('mistyped'), /cell 1 fails/);
  assert.match(report('mistyped'), "Type 'string' is not assignable to type 'number'");
});

test('an exception nobody caught fails the notebook', () => {
  assert.match(report('uncaught'), /nobody caught an error while cell [12] ran/);
  assert.match(report('uncaught'), 'UncaughtException: Error: late');
});

test('a rejection nobody handled fails the notebook, even after its last cell', () => {
  assert.match(report('rejected'), 'nobody caught an error while cell 1 ran');
  assert.match(report('rejected'), 'UnhandledPromiseRejection: Error: nobody cares');
});

test('a run waits for what its last cell left under way, and fails by it', () => {
  assert.match(report('late'), 'nobody caught an error while cell 1 ran');
  assert.match(report('late'), 'Error: much later');
});

test('a cell that ends the kernel is reported with the exit code', () => {
  assert.match(report('dies'), 'the kernel died in cell 2 (exit code 7: a process.exit()?)');
});

test('process.exit is an error of the cell, and the kernel lives', () => {
  assert.match(report('exits'), 'cell 1 fails');
  assert.match(report('exits'), 'Error: process.exit(7): a cell cannot end the kernel');
});

test('a cell past its time limit is stopped, whether it computes or waits', () => {
  for (const name of ['hangs', 'waits']) {
    assert.match(report(name), 'cell 1 ran longer than its time limit of 3 seconds');
  }
});

test('a cell that prints without end is stopped, whether or not it lets others run', () => {
  for (const name of ['prints', 'drips']) {
    assert.match(report(name), 'cell 1 printed more than 10,000 lines and was stopped');
  }
  assert.match(report('floods'), 'cell 1 printed more than 1 MB of text and was stopped');
});

test('the table names every notebook and its failing cell, and the exit code is 1', () => {
  assert.is(ended.code, 1);
  const table = ended.stdout.slice(ended.stdout.indexOf('notebook  '));
  assert.match(table, /^throws +2\/4 +[\d.]+ +– +cell 3 fails$/m);
  assert.match(table, /^dies +1\/2 +[\d.]+ +– +the kernel died in cell 2/m);
  assert.is(table.trim().split('\n').length, Object.keys(KINDS).length + 2);
});

test('what ran before the failure is kept', () => {
  const executed = JSON.parse(readFileSync(join(folder, 'reports', 'throws.ipynb'), 'utf8'));
  const printed = printedIn(executed);
  assert.match(printed[2], 'first');
  assert.is(printed[3], '');
  assert.not.ok(existsSync(join(folder, 'reports', 'throws.pdf')));
});

test.run();

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runEveryCell } from '../../../lib/homework/src/assignment/run-every-cell';
import { bubblewrap } from '../../../lib/homework/src/confinement/bubblewrap';
import { DEFAULT_LIMITS } from '../../../lib/homework/src/confinement/limits';
import {
  ProcessorTime,
  processorSeconds,
  processorTimeWithin,
} from '../../../lib/homework/src/confinement/processor-time';
import type { Walls } from '../../../lib/homework/src/confinement/walls';
import { watch } from '../../../lib/homework/src/confinement/watcher';
import { summaryOf } from '../../../lib/homework/src/failure';
import { runPastDeaths } from '../../../lib/homework/src/grading/run-past-deaths';
import { temporaryFolder } from '../../support/temporary-folder';
import { code, notebook } from '../assignment/sketches';
import { wallsOr } from './hostile';

let walls: Walls | undefined;

test.before(async () => {
  walls = await wallsOr((reason) => console.log(`skipped: ${reason}`));
});

/** Two processes that compute without end, while the cell itself waits: the clock would let them. */
const BURNERS = `const { spawn } = require('node:child_process');
for (let n = 0; n < 2; n++) spawn('sh', ['-c', 'while :; do :; done']);
await new Promise((resolve) => setTimeout(resolve, 60_000));`;

const options = { profile: 'quick', timeout: 100 } as const;

function workFolder(name: string): string {
  const folder = join(temporaryFolder(), name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

test('a cell that uses up its processor time is ended, says so, and the next one runs', async () => {
  if (!walls) return;
  const processorTime = new ProcessorTime(2, 100);
  const cells = [code('const a = 1;'), code('for (;;) {}'), code('console.log(a + 1)')];
  const runs = await runEveryCell(notebook(cells), {
    ...options,
    folder: workFolder('cell'),
    walls,
    processorTime,
  });
  assert.equal(
    [...runs.values()].map(({ status }) => status),
    ['ok', 'timeout', 'ok'],
  );
  assert.is(runs.get(1)?.text, '2 seconds of processor time');
  assert.ok(processorTime.left < 98, `${processorTime.left}`);
});

test('a notebook that uses up its processor time with other processes, by no clock, is ended', async () => {
  if (!walls) return;
  const processorTime = new ProcessorTime(100, 6);
  const cells = [code('const a = 1;'), code(BURNERS), code('console.log(a + 1)')];
  const runs = await runPastDeaths(notebook(cells), {
    ...options,
    folder: workFolder('notebook'),
    walls,
    processorTime,
  });
  assert.equal(
    [...runs.values()].map(({ status, limit }) => [status, limit]),
    [
      ['ok', undefined],
      ['timeout', 'notebook'],
      ['not-run', 'notebook'],
    ],
  );
  assert.is(runs.get(1)?.text, '6 seconds of processor time for the whole notebook');
});

test('a process within walls that computes for too long with what it started is ended, and it is known why', async () => {
  if (!walls) return;
  const told: number[] = [];
  const script = '(while :; do :; done) & (while :; do :; done) & wait';
  const child = bubblewrap(walls.options).spawn('/bin/sh', ['-c', script], {
    folder: workFolder('process'),
    limits: { cpu: 1 },
    onProcessorTime: (seconds) => told.push(seconds),
  });
  await new Promise((resolve) => child.once('close', resolve));
  assert.is(child.passedLimit, 'used more than 1 seconds of processor time');
  assert.ok((told.at(-1) ?? 0) > 1, String(told));
});

test('without a control group a watcher adds up a process and all that came from it', async () => {
  if (!existsSync('/proc/self/stat')) {
    console.log('skipped: no /proc');
    return;
  }
  const script = '(while :; do :; done) & (while :; do :; done) & wait';
  const child = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' });
  const watcher = watch(
    child.pid!,
    workFolder('watched'),
    { ...DEFAULT_LIMITS, cpu: 0.5 },
    {
      looksAtMemory: true,
      processorTime: () => undefined,
    },
  );
  await new Promise((resolve) => child.once('close', resolve));
  assert.is(watcher.end(), 'used more than 0.5 seconds of processor time');
});

test('what ended counts for whoever waited for it', async () => {
  if (!existsSync('/proc/self/stat')) return;
  const told: number[] = [];
  // Its child computes for half a second of its own time, and is over when we look.
  const inner = 'const end = process.cpuUsage().user + 5e5; while (process.cpuUsage().user < end);';
  const script = `"${process.execPath}" -e '${inner}'; echo over; read line`;
  const child = spawn('sh', ['-c', script], { detached: true });
  const watcher = watch(child.pid!, workFolder('ended'), DEFAULT_LIMITS, {
    looksAtMemory: false,
    processorTime: () => undefined,
    onProcessorTime: (seconds) => told.push(seconds),
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  watcher.end();
  child.stdin.end('\n');
  await new Promise((resolve) => child.once('close', resolve));
  assert.ok((told.at(-1) ?? 0) >= 0.5, String(told));
});

test('what students are told of a limit of processor time is not that they were slow', () => {
  const failure = { kind: 'time', number: 2, text: processorSeconds(900) } as const;
  assert.is(summaryOf(failure), 'cell 2 used more than 900 seconds of processor time');
  assert.is(
    summaryOf({ ...failure, text: '600 seconds' }),
    'cell 2 ran longer than its time limit of 600 seconds',
  );
});

test('a limit of time brings one of processor time along, for each thread and a half', () => {
  const before = process.env.NOTEGRAD_THREADS;
  process.env.NOTEGRAD_THREADS = '3';
  assert.is(processorTimeWithin(10), 35);
  if (before === undefined) delete process.env.NOTEGRAD_THREADS;
  else process.env.NOTEGRAD_THREADS = before;
});

test.run();

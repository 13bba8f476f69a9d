// Processes of ours that hang, as a stopped one does: they are ended, and it is nobody's answer.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readAssignment } from '../../../lib/homework/src/assignment/assignment';
import { runEveryCell } from '../../../lib/homework/src/assignment/run-every-cell';
import { share } from '../../../lib/homework/src/grading/class-workflow';
import { gradeClass } from '../../../lib/homework/src/grading/grade-class';
import { processText } from '../../../lib/homework/src/process-family';
import { errorOf } from '../../support/folders';
import { temporaryFolder } from '../../support/temporary-folder';
import { code, notebook } from '../assignment/sketches';
import { handInSmall, writeSmallAssignment } from './small-class';

const folder = temporaryFolder();
const at = (...names: readonly string[]) => join(folder, ...names);
const isLinux = process.platform === 'linux';
/** Longer than our processes take to start on a machine that does much else. */
const patience = 12;

/** Stops our process of this program as soon as there is one. */
async function stop(program: string): Promise<void> {
  for (let found: number | undefined; found === undefined; await sleep(50)) {
    found = readdirSync('/proc')
      .map(Number)
      .find(
        (pid) =>
          new RegExp(`\\) \\S ${process.pid} `).test(processText(pid, 'stat')) &&
          processText(pid, 'cmdline').includes(program),
      );
    if (found !== undefined) process.kill(found, 'SIGSTOP');
  }
}

test('a process that grades and hangs is ended, costs one try, and no student anything', async () => {
  if (!isLinux) return;
  const assignment = readAssignment(writeSmallAssignment(folder));
  const paths = ['ada', 'bob'].map((student, i) =>
    handInSmall(assignment.path, at(`${student}.ipynb`), `const two = ${i + 1};`),
  );
  const faults: string[] = [];
  let isStopped = false;
  const outcomes = await gradeClass(paths, assignment, {
    ...{ profile: 'quick', timeout: 60, notebookLimit: 600, out: at('out'), jobs: 1 },
    ...{ resume: false, pause: 0.1, patience },
    onStarted: () => {
      if (!isStopped) void stop('grader-process');
      isStopped = true;
    },
    onFault: (student, message) => faults.push(`${student}: ${message}`),
  });
  assert.equal(faults, [
    `ada: the process that grades did not answer for ${patience} seconds, and was ended`,
  ]);
  assert.equal(
    outcomes.map(({ record }) => record?.points),
    [0, 2],
  );
});

test('a program that runs cells and hangs is ended, and that is nobody’s answer', async () => {
  if (!isLinux) return;
  mkdirSync(at('run'));
  void stop('run_notebook');
  const options = { folder: at('run'), profile: 'quick', timeout: 60, patience } as const;
  const message = await errorOf(() => runEveryCell(notebook([code('const a = 1;')]), options));
  assert.is(message, `the program that runs notebooks did not answer for ${patience} seconds`);
});

test('a job of a class that gives no sign of life is killed; one that does may take its time', () => {
  if (!isLinux) return;
  const script = join(share, 'workflow', 'scripts', 'watched.sh');
  const watched = (work: string) => {
    const args = [at('alive'), '2', 'bash', '-c', work, 'bash', at('alive')];
    return spawnSync(script, args, { encoding: 'utf8' });
  };
  const hung = watched('kill -STOP $$');
  assert.is(hung.status, 137, hung.stderr);
  assert.match(hung.stderr, 'it did not answer for 2 seconds, and is ended');
  const busy = watched('for n in 1 2 3 4 5; do sleep 1; touch "$1"; done; exit 7');
  assert.is(busy.status, 7, busy.stderr);
  assert.not(existsSync(at('alive')));
});

test.run();

// A class of which every process is killed at once, walls and all.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readGradeRecord } from '../../../lib/homework/src/assignment/grade-record';
import { programNamed } from '../../../lib/homework/src/confinement/program-named';
import { endMarked } from '../../../lib/homework/src/end-marked';
import { processText } from '../../../lib/homework/src/process-family';
import { isLeftBehind } from '../../../lib/homework/src/process-mark';
import { temporaryFolder } from '../../support/temporary-folder';
import { wallsOr } from '../confinement/hostile';
import { handInSmall, writeSmallAssignment } from './small-class';

const cli = join(__dirname, '..', '..', '..', 'lib', 'homework', 'bin', 'homework.js');
const folder = temporaryFolder();
const mark = randomUUID();
const students = ['ada', 'bob', 'cyd', 'dan'];
const recordOf = (student: string) => join(folder, 'out', student, 'grade.json');

/** When each submission was graded that is finished. */
function finished(): ReadonlyMap<string, string> {
  return new Map(
    students.flatMap((student) => {
      if (!existsSync(join(folder, 'out', student, 'inputs.json'))) return [];
      return [[student, readGradeRecord(recordOf(student)).runtime.startedAt]];
    }),
  );
}

const marked = () =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && processText(pid, 'environ').includes(mark));

/** Control groups of processes that have ended. */
function groupsLeft(): readonly string[] {
  return ['memory', 'pids', 'cpuacct', '.'].flatMap((controller) => {
    const path = join('/sys/fs/cgroup', controller);
    const names = existsSync(path) ? readdirSync(path) : [];
    return names.filter((name) => isLeftBehind(name.replace(/^notegrad-/, '')));
  });
}

function runClass(): { readonly ended: Promise<number | null>; said(): string } {
  const args = ['class', 'in', '--assignment', 'ps.ipynb', '--out', 'out', '--resume'];
  const child = spawn(
    process.execPath,
    [cli, ...args, ...['--group', '2', '-j', '1', '--no-pdf', '--memory', '1024']],
    { cwd: folder, env: { ...process.env, NOTEGRAD_TEST_CLASS: mark } },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += text;
    });
  }
  return {
    ended: new Promise((resolve) => child.once('close', resolve)),
    said: () => said,
  };
}

test('the same command goes on, repeats nothing that was finished, and leaves nothing lying', async () => {
  const missing = ['snakemake', 'flock'].filter((name) => !programNamed(name));
  const walls = await wallsOr((reason) => console.log(`skipped: ${reason}`));
  if (!walls) return;
  if (missing.length > 0) {
    console.log(`skipped: no ${missing.join(', ')}`);
    return;
  }
  mkdirSync(join(folder, 'in'));
  const assignment = writeSmallAssignment(folder);
  for (const [i, student] of students.entries()) {
    handInSmall(assignment, join(folder, 'in', `${student}.ipynb`), `const two = ${i + 1};`);
  }
  const first = runClass();
  const isOver = first.ended.then(() => true);
  while (finished().size === 0) {
    assert.not(await Promise.race([isOver, sleep(100, false)]), first.said());
  }
  // In the midst of the next one, as likely as not.
  await sleep(Math.random() * 3000);
  // What is started while others are killed goes with the second round.
  for (let round = 0; round < 3; round++) endMarked('NOTEGRAD_TEST_CLASS', mark);
  await first.ended;
  const before = finished();
  assert.ok(before.size < students.length, 'it was killed too late');
  const second = runClass();
  assert.is(await second.ended, 0, second.said());
  for (const [student, startedAt] of before) {
    assert.is(finished().get(student), startedAt, `${student} is not graded again`);
  }
  assert.equal(
    students.map((student) => readGradeRecord(recordOf(student)).points),
    [0, 2, 0, 0],
  );
  const grades = readFileSync(join(folder, 'out', 'grades.csv'), 'utf8');
  assert.is(grades.trim().split('\n').length, 1 + students.length);
  assert.equal(marked(), []);
  assert.equal(groupsLeft(), []);
  assert.equal(
    readdirSync(tmpdir()).filter((name) => isLeftBehind(name.replace(/^ng-/, ''))),
    [],
  );
  assert.not.match(readFileSync('/proc/self/mounts', 'utf8'), folder);
});

test.run();

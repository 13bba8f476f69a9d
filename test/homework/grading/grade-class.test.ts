import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readAssignment } from '../../../lib/homework/src/assignment/assignment';
import { readGradeRecord } from '../../../lib/homework/src/assignment/grade-record';
import { endMarked } from '../../../lib/homework/src/end-marked';
import { gradeClass, type Outcome } from '../../../lib/homework/src/grading/grade-class';
import { temporaryFolder } from '../../support/temporary-folder';
import { handInSmall, writeSmallAssignment } from './small-class';

const folder = temporaryFolder();
const at = (...names: readonly string[]) => join(folder, ...names);
const isLinux = process.platform === 'linux';

const assignment = readAssignment(writeSmallAssignment(folder));
const handIn = (student: string, answer: string) =>
  handInSmall(assignment.path, at(`${student}.ipynb`), answer);

const common = { profile: 'quick', timeout: 60, notebookLimit: 600 } as const;
const pointsOf = ({ record }: Outcome) => record?.points;

/** The processes that grade for us. */
function graders(): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        const isOurs = new RegExp(`\\) \\S ${process.pid} `).test(
          readFileSync(`/proc/${pid}/stat`, 'latin1'),
        );
        return isOurs && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('grader-process');
      } catch {
        return false;
      }
    });
}

test('a grader that is killed costs one try; a folder that cannot be written, its own student', async () => {
  if (!isLinux) return;
  mkdirSync(at('out'));
  // No folder can be made of it.
  writeFileSync(at('out', 'bob'), '');
  const paths = [
    handIn('ada', 'const two = 2;'),
    handIn('bob', 'const two = 2;'),
    handIn('cyd', 'const two = 3;'),
  ];
  const faults: string[] = [];
  let isKilled = false;
  const outcomes = await gradeClass(paths, assignment, {
    ...common,
    out: at('out'),
    jobs: 1,
    resume: false,
    pause: 0.1,
    onStarted: async (student) => {
      if (student !== 'cyd' || isKilled) return;
      isKilled = true;
      await sleep(500);
      for (const pid of graders()) process.kill(pid, 'SIGKILL');
    },
    onFault: (student, message) => faults.push(`${student}: ${message}`),
  });
  assert.equal(outcomes.map(pointsOf), [2, undefined, 0]);
  assert.is(outcomes[1].failure?.kind, 'infrastructure');
  const [first, second, third] = faults;
  assert.is(faults.length, 3, 'bob is tried three times, cyd twice, ada and a wrong answer once');
  assert.match(first, /^bob: .*out\/bob/);
  assert.match(second, /^bob: .*out\/bob/);
  assert.is(third, 'cyd: the process that grades ended (SIGKILL)');
  assert.equal(graders(), []);
});

test('after SIGKILL of everything at any moment, what was finished is there, and is not done again', async () => {
  if (!isLinux) return;
  const students = ['dan', 'eve', 'fay', 'gus'];
  const paths = students.map((student, i) => handIn(student, `const two = ${i + 1};`));
  const out = at('killed');
  const command = [
    ...['grade', ...paths, '--assignment', at('ps.ipynb'), '--out', out],
    ...['-j', '2', '--resume', '--unconfined'],
  ];
  const cli = join(__dirname, '..', '..', '..', 'lib', 'homework', 'bin', 'homework.js');
  const finished = () =>
    new Map(
      students.flatMap((student) => {
        const record = join(out, student, 'grade.json');
        if (!existsSync(join(out, student, 'inputs.json'))) return [];
        return [[student, readGradeRecord(record).runtime.startedAt]];
      }),
    );
  const run = (killAfter?: () => Promise<void>) => {
    const mark = randomUUID();
    const child = spawn(process.execPath, [cli, ...command], {
      env: { ...process.env, NOTEGRAD_TEST_CLASS: mark },
      stdio: 'ignore',
    });
    return new Promise<number | null>((resolve) => {
      child.once('exit', (code) => {
        endMarked('NOTEGRAD_TEST_CLASS', mark);
        resolve(code);
      });
      void killAfter?.().then(() => child.kill('SIGKILL'));
    });
  };
  let before = finished();
  for (let kills = 0; kills < 3 && before.size < students.length; kills++) {
    // Once more is finished than before, and a random moment later.
    await run(async () => {
      const until = Date.now() + 15_000;
      while (finished().size === before.size && Date.now() < until) await sleep(50);
      await sleep(Math.random() * 1000);
    });
    const after = finished();
    for (const [student, startedAt] of before) assert.is(after.get(student), startedAt);
    before = after;
  }
  await run();
  const after = finished();
  for (const [student, startedAt] of before) assert.is(after.get(student), startedAt);
  assert.equal(
    students.map((student) => readGradeRecord(join(out, student, 'grade.json')).points),
    [0, 2, 0, 0],
  );
  rmSync(out, { recursive: true });
});

test.run();

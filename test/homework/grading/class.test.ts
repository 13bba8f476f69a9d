import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readGradeRecord } from '../../../lib/homework/src/assignment/grade-record';
import { programNamed } from '../../../lib/homework/src/confinement/program-named';
import { temporaryFolder } from '../../support/temporary-folder';
import { homework } from '../notebooks';
import { handInSmall, writeSmallAssignment } from './small-class';

const folder = temporaryFolder();
const assignment = writeSmallAssignment(folder);
const inFolder = join(folder, 'in');
mkdirSync(inFolder);
handInSmall(assignment, join(inFolder, 'ada', 'ps.ipynb'), 'const two = 2;');
handInSmall(assignment, join(inFolder, 'bob.ipynb'), 'const two = 3;');
writeFileSync(join(inFolder, 'cyd.ipynb'), '{');
writeFileSync(join(inFolder, 'dan.zip'), '');
const grade = (...args: readonly string[]) =>
  homework(folder, ['class', 'in', '--assignment', assignment, '--out', 'out', ...args]);
const recordOf = (student: string) => readGradeRecord(join(folder, 'out', student, 'grade.json'));

test('a class is graded by Snakemake, and what has changed alone is graded again', async () => {
  if (!programNamed('snakemake')) {
    console.log('skipped: no snakemake');
    return;
  }
  const args = ['--unconfined', '--no-pdf', '--group', '3', '-j', '1'];
  const first = await grade(...args);
  assert.is(first.code, 0, first.stderr + first.stdout);
  assert.match(first.stdout, 'not graded, as neither notebooks nor folders: dan.zip');
  assert.match(first.stdout, /3 of 3: /);
  assert.match(first.stdout, /^cyd +– +not graded \(student\): .*not a notebook/m);
  assert.equal([recordOf('ada').points, recordOf('bob').points], [2, 0]);
  const grades = readFileSync(join(folder, 'out', 'grades.csv'), 'utf8');
  assert.equal(grades.trim().split('\n').slice(1), ['ada,2,2,2', 'bob,0,0,2', 'cyd,,,']);
  assert.match(readFileSync(join(folder, 'out', 'ada', 'feedback.html'), 'utf8'), '<html');
  const { startedAt } = recordOf('ada').runtime;
  handInSmall(assignment, join(inFolder, 'bob.ipynb'), 'const two = 2;');
  const again = await grade(...args, '--resume');
  assert.is(again.code, 0, again.stderr + again.stdout);
  assert.match(again.stdout, /^ada .*graded before/m);
  assert.is(recordOf('ada').runtime.startedAt, startedAt);
  assert.is(recordOf('bob').points, 2);
  assert.match(readFileSync(join(folder, 'out', 'grades.csv'), 'utf8'), 'bob,2,2,2');
});

test('for Kubernetes an Indexed Job is written, a pod a group, on a volume that holds everything', async () => {
  const { code, stdout, stderr } = await grade('--profile', 'kubernetes', '--group', '2');
  assert.is(code, 0, stderr);
  assert.match(stdout, '2 groups: ');
  const own = join(folder, 'out', '.class');
  const job = JSON.parse(readFileSync(join(own, 'job.json'), 'utf8'));
  assert.is(job.spec.completionMode, 'Indexed');
  assert.is(job.spec.completions, 2);
  assert.is(job.spec.template.spec.containers[0].volumeMounts[0].mountPath, folder);
  const lists = ['0', '1'].map((name) => readFileSync(join(own, 'lists', name), 'utf8'));
  assert.equal(
    lists.join('').split('\0').filter(Boolean).sort(),
    ['ada', 'bob.ipynb', 'cyd.ipynb'].map((name) => join(inFolder, name)),
  );
  const elsewhere = await homework(inFolder, [
    ...['class', '.', '--assignment', assignment, '--out', '../out', '--profile', 'kubernetes'],
  ]);
  assert.is(elsewhere.code, 1);
  assert.match(elsewhere.stderr, 'run it in a folder that holds everything');
});

test('what is no folder of submissions is refused', async () => {
  const { code, stderr } = await homework(folder, [
    ...['class', 'in/bob.ipynb', '--assignment', assignment, '--out', 'out'],
  ]);
  assert.is(code, 1);
  assert.match(stderr, 'class: in/bob.ipynb is no folder of submissions');
});

test('a folder for grades among the submissions is refused', async () => {
  for (const out of ['in', 'in/graded', 'in/ada/graded']) {
    const { code, stderr } = await homework(folder, [
      ...['class', 'in', '--assignment', assignment, '--out', out],
    ]);
    assert.is(code, 1);
    assert.match(stderr, `class: ${out} lies in in: it would be taken for a student's`);
  }
});

test.run();

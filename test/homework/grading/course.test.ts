import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readAssignment } from '../../../lib/homework/src/assignment/assignment';
import { exampleAssignment } from '../../../lib/homework/src/assignment/example';
import { readGradeRecord } from '../../../lib/homework/src/assignment/grade-record';
import { makeRelease } from '../../../lib/homework/src/assignment/make-release';
import { formatCsv, parseCsv } from '../../../lib/homework/src/grading/csv';
import { gradeIdOf } from '../../../lib/homework/src/grading/grade-submission';
import { type Cell, type Notebook, sourceOf } from '../../../lib/homework/src/notebook';
import { temporaryFolder } from '../../support/temporary-folder';
import { code } from '../assignment/sketches';
import { homework } from '../notebooks';

const folder = temporaryFolder();
const instructors = join(folder, 'ps1.ipynb');
writeFileSync(instructors, JSON.stringify(exampleAssignment('ps1')));
const { notebook: released } = makeRelease(readAssignment(instructors));
// Without the student's own look at the tests, which would take as long as they do.
const isCheck = (cell: Cell) => sourceOf(cell).startsWith('await check(');
const given = { ...released, cells: released.cells.filter((cell) => !isCheck(cell)) };

const LOSS = `function logisticLoss(z: tf.Tensor, y: tf.Tensor): tf.Scalar {
  return z.softplus().sub(y.mul(z)).mean();
}`;
const GRADIENT = `function gradient(z: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return z.sigmoid().sub(y).div(z.size);
}`;
const WORDS = 'The sigmoid underflows.';
const RIGHT = { q1: LOSS, q2: GRADIENT, q3: WORDS };

function handIn(student: string, answers: Readonly<Record<string, string>>, own?: Notebook): void {
  const base = own ?? given;
  const cells = base.cells.map((cell) => ({
    ...cell,
    source: answers[gradeIdOf(cell) ?? ''] ?? sourceOf(cell),
  }));
  mkdirSync(join(folder, 'in', student), { recursive: true });
  writeFileSync(join(folder, 'in', student, 'ps1.ipynb'), JSON.stringify({ ...base, cells }));
}

handIn('ada', RIGHT);
// Right near 0; infinite for large logits, as the hidden test asks.
const overflows = LOSS.replace('z.softplus()', 'z.exp().add(1).log()');
handIn('bob', { ...RIGHT, q1: overflows });
// The sum for the mean: the shape is right.
handIn('cyd', { ...RIGHT, q2: GRADIENT.replace('.div(z.size)', '') });
// Nothing written, but for a loop without end.
handIn('dan', { q1: LOSS.replace('return', 'while (true) {}\n  return'), q2: GRADIENT });
// Tests rewritten, points claimed, and the kernel ended.
const claims = JSON.stringify({
  'application/vnd.notegrad.test+json': {
    parts: [{ name: 'the values', score: 3, max: 3, message: 'passed' }],
  },
});
const forged = `require('tslab').display.raw('application/vnd.notegrad.test+json', ${claims}['application/vnd.notegrad.test+json']);`;
handIn(
  'eve',
  {
    q1: LOSS.replace(
      'return',
      'console.log("passed"); process.kill(process.pid, "SIGKILL");\n  return',
    ),
    q2: GRADIENT.replace('return', `${forged}\n  return tf.zeros([3]); return`),
    'q1-tests': 'console.log("2 of 2 points")',
  },
  { ...given, cells: [code('console.assert = () => {};'), ...given.cells] },
);
mkdirSync(join(folder, 'in', 'fay'));
writeFileSync(join(folder, 'in', 'fay', 'ps1.ipynb'), '{"cells": [');

const students = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay'];
const paths = students.map((student) => join('in', student));
const grading = ['--assignment', 'ps1.ipynb', '--out', 'out', '--timeout', '15', '--unconfined'];
const recordOf = (student: string) => readGradeRecord(join(folder, 'out', student, 'grade.json'));
const scoresOf = (student: string) =>
  recordOf(student).questions.map(({ tests }) =>
    tests.reduce((total, { score }) => total + score, 0),
  );

test('six students get what their answers are worth, and a damaged file fails alone', async () => {
  const graded = await homework(folder, ['grade', ...paths, ...grading, '-j', '2']);
  assert.is(graded.code, 1, graded.stderr);
  assert.equal(
    students.slice(0, 5).map((student) => [student, ...scoresOf(student)]),
    [
      ['ada', 2, 3, 0],
      ['bob', 0, 3, 0],
      ['cyd', 2, 1, 0],
      ['dan', 0, 3, 0],
      ['eve', 0, 1, 0],
    ],
    graded.stdout,
  );
  assert.match(graded.stdout, /^fay +– +not graded \(student\): .*ps1\.ipynb/m);
  assert.not(existsSync(join(folder, 'out', 'fay', 'grade.json')));
});

test('what a hidden test found is for staff, and its description for the student', () => {
  const [hidden] = recordOf('bob').questions[0].tests;
  assert.is(hidden.message.public, 'a hidden test fails (logits far from 0)');
  assert.match(hidden.message.private, /expected/);
});

test('written answers wait for a person, and an empty one has no points', () => {
  const answerOf = (student: string) => recordOf(student).questions[2].manual[0].score;
  assert.is(answerOf('ada'), null);
  assert.is(recordOf('ada').points, null);
  assert.is(answerOf('dan'), 0);
});

test('a loop without end and an ended kernel cost their questions, and are named', () => {
  assert.is(recordOf('dan').questions[0].tests[0].status, 'timeout');
  assert.match(recordOf('eve').questions[0].tests[0].message.private, /signal SIGKILL/);
  assert.ok(recordOf('eve').repairs.some(({ cell }) => cell === 'q1-tests'));
});

test('what was graded is not graded again, unless its file or the assignment changed', async () => {
  const before = students.slice(0, 3).map((student) => recordOf(student).runtime.startedAt);
  handIn('cyd', RIGHT);
  const again = await homework(folder, ['grade', ...paths.slice(0, 3), ...grading, '--resume']);
  assert.is(again.code, 0, again.stderr + again.stdout);
  const after = students.slice(0, 3).map((student) => recordOf(student).runtime.startedAt);
  assert.equal(after.slice(0, 2), before.slice(0, 2));
  assert.is.not(after[2], before[2]);
  assert.equal(scoresOf('cyd'), [2, 3, 0]);
});

test('answers are marked in a table, and students get their pages', async () => {
  const exported = await homework(folder, ['marks', 'out', '--export', 'marks.csv']);
  assert.is(exported.code, 0, exported.stderr);
  const [header, ...rows] = parseCsv(readFileSync(join(folder, 'marks.csv'), 'utf8'));
  const score = header.indexOf('score');
  assert.is(rows[0][header.indexOf('answer')], WORDS);
  const filled = rows.map((row) => row.map((text, i) => (i === score && text === '' ? '2' : text)));
  writeFileSync(join(folder, 'marks.csv'), formatCsv([header, ...filled]));
  const imported = await homework(folder, ['marks', 'out', '--import', 'marks.csv']);
  assert.is(imported.code, 0, imported.stderr);
  const formats = ['junit', 'nbgrader', 'gradescope'].flatMap((name) => ['--format', name]);
  const feedback = await homework(folder, ['feedback', 'out', '--no-pdf', ...formats]);
  assert.is(feedback.code, 0, feedback.stderr);
  const grades = readFileSync(join(folder, 'out', 'grades.csv'), 'utf8');
  assert.match(grades, /^ada,2,3,2,7,7$/m);
  assert.match(grades, /^dan,0,3,0,3,7$/m);
  assert.match(grades, /^fay,,,,,$/m, 'who could not be graded is not missing');
  const table = readFileSync(join(folder, 'out', 'nbgrader-grades.csv'), 'utf8');
  assert.match(table, /^ps1,,,ada,,,,7,0,7,7$/m);
  assert.match(table, /^ps1,,,fay,,,,,,,7$/m);
  const resultsOf = (student: string) =>
    JSON.parse(readFileSync(join(folder, 'out', student, 'gradescope-results.json'), 'utf8'));
  assert.is(resultsOf('cyd').score, 7);
  assert.is(resultsOf('dan').score, 3);
  assert.match(resultsOf('fay').output, 'not a notebook');
  const xml = readFileSync(join(folder, 'out', 'junit.xml'), 'utf8');
  assert.is(xml.match(/<testsuite /g)?.length, 6);
  assert.match(feedback.stdout, 'not graded, and without a page: out/fay/not-graded.txt');
});

test('a name that stands there twice is graded for neither', async () => {
  handIn(join('late', 'ada'), RIGHT);
  const both = [join('in', 'ada'), join('in', 'late', 'ada')];
  const args = ['grade', ...both, '--assignment', 'ps1.ipynb', '--out', 'twice', '--unconfined'];
  const graded = await homework(folder, args);
  assert.is(graded.code, 1, graded.stderr);
  assert.match(graded.stdout, /2 submissions of this name: in\/ada\/ps1.ipynb, in\/late\/ada/);
});

test('a name that cannot be one fails alone, and Conan O’Brien is no such', async () => {
  const damaged = (student: string) => {
    mkdirSync(join(folder, 'names', student), { recursive: true });
    writeFileSync(join(folder, 'names', student, 'ps1.ipynb'), '{');
    return join('names', student);
  };
  const given = ["Conan O'Brien", '-rf', 'a\nb'].map(damaged);
  const args = ['--assignment', 'ps1.ipynb', '--out', 'named', '--unconfined', '--', ...given];
  const { code, stdout, stderr } = await homework(folder, ['grade', ...args]);
  assert.is(code, 1, stderr);
  assert.match(stdout, /^Conan O'Brien .*not a notebook/m);
  assert.match(stdout, /^"-rf" .*cannot be a student's name/m);
  assert.match(stdout, /^"a\\nb" .*cannot be a student's name/m);
  assert.equal(readdirSync(join(folder, 'named')), ["Conan O'Brien", 'ps1.ipynb']);
});

test("students' copies, which hold no hidden tests, are nothing to grade by, nor is any notebook", async () => {
  writeFileSync(join(folder, 'given.ipynb'), JSON.stringify(released));
  writeFileSync(join(folder, 'plain.ipynb'), JSON.stringify({ ...given, cells: [code('1')] }));
  const refusal = async (assignment: string, out: string) => {
    const args = ['grade', join('in', 'ada'), '--assignment', assignment, '--out', out];
    const { code, stderr } = await homework(folder, args);
    assert.is(code, 1);
    return stderr;
  };
  assert.match(await refusal('given.ipynb', 'none'), 'given.ipynb: is what students get of ps1');
  assert.match(await refusal('plain.ipynb', 'none'), 'plain.ipynb');
  const isFile = await refusal('ps1.ipynb', 'plain.ipynb');
  assert.match(isFile, /^homework: cannot write to plain\.ipynb: .*\n$/);
});

test.run();

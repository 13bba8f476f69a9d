import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readGradeRecord } from '../../../lib/homework/src/assignment/grade-record';
import { formatCsv, parseCsv } from '../../../lib/homework/src/grading/csv';
import { exportMarks, importMarks } from '../../../lib/homework/src/grading/marks';
import { temporaryFolder } from '../../support/temporary-folder';
import { homework } from '../notebooks';
import { hiddenTest, SECRET, sketchGrades } from './sketched-course';

const folder = temporaryFolder();
const grades = join(folder, 'out');
sketchGrades(grades, 'ada', 'Because, "of\nthat".');
sketchGrades(grades, 'bob', '=HYPERLINK("x")');
const marks = join(folder, 'marks.csv');

test('any fields come back from a CSV as they were', () => {
  const fields = ['', 'a', '"', '""', ',', 'a,b', 'a\nb', '\r\n', 'é', ' x '];
  for (const a of fields) {
    for (const b of fields) {
      const rows = [
        [a, b, 'z'],
        ['z', b, a],
      ];
      assert.equal(parseCsv(formatCsv(rows)), rows);
    }
  }
  assert.equal(parseCsv('\uFEFFa,b\r\n1,\r\n'), [
    ['a', 'b'],
    ['1', ''],
  ]);
  assert.throws(() => parseCsv('a,"b\n'), 'a quote is not closed');
});

test('a table of answers is written, in which none is a formula', () => {
  assert.is(exportMarks(grades, marks), 2);
  const [header, ada, bob] = parseCsv(readFileSync(marks, 'utf8'));
  assert.equal(header, ['student', 'question', 'cell', 'score', 'max', 'comment', 'answer']);
  assert.equal(ada, ['ada', 'q2', 'q2', '', '2', '', 'Because, "of\nthat".']);
  assert.is(bob[6], '\'=HYPERLINK("x")');
});

test('a wrong line of marks is refused by its number, and no other is taken over', () => {
  const rows = [
    ['student', 'cell', 'score', 'comment'],
    ['ada', 'q2', '1', ''],
    ['ada', 'q2', '2', ''],
    ['bob', 'q2', '3', ''],
    ['bob', 'q9', '1', ''],
    ['cyd', 'q2', 'x', ''],
  ];
  writeFileSync(join(folder, 'wrong.csv'), formatCsv(rows));
  let message = '';
  try {
    importMarks(grades, join(folder, 'wrong.csv'));
  } catch (error) {
    message = (error as Error).message;
  }
  assert.match(message, 'line 3: ada, q2 is marked twice');
  assert.match(message, 'line 4: the score is a number from 0 to 2');
  assert.match(message, 'line 5: bob has no answer q9 to mark');
  assert.match(message, 'line 6: no student cyd was graded');
  assert.not.match(message, 'line 2');
  assert.is(readGradeRecord(join(grades, 'ada', 'grade.json')).points, null);
});

test('marks are taken over into points, and those without a score are left open', () => {
  const rows = [
    ['student', 'cell', 'score', 'comment'],
    ['ada', 'q2', '1.5', 'good <b>'],
    ['bob', 'q2', '', ''],
  ];
  writeFileSync(marks, formatCsv(rows));
  assert.is(importMarks(grades, marks), 1);
  assert.is(readGradeRecord(join(grades, 'ada', 'grade.json')).points, 2.5);
  assert.is(readGradeRecord(join(grades, 'bob', 'grade.json')).points, null);
});

test('a student reads comments and descriptions, and nothing that a hidden test found', async () => {
  const written = await homework(folder, ['feedback', 'out', '--no-pdf', '--format', 'gradescope']);
  assert.is(written.code, 0, written.stderr);
  const page = readFileSync(join(grades, 'ada', 'feedback.html'), 'utf8');
  const results = readFileSync(join(grades, 'ada', 'gradescope-results.json'), 'utf8');
  assert.not.match(page + results, SECRET);
  const { document } = new JSDOM(page).window;
  assert.match(document.body.textContent ?? '', 'a hidden test fails (<large> & "small")');
  assert.match(document.body.textContent ?? '', 'good <b>');
  assert.match(document.body.textContent ?? '', '2.5 of 5 points');
  assert.not.match(document.body.textContent ?? '', 'full disk');
  assert.is(
    readFileSync(join(grades, 'grades.csv'), 'utf8'),
    'student,q1,q2,points,max\nada,1,1.5,2.5,5\nbob,1,,,5\n',
  );
  const { score, tests } = JSON.parse(results);
  assert.is(score, 2.5);
  assert.equal(
    tests.map((one: { name: string; score: number; max_score: number; status: string }) => [
      one.name,
      one.score,
      one.max_score,
      one.status,
    ]),
    [
      ['q1 - shape', 1, 1, 'passed'],
      ['q1 - q1-tests', 0, 2, 'failed'],
      ['q2', 1.5, 2, 'failed'],
    ],
  );
});

test('nbgrader, PrairieLearn and JUnit get the same points', async () => {
  const formats = ['nbgrader', 'prairielearn', 'junit'].flatMap((name) => ['--format', name]);
  const ended = await homework(folder, ['feedback', 'out', '--no-pdf', ...formats]);
  assert.is(ended.code, 0, ended.stderr);
  const [header, ada] = parseCsv(readFileSync(join(grades, 'nbgrader-grades.csv'), 'utf8'));
  assert.is(ada[header.indexOf('student_id')], 'ada');
  assert.is(ada[header.indexOf('score')], '2.5');
  const pl = JSON.parse(readFileSync(join(grades, 'ada', 'prairielearn-results.json'), 'utf8'));
  assert.is(pl.score, 0.5);
  assert.ok(pl.gradable);
  const xml = readFileSync(join(grades, 'junit.xml'), 'utf8');
  const { document } = new JSDOM(xml, { contentType: 'application/xml' }).window;
  assert.is(document.querySelectorAll('testcase').length, 4);
  assert.is(document.querySelector('failure')?.getAttribute('message'), hiddenTest.message.public);
  assert.not.match(xml, SECRET);
});

test('a leaderboard is offered to Gradescope alone, and other formats are named', async () => {
  const args = ['feedback', 'out', '--no-pdf', '--format'];
  const refused = await homework(folder, [...args, 'junit', '--leaderboard']);
  assert.is(refused.code, 1);
  assert.match(refused.stderr, 'a leaderboard is Gradescope’s');
  const unknown = await homework(folder, [...args, 'moodle']);
  assert.match(unknown.stderr, 'nbgrader, gradescope, prairielearn, junit');
});

test('two steps of a table at once are refused', async () => {
  const ended = await homework(folder, ['marks', 'out', '--export', 'a', '--import', 'b']);
  assert.is(ended.code, 1);
  assert.match(ended.stderr, '--export and --import are two steps');
});

test('a folder without grades is refused', async () => {
  const ended = await homework(folder, ['feedback', 'nowhere']);
  assert.is(ended.code, 1);
  assert.match(ended.stderr, 'nowhere: holds no grades');
  assert.not(existsSync(join(folder, 'nowhere')));
});

test.run();

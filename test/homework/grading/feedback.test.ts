import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findBrowser } from '../../../lib/homework/bin/find-browser';
import { temporaryFolder } from '../../support/temporary-folder';
import { homework } from '../notebooks';
import { pdfText, plainPdf } from '../pdf-text';
import { HIDDEN_LINE, hiddenTest, passedTest, SECRET, sketchGrades } from './sketched-course';

const folder = temporaryFolder();
const grades = join(folder, 'out');

const HOSTILE = '<img src=x onerror=alert(1)>$\\evil$\u001b[31mred\u0007\n<script>1</script>';

sketchGrades(grades, 'ada', 'An answer.');
sketchGrades(grades, 'bob', 'An answer.', {
  questions: [
    {
      id: 'q1',
      title: 'One with $z$ & <b>',
      points: 0,
      max: 4,
      tests: [
        {
          ...passedTest,
          status: 'error',
          score: 0,
          visible: true,
          message: { public: HOSTILE, private: '' },
        },
        {
          ...hiddenTest,
          max: 3,
          status: 'timeout',
          message: { public: `Error: ${HIDDEN_LINE}`, private: SECRET },
        },
      ],
      manual: [],
    },
    {
      id: 'q2',
      title: 'Two',
      points: 1,
      max: 1,
      tests: [],
      manual: [{ cell: 'q2', score: 1, max: 1, comment: 'good <b>, $1 more' }],
    },
  ],
  points: 1,
  failures: [
    {
      kind: 'student',
      question: 'q1',
      message: `cell 2: Error: ${HIDDEN_LINE.replaceAll(' ', '  ')}`,
    },
    { kind: 'student', question: null, message: `cell 9: ${'long'.repeat(2000)}` },
  ],
});
sketchGrades(grades, 'cyd', '');
writeFileSync(join(grades, 'cyd', 'not-graded.txt'), 'infrastructure: no kernel\n');

const pageOf = (name: string) =>
  new JSDOM(readFileSync(join(grades, name), 'utf8')).window.document;
const textOf = (name: string) => (pageOf(name).body.textContent ?? '').replaceAll(/\s+/g, ' ');

test('students and staff get pages, as HTML and as PDF', async () => {
  const why = findBrowser() ? undefined : 'no Chromium is installed';
  if (why) console.log(`skipped: PDFs of feedback: ${why}`);
  const args = ['feedback', 'out', ...(why ? ['--no-pdf'] : [])];
  const { code, stdout, stderr } = await homework(folder, args);
  assert.is(code, 0, stderr);
  assert.match(stdout, 'not graded, and without a page: out/cyd/not-graded.txt');
  assert.ok(existsSync(join(grades, 'course.html')));
  if (why) return;
  const text = async (name: string) => pdfText(await plainPdf(readFileSync(join(grades, name))));
  const ada = await text('ada/feedback.pdf');
  assert.match(ada, 'ps1:ada');
  assert.match(ada, 'ahiddentestfails');
  const bob = await text('bob/feedback.pdf');
  assert.match(bob, 'good<b>,$1more');
  assert.not.match(ada + bob, SECRET.replaceAll(' ', ''));
  assert.match(await text('course.pdf'), 'Failuresoftheinfrastructure');
});

test('what students wrote is text in their pages, whatever it is', () => {
  const page = pageOf('bob/feedback.html');
  assert.is(page.querySelectorAll('script, img, [onerror]').length, 0);
  assert.match(textOf('bob/feedback.html'), '<img src=x onerror=alert(1)>$\\evil$red');
  const policy = page.querySelector('meta[http-equiv=Content-Security-Policy]');
  assert.match(policy?.getAttribute('content') ?? '', "default-src 'none'");
  assert.match(textOf('bob/feedback.html'), '(6008 more characters)');
});

test('a message that repeats a hidden test is withheld, from the page and from the course’s', () => {
  for (const name of ['bob/feedback.html', 'course.html']) {
    assert.not.match(textOf(name), '654321');
    assert.not.match(textOf(name), SECRET);
    assert.match(textOf(name), 'withheld: it repeats a line of a hidden test');
  }
});

test('the course’s page has items, a distribution, failures by whose they are, and runtimes', () => {
  const text = textOf('course.html');
  assert.match(text, '3 graded, 1 not graded.');
  assert.match(text, 'With answers to be marked: ada, cyd.');
  const [questions, tests, ...rest] = pageOf('course.html').querySelectorAll('table');
  const rows = (table: Element) =>
    [...table.querySelectorAll('tbody tr')].map((row) =>
      [...row.children].map(({ textContent }) => textContent),
    );
  assert.equal(rows(questions)[0].slice(0, 4), ['q1', '3', '0.67', '3']);
  assert.equal(rows(tests)[0], ['shape', '1', '2', '0', '1', '0']);
  const students = textOf('course.html').split('Failures of students')[1];
  const [own, infrastructure] = students.split('Failures of the infrastructure');
  assert.not.match(own, 'a full disk');
  assert.match(infrastructure, 'a full disk');
  assert.match(infrastructure, 'not graded: no kernel');
  assert.is(rest.length, 3);
  const picture = pageOf('course.html').querySelector('img');
  assert.match(picture?.src ?? '', 'data:image/png;base64,');
  assert.match(picture?.alt ?? '', 'q1 0, 1, 1');
});

test('who waits for the pages is told which cannot be printed, and old pages do not outlive their grade', async () => {
  const late = join(folder, 'late');
  sketchGrades(late, 'ada', 'An answer.');
  mkdirSync(join(late, 'dan'));
  writeFileSync(join(late, 'dan', 'not-graded.txt'), 'student: not a notebook\n');
  const old = ['ada/feedback.pdf', 'dan/feedback.html', 'dan/feedback.pdf'];
  for (const name of old) writeFileSync(join(late, name), 'of an earlier day');
  const args = ['feedback', 'late', '--no-pdf', '--outcomes', 'outcomes.json'];
  const { code, stderr } = await homework(folder, args);
  assert.is(code, 0, stderr);
  assert.equal(JSON.parse(readFileSync(join(folder, 'outcomes.json'), 'utf8')), []);
  assert.not(existsSync(join(folder, 'outcomes.json.alive')));
  assert.equal(
    old.filter((name) => existsSync(join(late, name))),
    [],
  );
  assert.ok(existsSync(join(late, 'ada', 'feedback.html')));
});

test('a folder whose assignment is not there is refused: nobody could say what is hidden', async () => {
  const other = join(folder, 'other');
  sketchGrades(other, 'ada', '');
  writeFileSync(join(other, 'ps1.ipynb'), '{');
  const { code, stderr } = await homework(folder, ['feedback', 'other', '--no-pdf']);
  assert.is(code, 1);
  assert.match(stderr, 'ps1.ipynb: not a notebook');
});

test.run();

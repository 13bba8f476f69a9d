import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findBrowser } from '../../../lib/homework/bin/find-browser';
import { startMarksServer } from '../../../lib/homework/src/marking/marks-server';
import { withBrowser } from '../../../lib/homework/src/pdf/browser';
import { temporaryFolder } from '../../support/temporary-folder';
import { code, task } from '../assignment/sketches';
import { until } from '../front-ends/front-end';
import { sketchGrades } from '../grading/sketched-course';

const SECONDS = 100;

const folder = temporaryFolder();
const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const figure = {
  ...code('show(figure);'),
  outputs: [{ output_type: 'display_data', data: { 'image/png': PICTURE }, metadata: {} }],
};
sketchGrades(folder, 'ada', 'Because $x^2$ is even. <a href="http://elsewhere.invalid/">away</a>');
sketchGrades(folder, 'bob', 'No idea.');
sketchGrades(folder, 'cyd', '', {}, [task('q2', 2, 'Draw it.'), figure]);

const why = findBrowser() ? undefined : 'no Chromium is installed';
if (why) console.log(`skipped: marks in a browser: ${why}`);

const saved = (student: string) => {
  const { questions } = JSON.parse(readFileSync(join(folder, student, 'grade.json'), 'utf8'));
  const { score, comment } = questions[1].manual[0];
  return [score, comment];
};

const isSaved = (student: string, score: number | null, comment: string) =>
  until(
    `${student} has ${score}, ${comment}`,
    () => {
      return JSON.stringify(saved(student)) === JSON.stringify([score, comment]);
    },
    SECONDS,
  );

const textOf = (page: Page, id: string) =>
  page.$eval(`#${id}`, (element) => element.textContent ?? '');
const fieldOf = (page: Page, id: string) =>
  page.$eval(`#${id}`, (element) => (element as HTMLInputElement).value);
const shows = (page: Page, id: string, text: string) =>
  until(`${id} shows ${text}`, async () => (await textOf(page, id)).includes(text), SECONDS);

/** An element in what is framed; undefined while that is on its way. */
const framed = async (page: Page, id: string, selector: string) => {
  const frame = await (await page.$(`#${id}`))?.contentFrame();
  return frame?.$eval(selector, (element) => element.textContent ?? '');
};
const frames = (page: Page, id: string, selector: string, text = '') =>
  until(
    `${id} has ${selector} with ${text}`,
    async () => (await framed(page, id, selector).catch(() => undefined))?.includes(text),
    SECONDS,
  );

if (!why) {
  test('answers are marked by keys alone, in two tabs that agree', async () => {
    const server = await startMarksServer(folder);
    await withBrowser(
      async (browser) => {
        const page = await browser.newPage();
        const asked: string[] = [];
        page.on('request', (one) => asked.push(one.url()));
        const errors: unknown[] = [];
        page.on('pageerror', (error) => errors.push(error));
        try {
          await page.goto(server.url);
          await shows(page, 'student', 'ada');
          await frames(page, 'answer', 'mjx-container');
          await frames(page, 'scheme', 'body', 'For the scheme');

          // Points with a fraction, key by key.
          await page.keyboard.press('1');
          await isSaved('ada', 1, '');
          await page.keyboard.press('.');
          await page.keyboard.press('5');
          await isSaved('ada', 1.5, '');
          // More than there are: said, and not saved.
          await page.keyboard.press('0');
          await page.keyboard.press('Backspace');
          await page.keyboard.press('Backspace');
          await page.keyboard.press('Backspace');
          await isSaved('ada', 1, '');
          await page.keyboard.press('9');
          await shows(page, 'status', '19 is not from 0 to 2: 1 is saved');
          assert.equal(saved('ada'), [1, '']);
          await page.keyboard.press('f');
          await isSaved('ada', 2, '');

          // A comment, in which digits are letters.
          await page.keyboard.press('c');
          await page.keyboard.type('All 3 points.');
          await isSaved('ada', 2, 'All 3 points.');
          await page.keyboard.press('Escape');
          await page.keyboard.press('Enter');
          await shows(page, 'student', 'bob');

          // What was given before.
          await page.keyboard.down('Shift');
          await page.keyboard.press('Digit1');
          await page.keyboard.up('Shift');
          await isSaved('bob', 2, 'All 3 points.');

          // A second tab begins where points are missing, and sees what the first does.
          const other = await browser.newPage();
          await other.goto(server.url);
          await shows(other, 'student', 'cyd');
          await frames(other, 'answer', 'img');
          await other.keyboard.press('ArrowLeft');
          await shows(other, 'student', 'bob');
          await page.bringToFront();
          await page.keyboard.press('0');
          await isSaved('bob', 0, 'All 3 points.');
          await until(
            'the other tab',
            async () => (await fieldOf(other, 'score')) === '0',
            SECONDS,
          );
          await other.bringToFront();
          await other.keyboard.press('Backspace');
          await isSaved('bob', null, 'All 3 points.');
          await until('the first tab', async () => (await fieldOf(page, 'score')) === '', SECONDS);

          // What another program writes, as a table that is taken over, is not overwritten unseen.
          await page.bringToFront();
          await shows(page, 'student', 'bob');
          sketchGrades(folder, 'bob', 'No idea.', {
            points: 2,
            questions: [
              {
                id: 'q1',
                title: 'One',
                points: 1,
                max: 3,
                tests: [],
                manual: [{ cell: 'q1', score: 1, max: 3, comment: '' }],
              },
              {
                id: 'q2',
                title: 'Two',
                points: 1,
                max: 2,
                tests: [],
                manual: [{ cell: 'q2', score: 1, max: 2, comment: 'from a table' }],
              },
            ],
          });
          await page.keyboard.press('2');
          await shows(page, 'status', 'another mark was given meanwhile');
          assert.equal(saved('bob'), [1, 'from a table']);
          assert.is(await fieldOf(page, 'comment'), 'from a table');

          assert.equal(errors, []);
          const strange = asked.filter(
            (url) => !url.startsWith(server.url) && !url.startsWith('data:'),
          );
          assert.equal(strange, []);
        } catch (error) {
          await page.screenshot({ path: join(tmpdir(), 'marks-page.png') as `${string}.png` });
          throw error;
        }
      },
      AbortSignal.timeout(4 * SECONDS * 1000),
    );
    await server.close();
  });
}

test.run();

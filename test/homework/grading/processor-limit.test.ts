// A limit of processor time, from `homework grade` to the page that the student reads.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../support/temporary-folder';
import { wallsOr } from '../confinement/hostile';
import { homework } from '../notebooks';
import { handInSmall, writeSmallAssignment } from './small-class';

/**
 * Processes that compute without end, while the cell itself waits for less than it may. Each is a session of its own,
 * as Linux divides its time among sessions, of which a busy machine has many.
 */
const BURN = `const two = 2;
const { spawn } = require('node:child_process');
for (let n = 0; n < 12; n++) spawn('sh', ['-c', 'while :; do :; done'], { detached: true });
await new Promise((resolve) => setTimeout(resolve, 100_000));`;

test('who uses up the processor time of a cell is told so on the page, and the next one loses nothing', async () => {
  const walls = await wallsOr((reason) => console.log(`skipped: ${reason}`));
  if (!walls) return;
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'in'));
  const assignment = writeSmallAssignment(folder);
  handInSmall(assignment, join(folder, 'in', 'ada.ipynb'), BURN);
  handInSmall(assignment, join(folder, 'in', 'bob.ipynb'), 'const two = 2;');
  const students = ['ada', 'bob'].map((student) => join('in', `${student}.ipynb`));
  // With a share of a thread the limit comes before that of the clock, on one core as well.
  const before = process.env.NOTEGRAD_THREADS;
  process.env.NOTEGRAD_THREADS = '0.1';
  const args = ['--assignment', assignment, '--out', 'out', '-j', '1', '--timeout', '20'];
  const graded = await homework(folder, ['grade', ...students, ...args]);
  if (before === undefined) delete process.env.NOTEGRAD_THREADS;
  else process.env.NOTEGRAD_THREADS = before;
  assert.is(graded.code, 0, graded.stderr + graded.stdout);
  assert.match(graded.stdout, /^ada .*1 cells fail/m);
  const written = await homework(folder, ['feedback', 'out', '--no-pdf']);
  assert.is(written.code, 0, written.stderr);
  const pageOf = (student: string) => {
    const html = readFileSync(join(folder, 'out', student, 'feedback.html'), 'utf8');
    return new JSDOM(html).window.document.body.textContent ?? '';
  };
  assert.match(pageOf('ada'), 'used more than 12 seconds of processor time');
  assert.not.match(pageOf('ada'), 'time limit');
  assert.match(pageOf('bob'), '2 of 2 points');
});

test.run();

import { WriteStream } from 'node:tty';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startClassProgress } from '../../../lib/homework/src/grading/class-progress';

/** A terminal, or none, and what was written to it. */
function sketched(isTTY: boolean): { stream: WriteStream; written: () => string } {
  let text = '';
  const stream = Object.create(WriteStream.prototype, {
    isTTY: { value: isTTY },
    columns: { value: 60 },
    rows: { value: 6 },
    write: {
      value: (piece: string) => {
        text += piece;
        return true;
      },
    },
  });
  return { stream, written: () => text };
}

const failed = (student: string) => ({
  student,
  failure: { kind: 'student', message: 'no notebook' } as const,
});

test('without a terminal each submission is a line, with how many there are and when all end', () => {
  const { stream, written } = sketched(false);
  let time = new Date(2026, 0, 1, 10, 0).getTime();
  const progress = startClassProgress(stream, () => time);
  progress.grade(failed('kept'));
  progress.count(3);
  progress.start('ada');
  time += 600_000;
  progress.grade(failed('ada'));
  progress.fault('bob', 'a full disk\x1b[2J');
  time += 600_000;
  progress.grade(failed('bob'));
  progress.grade(failed('cyd'));
  assert.equal(written().split('\n'), [
    '0 of 3 graded',
    '1 of 3: ada not graded (student), all at about 10:30 (in 20 min)',
    'bob: a full disk\\x1b[2J; it is tried again',
    '2 of 3: bob not graded (student), all at about 10:30 (in 10 min)',
    '3 of 3: cyd not graded (student)',
    '',
  ]);
});

test('a terminal has a table that is rewritten, no wider and no longer than it', () => {
  const ci = process.env.CI;
  delete process.env.CI;
  const { stream, written } = sketched(true);
  let time = 0;
  const progress = startClassProgress(stream, () => time);
  progress.count(20);
  for (let i = 0; i < 12; i++) {
    progress.start(`student ${i} ${'x'.repeat(80)}`);
    time += 1000;
    if (i < 11) progress.grade(failed(`student ${i} ${'x'.repeat(80)}`));
  }
  // The cursor goes back to where the table begins.
  const last = written().split('\x1b[J').at(-1) ?? '';
  const lines = last.trimEnd().split('\n');
  assert.match(lines[0], '11 of 20 graded, all at about');
  assert.match(lines[1], '  student 11');
  assert.match(lines[2], '  student 10');
  assert.is(lines.length, 5);
  assert.ok(lines.every((line) => line.length < 60));
  progress.clear();
  assert.ok(written().endsWith('\x1b[5A\x1b[J'));
  if (ci !== undefined) process.env.CI = ci;
});

test.run();

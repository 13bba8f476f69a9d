import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { printable, printableLine } from '../../lib/homework/src/printable';
import { inFolder } from '../support/folders';
import { handInSmall, writeSmallAssignment } from './grading/small-class';
import { homework, writeNotebook } from './notebooks';

const CONTROL = /(?![\n\t])\p{Cc}/u;

test('control characters are spelt out, and lines, tabs and letters stay', () => {
  assert.is(printable('a\u001b[2J\u0007b\u009b\u202e'), 'a\\x1b[2J\\x07b\\x9b\\u202e');
  assert.is(printable('grün\t→\r\nб\n'), 'grün\t→\nб\n');
  assert.is(printableLine('one:\n  - two\tthree\r'), 'one: - two three ');
});

test('no command lets what it prints of a notebook command the terminal', async () => {
  await inFolder(async (folder) => {
    const evil = '\u001b]0;owned\u0007\u001b[2J\u202e';
    const nbgrader = { grade_id: evil, grade: true, solution: false, locked: true, points: 1 };
    const metadata = { nbgrader: { ...nbgrader, schema_version: 3, task: false } };
    const name = `evil${evil}`;
    writeNotebook(folder, name, [
      { markdown: `# ${evil}`, metadata: { claims: [`${evil} = 1`] } },
      `throw new Error(${JSON.stringify(evil)});`,
    ]);
    const marked = JSON.parse(
      readFileSync(writeNotebook(folder, 'marked', [{ markdown: `# ${evil}` }, '1']), 'utf8'),
    );
    marked.cells[1].metadata = metadata;
    marked.metadata.notegrad = { handIn: { package: evil } };
    writeFileSync(join(folder, 'marked.ipynb'), JSON.stringify(marked));
    writeNotebook(folder, 'throws', [`throw new Error(${JSON.stringify(evil)});`]);
    writeFileSync(join(folder, `text${evil}.ipynb`), 'x');
    const named = [`${name}.ipynb`, 'marked.ipynb', 'throws.ipynb', `text${evil}.ipynb`];
    const grade = ['--assignment', 'marked.ipynb', '--out', 'graded', '--unconfined'];
    const commands = [
      ['run', ...named, '--no-pdf'],
      ['claims', ...named],
      ['pdf', `text${evil}.ipynb`],
      ['submit', 'marked.ipynb', '--name', 'a', '--out', 'out'],
      ['points', 'marked.ipynb'],
      ['check', 'marked.ipynb'],
      ['release', 'marked.ipynb', '--out', 'released'],
      ['grade', ...named, ...grade],
      ['feedback', evil],
      ['marks', evil, '--export', 'marks.csv'],
      ['new', evil],
      ['data', evil],
      [evil],
    ];
    for (const args of commands) {
      const { stdout, stderr } = await homework(folder, args);
      assert.not.match(stdout, CONTROL, args[0]);
      assert.not.match(stderr, CONTROL, args[0]);
      assert.not.match(stdout + stderr, /\u202e/, args[0]);
    }
  });
});

test('nor does what is told of a class that was graded', async () => {
  await inFolder(async (folder) => {
    const evil = '\u001b]0;owned\u0007\u001b[2J\u202e';
    const assignment = writeSmallAssignment(folder);
    handInSmall(assignment, join(folder, 'ada.ipynb'), `throw new Error(${JSON.stringify(evil)});`);
    const foreign = { kernelspec: { name: evil, display_name: evil } };
    writeNotebook(folder, 'bob', ['1'], foreign);
    const given = ['ada.ipynb', 'bob.ipynb', '--assignment', assignment, '--out', 'out'];
    const commands = [
      ['grade', ...given, '--unconfined'],
      ['feedback', 'out', '--no-pdf'],
    ];
    for (const args of commands) {
      const { stdout, stderr } = await homework(folder, args);
      assert.not.match(stdout + stderr, CONTROL, args[0]);
      assert.not.match(stdout + stderr, /\u202e/, args[0]);
      if (args[0] === 'feedback') continue;
      assert.match(stdout, /^ada +0\/2 +1 cells fail$/m);
      assert.match(stdout, /^bob .*is written for the kernel \\x1b\]0;owned\\x07/m);
    }
    const page = readFileSync(join(folder, 'out', 'ada', 'feedback.html'), 'utf8');
    assert.not.match(page, CONTROL);
  });
});

test.run();

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../support/temporary-folder';
import { given, notebook, solution, tests } from '../assignment/sketches';
import { homework } from '../notebooks';

const folder = temporaryFolder();

test('release asks what grade would refuse, and what fails beside the files that are given out', async () => {
  writeFileSync(join(folder, 'table.csv'), '4');
  const cells = [
    given('setup', "import { readFileSync } from 'node:fs';\nimport { tf } from 'notegrad';"),
    solution('q1', 'function double(x: tf.Tensor) {\n  return x.mul(2);\n}'),
    tests(
      'q1-count',
      1,
      "// TESTED OUTSIDE\ndouble(tf.scalar(1));\nif (tf.memory().numTensors < 0) throw new Error('none');",
    ),
    solution('q2', "const rows = Number(readFileSync('table.csv', 'utf8'));"),
    tests('q2-rows', 1, 'if (rows !== 4) throw new Error("not 4");'),
    tests('q1-inside', 1, 'double(tf.scalar(1));\ntf.memory();'),
  ];
  writeFileSync(join(folder, 'ps.ipynb'), JSON.stringify(notebook(cells)));
  const { code, stderr } = await homework(folder, ['release', 'ps.ipynb', '--out', 'students']);
  assert.is(code, 1);
  const lines = stderr.trim().split('\n');
  const at = lines.findIndex((line) => line.includes('is not ready for students'));
  assert.match(
    lines[at + 1],
    'cell 3 (q1-count): is marked as tested outside, and cannot be: it counts tensors',
  );
  assert.match(
    lines[at + 2],
    'cell 5 (q2-rows): the solution fails it where submissions are graded',
  );
  assert.not.match(stderr, 'q1-inside');
  assert.not(existsSync(join(folder, 'students')));
});

test('a release names the tests that only a student’s kernel can run', async () => {
  const cells = [
    given('setup', "import { tf } from 'notegrad';"),
    solution('q1', 'function double(x: tf.Tensor) {\n  return x.mul(2);\n}'),
    tests('q1-tests', 1, 'double(tf.scalar(1));\ntf.memory();'),
  ];
  writeFileSync(join(folder, 'ps2.ipynb'), JSON.stringify(notebook(cells)));
  const { code, stdout, stderr } = await homework(folder, [
    ...['release', 'ps2.ipynb', '--out', 'students'],
  ]);
  assert.is(code, 0, stderr);
  assert.match(
    stdout,
    /will run in the student's own kernel, which can deceive them:\s+- q1-tests: it counts tensors/,
  );
});

test('where the solution itself meets a limit, nothing is graded, and it says which', async () => {
  const cells = [
    solution('q1', 'const answer = 42;'),
    solution('q2', 'await new Promise((done) => setTimeout(done, 60_000));'),
    tests('q1-tests', 1, "if (answer !== 42) throw new Error('not 42');"),
  ];
  const text = JSON.stringify(notebook(cells));
  for (const name of ['ps3.ipynb', 'ada.ipynb']) writeFileSync(join(folder, name), text);
  const { code, stderr } = await homework(folder, [
    ...['grade', 'ada.ipynb', '--assignment', 'ps3.ipynb', '--out', 'graded'],
    ...['--timeout', '3', '--unconfined'],
  ]);
  assert.is(code, 1);
  assert.match(stderr, 'the solution itself meets a limit of grading');
  assert.match(stderr, 'cell 2: ran longer than its time limit of 3');
  assert.not(existsSync(join(folder, 'graded', 'ada', 'grade.json')));
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { missingAnswers } from '../../../lib/homework/src/submit/answers';

function missingIn(...cells: readonly (string | { readonly code: string })[]) {
  return missingAnswers({
    cells: cells.map((cell) =>
      typeof cell === 'string'
        ? { cell_type: 'markdown', source: cell, metadata: {} }
        : { cell_type: 'code', source: cell.code, metadata: {} },
    ),
    metadata: {},
    nbformat: 4,
  });
}

test('a notebook in which every heading has words, code or smaller headings below it lacks nothing', () => {
  const fenced = 'In Python:\n```\n# no heading\n## nor this\n```';
  assert.equal(
    missingIn('# Title\n## 1 First\n### 1.1 A\nAn answer.', '### 1.2 B', { code: '1' }, fenced),
    [],
  );
});

test('a heading is missed when the next of its size, a larger one or the end follows at once', () => {
  assert.equal(missingIn('# T\n## One', '## Two\nAn answer.\n### 2.1', '## Three'), [
    'nothing stands under “One”',
    'nothing stands under “2.1”',
    'nothing stands under “Three”',
  ]);
});

test('what a reader cannot see is no answer', () => {
  assert.equal(missingIn('## One\n<!-- an\nanswer -->\n  ', '## Two\nAn answer.'), [
    'nothing stands under “One”',
  ]);
});

test('empty cells and what a skeleton left are named with the heading above them', () => {
  assert.equal(
    missingIn('## One', '  ', { code: '' }, { code: 'f(); // TODO' }, 'Your answer here'),
    [
      'a markdown cell under “One” is empty',
      'a code cell under “One” is empty',
      '“TODO” stands under “One”',
      '“Your answer here” stands under “One”',
    ],
  );
});

test('a cell whose tests are all hidden is empty, and nothing is missing in it', () => {
  const off = {
    schema_version: 3,
    solution: false,
    locked: true,
    task: false,
    grade_id: 'q1-tests',
  };
  const nbgrader = { ...off, grade: true, points: 1 };
  const cell = { cell_type: 'code', source: '', metadata: { nbgrader } } as const;
  const own = { ...cell, metadata: {} };
  const missing = missingAnswers({ cells: [cell, own], metadata: {}, nbformat: 4 });
  assert.equal(missing, ['a code cell is empty']);
});

test('what nbgrader and release leave for an answer is none', () => {
  const stub = { code: "function f() {\n  throw new Error('write this: f');\n}" };
  const theirs = { code: '// YOUR CODE HERE' };
  assert.equal(missingIn('## One', 'YOUR ANSWER HERE', theirs, stub), [
    '“YOUR ANSWER HERE” stands under “One”',
    '“YOUR CODE HERE” stands under “One”',
    '“write this:” stands under “One”',
  ]);
});

test.run();

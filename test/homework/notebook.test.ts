import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { detailsOf, summaryOf } from '../../lib/homework/src/failure';
import { MEMORY_ADVICE } from '../../lib/homework/src/kernel/out-of-memory';
import { type Cell, codeCells, type Notebook, titleOf } from '../../lib/homework/src/notebook';
import { stripMetadata } from '../../lib/homework/src/strip-metadata';
import { formatTable } from '../../lib/homework/src/table';
import { trimStack } from '../../lib/homework/src/trim-stack';

function notebook(
  ...sources: readonly (readonly ['code' | 'markdown', string | string[]])[]
): Notebook {
  const cells = sources.map(([cell_type, source]) => ({ cell_type, source, metadata: {} }));
  return { cells, metadata: {}, nbformat: 4 };
}

test('the title is the first heading of level one, without its markup', () => {
  const markdown = ['## Not this\n', '# CS479 *Assignment* `5`: $L_2$\n', '# Nor this'];
  assert.is(titleOf(notebook(['markdown', markdown]), 'a/b.ipynb'), 'CS479 Assignment 5: L2');
  assert.is(titleOf(notebook(['code', '# not markdown']), 'a/homework-3.ipynb'), 'homework-3');
});

test('code cells are those that Jupyter numbers', () => {
  const cells = codeCells(
    notebook(['code', '1'], ['markdown', '2'], ['code', ' \n'], ['code', ['3', '4']]),
  );
  assert.equal(
    cells.map((cell) => cell.source),
    ['1', ['3', '4']],
  );
});

test("a script's stack loses the frames of Node and of packages", () => {
  const stack = `Error: boom
    at f (/home/me/script.ts:3:22)
    at load (/home/me/lib/notegrad/dist/data/idx.js:10:3)
    at Object.execute (/home/me/node_modules/esbuild-register/dist/node.js:160:38)
    at process.processTimers (node:internal/timers:519:7)
`;
  assert.is(
    trimStack(stack),
    'Error: boom\n    at f (/home/me/script.ts:3:22)\n    at load (/home/me/lib/notegrad/dist/data/idx.js:10:3)',
  );
});

test('a death says what it died of', () => {
  const died = (text: string) => summaryOf({ kind: 'died', number: 2, text });
  assert.is(died('exit code 1'), 'the kernel died in cell 2 (exit code 1: a process.exit()?)');
  assert.match(died('signal 9'), 'killed from outside, most likely for want of memory');
  assert.match(
    died('signal 6\nFATAL ERROR: JavaScript heap out of memory'),
    '(it ran out of memory)',
  );
  assert.is(died('signal 11'), 'the kernel died in cell 2 (signal 11)');
  const details = (text: string) => detailsOf({ kind: 'died', number: 2, text });
  assert.is(details('signal 6\nlast words'), 'last words');
  const advised = /^What helps: use smaller batches, .* NODE_OPTIONS=--max-old-space-size=8192/;
  assert.match(details('signal 6\n<--- GCs\nFATAL ERROR: heap out of memory\n1: 0xc2'), advised);
  assert.match(details('signal 9'), advised);
  const note = `It ended. What helps: ${MEMORY_ADVICE}.`;
  assert.is(details(`signal 9\n${note}`), note);
});

test('stripping takes what a run notes beside its outputs, and nothing else that is written at a cell or a notebook', () => {
  const outputs = [{ output_type: 'stream', name: 'stdout', text: ['1\n'] }];
  const kept = {
    tags: ['a'],
    nbgrader: { grade: true, grade_id: 'q1' },
    deletable: false,
    editable: false,
    jupyter: { source_hidden: true, outputs_hidden: true },
    collapsed: true,
    scrolled: true,
    'somebody else': [1, null],
  };
  const notebook = (metadata: Record<string, unknown>, ofNotebook: object = {}): Notebook => ({
    cells: [{ cell_type: 'code', source: '', execution_count: 1, outputs, metadata }],
    metadata: {
      kernelspec: { name: 'tslab' },
      notegrad: { handIn: {}, run: {} },
      vscode: {},
      ...ofNotebook,
    },
    nbformat: 4,
  });
  const execution = { 'iopub.status.busy': 'now' };
  const executed = notebook({ ...kept, execution }, { widgets: {} });
  assert.equal(stripMetadata(executed), notebook(kept));
});

test('stripping folds the code of prose cells', () => {
  const cell = (metadata: Record<string, unknown>): Cell => ({
    cell_type: 'code',
    source: 'f();',
    outputs: [],
    metadata,
  });
  const jupyter = { outputs_hidden: false };
  const stripped = stripMetadata({
    cells: [cell({ tags: ['prose'], jupyter })],
    metadata: {},
    nbformat: 4,
  });
  assert.equal(stripped.cells, [
    cell({ tags: ['prose'], jupyter: { outputs_hidden: false, source_hidden: true } }),
  ]);
});

test('a table aligns words to the left and numbers to the right', () => {
  const rows = [
    ['cs479', '9.5', 'ok'],
    ['ee411-homework', '120.0', 'cell 3 fails'],
  ];
  assert.is(
    formatTable(['notebook', 'seconds', 'result'], rows),
    `notebook        seconds  result
──────────────  ───────  ────────────
cs479               9.5  ok
ee411-homework    120.0  cell 3 fails`,
  );
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { extractDefinitions } from '../../../../lib/homework/src/grading/autotest/definitions';
import { topLevelOf } from '../../../../lib/homework/src/grading/autotest/top-level';
import { needsOf } from '../../../../lib/homework/src/grading/autotest/trusted-parts';
import { code, notebook } from '../../assignment/sketches';

function codeOf(sources: readonly string[], names: readonly string[], before = sources.length) {
  const extracted = extractDefinitions(notebook(sources.map(code)), names, before);
  return 'flaw' in extracted ? extracted.flaw : extracted.definitions.code;
}

function resultOf(sources: readonly string[], expression: string, before?: number): unknown {
  const names = expression.match(/\b[a-zA-Z]\w*/g) ?? [];
  const exported: Record<string, unknown> = {};
  new Function('exports', 'require', codeOf(sources, names, before))(exported, require);
  return new Function(...Object.keys(exported), `return ${expression}`)(...Object.values(exported));
}

test('a function comes with the imports, the functions and the constants that it uses', () => {
  const cells = [
    "import { join } from 'node:path';\nimport { missing } from 'no-such-package';",
    "const ROOT = '/a';\nconst names = ['b', 'c'];\nconst unused = missing();",
    'interface Options { readonly end: string }',
    'function path(name: string, { end }: Options): string {\n  return join(ROOT, name) + end;\n}',
    "const paths = () => names.map((name) => path(name, { end: '.x' }));",
    'missing();',
  ];
  assert.equal(resultOf(cells, 'paths()'), ['/a/b.x', '/a/c.x']);
  assert.not.match(codeOf(cells, ['paths']), 'missing');
});

test('what counts is the last declaration above the test', () => {
  const cells = [
    'function f() { return 1; }',
    'function f() { return 2; }',
    'function f() { return 3; }',
  ];
  assert.is(resultOf(cells, 'f()', 2), 2);
});

test('a local name is none of the notebook’s', () => {
  const cells = [
    'const net = await train();',
    'function f(net: number) { const x = [net].map((net) => net); return x[0]; }',
  ];
  assert.is(resultOf(cells, 'f(4)'), 4);
});

const ONLY_THE_NOTEBOOK: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    'awaits',
    ['const net = await train();', 'const f = () => net;'],
    /f uses net, which is computed by cell 1/,
  ],
  [
    'is assigned to',
    ['let rate = 1;', 'rate = 2;', 'const f = () => rate;'],
    /f uses rate, which may be changed by cell 2/,
  ],
  [
    'is filled by a loop',
    ['const all = [];', 'for (const x of [1]) all.push(x);', 'const f = () => all;'],
    /may be changed by cell 2/,
  ],
  [
    'is changed by a function that a cell calls',
    ['const all = [];', 'function fill() { all.push(1); }', 'fill();', 'const f = () => all;'],
    /may be changed by cell 3/,
  ],
  [
    'is a prototype that is patched',
    ['class f {}', 'f.prototype.x = 1;'],
    /f may be changed by cell 2/,
  ],
  ['is a value itself', ['const f = [1, 2];'], /f is computed by cell 1/],
];

for (const [what, cells, flaw] of ONLY_THE_NOTEBOOK) {
  test(`what ${what} has only the notebook`, () => assert.match(codeOf(cells, ['f']), flaw));
}

test('a name that is declared nowhere is left to fail', () => {
  assert.match(codeOf(['const f = () => g();'], ['f', 'h']), /exports\.f/);
});

/** What a test needs that stands below cells; S marks those that the student writes. */
function needs(uses: string, cells: readonly string[]) {
  const statements = cells.flatMap((source, i) => topLevelOf(source.replace(/^S /, ''), i));
  const isStudents = (cell: number) => cells[cell].startsWith('S ');
  const { trusted, students } = needsOf(new Set(uses.split(' ')), statements, isStudents);
  return { trusted: trusted.map(({ cell }) => cell), students };
}

test('what a test speaks of is the instructor’s or the student’s', () => {
  const cells = [
    "import { tf } from 'notegrad';",
    'const X = tf.ones([2]);',
    'S function predict() {}',
    'const accuracy = () => predict(X);',
    'S console.log(X);',
  ];
  assert.equal(needs('X', cells), { trusted: [0, 1], students: [] });
  assert.equal(needs('predict', cells), { trusted: [], students: ['predict'] });
  assert.equal(needs('accuracy', cells), { trusted: [0, 1, 3], students: ['predict'] });
});

test('a value that the student’s code goes into is the notebook’s', () => {
  const cells = [
    'S function make() {}',
    'const net = make();',
    'await train(net);',
    'const fresh = make();',
  ];
  assert.equal(needs('net', cells), { trusted: [], students: ['net'] });
  assert.equal(needs('fresh', cells), { trusted: [3], students: ['make'] });
  const awaited = ['S function fit() {}', 'const history = await fit();'];
  assert.equal(needs('history', awaited), { trusted: [], students: ['history'] });
});

test('data that given cells load and fill are the instructor’s', () => {
  const cells = [
    'const data = await load();',
    'const rows = [];',
    'for (const one of data) rows.push(one);',
  ];
  assert.equal(needs('rows', cells), { trusted: [0, 1, 2], students: [] });
});

test.run();

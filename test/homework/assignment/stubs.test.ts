import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assignmentOf } from '../../../lib/homework/src/assignment/assignment';
import { makeRelease } from '../../../lib/homework/src/assignment/make-release';
import { type Cell, sourceOf } from '../../../lib/homework/src/notebook';
import { code, given, notebook, solution, tests, words, written } from './sketches';

const folder = join(__dirname, '..', '..', '..', 'notebooks');
const release = (cells: readonly Cell[]) =>
  makeRelease(assignmentOf(notebook(cells), join(folder, 'made-up.ipynb'))).notebook.cells;

/** A solution's stub, where `use` is what a later cell does with it. */
function stub(source: string, use = '1', before = ''): string {
  const cells = [...(before ? [given('before', before)] : []), solution('q1', source), code(use)];
  return sourceOf(release(cells)[cells.length - 2]);
}

const inMarks = (text: string) => `// BEGIN SOLUTION\n${text}\n// END SOLUTION`;

test('the body of a function becomes a throw, and the function says what it returns', () => {
  const source = `/** Doubles. */
function double(x: number[]) {
  // BEGIN SOLUTION
  const twice = x.map((v) => 2 * v);
  return { twice };
  // END SOLUTION
}`;
  const expected = `/** Doubles. */
function double(x: number[]): { twice: number[]; } {
  throw new Error('write this: double');
}`;
  assert.is(stub(source, 'double([1]).twice.length'), expected);
});

test('functions of every kind keep their types', () => {
  const body = (indent = '  ') =>
    `${indent}// BEGIN SOLUTION\n${indent}return 'a';\n${indent}// END SOLUTION`;
  const kinds: readonly (readonly [string, string, string])[] = [
    [`const f1 = (x: number) => {\n${body()}\n};`, 'f1(1).length', '(x: number): string => {'],
    [
      `async function f2() {\n${body()}\n}`,
      '(await f2()).length',
      'async function f2(): Promise<string> {',
    ],
    [
      `class A {\n  f<T>(x: T[]) {\n${body('    ')}\n  }\n}`,
      'new A().f([1]).length',
      "  f<T>(x: T[]): string {\n    throw new Error('write this: A.f');\n  }",
    ],
    [`const o = {\n  get g() {\n${body('    ')}\n  },\n};`, 'o.g.length', 'get g(): string {'],
    [
      'class B {\n  x: number;\n  constructor() {\n    // BEGIN SOLUTION\n    this.x = 1;\n    // END SOLUTION\n  }\n}',
      'new B().x',
      "constructor() {\n    throw new Error('write this: B.constructor');\n  }",
    ],
    [`function f3(): string {\n${body()}\n}`, 'f3()', 'function f3(): string {\n'],
    [
      'function* f4() {\n  // BEGIN SOLUTION\n  yield 1;\n  // END SOLUTION\n}',
      '[...f4()].length',
      'function* f4(): Generator<',
    ],
  ];
  const cells = kinds.flatMap(([source, use], i) => [solution(`q${i}`, source), code(use)]);
  const found = release(cells).map(sourceOf);
  kinds.forEach(([, , expected], i) => {
    assert.match(found[2 * i], expected);
  });
});

test('what a part of a function declares for the rest is there, with its type', () => {
  const source = `function f(x: number) {
  const a = x;
  // BEGIN SOLUTION the square
  const b = a * a, unused = 1;
  const [c, { d }] = [b, { d: 'x' }];
  // END SOLUTION
  return [b, d];
}`;
  const expected = `function f(x: number): (string | number)[] {
  const a = x;
  const b: number = undefined!;
  const d: string = undefined!;
  throw new Error('write this: the square');
  return [b, d];
}`;
  assert.is(stub(source, 'f(1)'), expected);
});

test('at the top of a cell, names that later cells use are declared, and others are not', () => {
  const source = inMarks('const list = [1, 2], helper = 1;\nconsole.log(helper);');
  assert.is(stub(source), '// write this: q1');
  assert.is(
    stub(source, 'list.map((x) => x + 1)'),
    "// write this: q1\nconst list: number[] = undefined!;\nthrow new Error('write this: q1');",
  );
});

test('functions, classes and types that are solutions as a whole keep their heads', () => {
  const source = inMarks(`interface Pair { a: number; b: string }
const swap = ({ a, b }: Pair) => [b, a] as const;
function make(n = 1): Pair {
  return { a: n, b: 'x' };
}
class Box<T> {
  readonly size = 1;
  #hidden = 2;
  private own = 3;
  constructor(readonly content: T) {
    this.own++;
  }
  get() {
    return this.content;
  }
}
const secret = 7;`);
  const expected = `// write this: q1
interface Pair { a: number; b: string }
const swap = ({ a, b }: Pair): readonly [string, number] => {
  throw new Error('write this: swap');
};
function make(n = 1): Pair {
  throw new Error('write this: make');
}
class Box<T> {
  readonly size!: number;
  constructor(readonly content: T) {
    throw new Error('write this: Box.constructor');
  }
  get(): T {
    throw new Error('write this: Box.get');
  }
}`;
  const use = 'const p: Pair = make();\nswap(p)[0].length;\nnew Box(1).get().toFixed();';
  assert.is(stub(source.replace('readonly size = 1', 'readonly size: number = 1'), use), expected);
});

test('methods that are solutions as a whole keep their heads, and what is private goes', () => {
  const source = `class A {
  // BEGIN SOLUTION
  private x = 1;
  f(y: number) {
    return y + this.x;
  }
  // END SOLUTION
  g() {
    return this.f(1);
  }
}`;
  const expected = `class A {
  f(y: number): number {
    throw new Error('write this: A.f');
  }
  g() {
    return this.f(1);
  }
}`;
  assert.is(stub(source, 'new A().g()'), expected);
});

test('inside of a list or an object there is room for a comment only', () => {
  const source = 'const list: number[] = [\n  1,\n  // BEGIN SOLUTION\n  2,\n  // END SOLUTION\n];';
  assert.is(stub(source, 'list'), 'const list: number[] = [\n  1,\n  // write this: q1\n];');
});

test('a cell without marks is a solution as a whole, and a written answer is nbgrader’s words', () => {
  assert.is(
    stub('const a = 1;\nconst b = 2;', 'a'),
    "// write this: q1\nconst a: number = undefined!;\nthrow new Error('write this: q1');",
  );
  const [, answer, around] = release([
    words('# A'),
    written('q2', 1, 'Because of the chain rule.'),
    written('q3', 1, 'Say why.\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION\nThe end.'),
  ]).map(sourceOf);
  assert.is(answer, 'YOUR ANSWER HERE');
  assert.is(around, 'Say why.\nYOUR ANSWER HERE\nThe end.');
});

test('types of the library are written as the notebook knows them, with no path of this machine', () => {
  const imports = "import { mlp, tf } from 'notegrad';";
  const source = inMarks(
    'const model = mlp({ inputShape: [2], hidden: [3], numClasses: 2, seed: 1 });\nconst x = tf.zeros([2, 2]);\nconst optimizer = tf.train.adam(0.1);',
  );
  const use = 'tf.tidy(() => (model.predict(x) as tf.Tensor).print()); optimizer.dispose();';
  const found = stub(source, use, imports);
  assert.match(found, /const model: .*LayersModel = undefined!;/);
  assert.match(found, /const x: tf\.Tensor</);
  assert.not.match(found, folder.split('/')[1] ?? '/work');
});

test('a notebook that does not compile, solved or released, is refused with its cells', () => {
  assert.throws(
    () => release([code('const a: string = 1;')]),
    /with its solution does not compile:\n {2}- cell 1, line 1: Type 'number'/,
  );
  const derived = inMarks('class A extends Map {\n  constructor() {\n    super();\n  }\n}');
  assert.throws(() => stub(derived, 'new A()'), 'cell 1 (q1): the class A extends another');
  assert.throws(
    () => stub(`const pair: [number] = [\n${inMarks('1,')}\n];`),
    /as it would be released does not compile:\n {2}- cell 1 \(q1\), line 1:/,
  );
});

test('released cells have checksums and locks, no outputs, and their own ids', () => {
  const cells: readonly Cell[] = [
    given('setup', 'const a = 1;'),
    solution('q1', inMarks('const b = 1;')),
    {
      ...tests('q1-tests', 2, 'a;\n// BEGIN HIDDEN TESTS\nb;\n// END HIDDEN TESTS'),
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'b' }],
      execution_count: 3,
    },
  ];
  const found = release(cells);
  assert.equal(
    found.map(({ id }) => id),
    cells.map(({ id }) => id),
  );
  assert.equal(
    found.map(({ metadata: { deletable, editable } }) => [deletable, editable]),
    [
      [false, false],
      [false, undefined],
      [false, false],
    ],
  );
  assert.equal(found[2].outputs, []);
  assert.is(found[2].execution_count, null);
  assert.is(found[2].source, 'a;');
  const marks = found.map(
    ({ metadata }) => metadata.nbgrader as { checksum: string; cell_type: string },
  );
  assert.ok(
    marks.every(({ checksum, cell_type }) => checksum.length === 32 && cell_type === 'code'),
  );
});

test.run();

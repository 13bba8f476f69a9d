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

/** Solutions, and what later cells do with them; made into one notebook, as types take their time. */
const sketches: { readonly source: string; readonly use: string }[] = [];
let released: readonly string[] | undefined;

/** Adds a solution to the notebook; what it gives is its stub, once all have been added. */
function stub(source: string, use = '1'): () => string {
  const number = sketches.push({ source, use }) - 1;
  return () => {
    released ??= release([
      given('before', "import { mlp, tf } from 'notegrad';"),
      ...sketches.flatMap((one, i) => [solution(`q${i}`, one.source), code(one.use)]),
    ]).map(sourceOf);
    return released[2 * number + 1].replaceAll(`: q${number}`, ': q1');
  };
}

const inMarks = (text: string) => `// BEGIN SOLUTION\n${text}\n// END SOLUTION`;

const double = stub(
  `/** Doubles. */
function double(x: number[]) {
  // BEGIN SOLUTION
  const twice = x.map((v) => 2 * v);
  return { twice };
  // END SOLUTION
}`,
  'double([1]).twice.length',
);

test('the body of a function becomes a throw, and the function says what it returns', () => {
  const expected = `/** Doubles. */
function double(x: number[]): { twice: number[]; } {
  throw new Error('write this: double');
}`;
  assert.is(double(), expected);
});

const body = (indent = '  ') =>
  `${indent}// BEGIN SOLUTION\n${indent}return 'a';\n${indent}// END SOLUTION`;
const functions = (
  [
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
  ] as const
).map(([source, use, expected]) => ({ found: stub(source, use), expected }));

test('functions of every kind keep their types', () => {
  for (const { found, expected } of functions) assert.match(found(), expected);
});

const part = stub(
  `function partly(x: number) {
  const a = x;
  // BEGIN SOLUTION the square
  const b = a * a, unused = 1;
  const [c, { d }] = [b, { d: 'x' }];
  // END SOLUTION
  return [b, d];
}`,
  'partly(1)',
);

test('what a part of a function declares for the rest is there, with its type', () => {
  const expected = `function partly(x: number): (string | number)[] {
  const a = x;
  const b: number = undefined!;
  const d: string = undefined!;
  throw new Error('write this: the square');
  return [b, d];
}`;
  assert.is(part(), expected);
});

const unused = stub(inMarks('const list = [1, 2], helper = 1;\nconsole.log(helper);'));
const used = stub(inMarks('const series = [1, 2], helper2 = 1;'), 'series.map((x) => x + 1)');
const unmarked = stub('const answer = 42;\nconst other = 2;', 'answer + 1');

test('at the top of a cell, names that later cells use are declared, and others are not', () => {
  assert.is(unused(), '// write this: q1');
  assert.is(
    used(),
    "// write this: q1\nconst series: number[] = undefined!;\nthrow new Error('write this: q1');",
  );
});

test('a cell without marks is a solution as a whole, and its type does not give it away', () => {
  assert.is(
    unmarked(),
    "// write this: q1\nconst answer: number = undefined!;\nthrow new Error('write this: q1');",
  );
});

const whole = stub(
  inMarks(`/** A number and a text. */
interface Pair { a: number; b: string }
const swap = ({ a, b }: Pair) => [b, a] as const;
/**
 * A pair.
 * @param n its number
 */
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
  /** What is in it. */
  get() {
    return this.content;
  }
}
const secret = 7;`),
  'const p: Pair = make();\nswap(p)[0].length;\nnew Box(1).get().toFixed();',
);

test('functions, classes and types that are solutions as a whole keep their heads and docstrings', () => {
  const expected = `// write this: q1
/** A number and a text. */
interface Pair { a: number; b: string }
const swap = ({ a, b }: Pair): readonly [string, number] => {
  throw new Error('write this: swap');
};
/**
 * A pair.
 * @param n its number
 */
function make(n = 1): Pair {
  throw new Error('write this: make');
}
class Box<T> {
  readonly size!: number;
  constructor(readonly content: T) {
    throw new Error('write this: Box.constructor');
  }
  /** What is in it. */
  get(): T {
    throw new Error('write this: Box.get');
  }
}`;
  assert.is(whole(), expected);
});

const members = stub(
  `class C {
  // BEGIN SOLUTION
  private x = 1;
  f(y: number) {
    return y + this.x;
  }
  // END SOLUTION
  g() {
    return this.f(1);
  }
}`,
  'new C().g()',
);

test('methods that are solutions as a whole keep their heads, and what is private goes', () => {
  const expected = `class C {
  f(y: number): number {
    throw new Error('write this: C.f');
  }
  g() {
    return this.f(1);
  }
}`;
  assert.is(members(), expected);
});

const inList = stub(
  'const items: number[] = [\n  1,\n  // BEGIN SOLUTION\n  2,\n  // END SOLUTION\n];',
  'items',
);

test('inside of a list or an object there is room for a comment only', () => {
  assert.is(inList(), 'const items: number[] = [\n  1,\n  // write this: q1\n];');
});

const ofLibrary = stub(
  inMarks(
    'const model = mlp({ inputShape: [2], hiddenSizes: [3], numClasses: 2, seed: 1 });\nconst zeros = tf.zeros([2, 2]);\nconst optimizer = tf.train.adam(0.1);',
  ),
  'tf.tidy(() => (model.predict(zeros) as tf.Tensor).print()); optimizer.dispose();',
);

test('types of the library are written as the notebook knows them, with no path of this machine', () => {
  const found = ofLibrary();
  assert.match(found, /const model: .*Model<.* = undefined!;/);
  assert.match(found, /const zeros: tf\.Tensor</);
  assert.match(found, /const optimizer: .*AdamOptimizer = undefined!;/);
  assert.not.match(found, join(folder, '..'));
});

const ring = stub(
  inMarks(`interface Link { next?: Link; mark: Mark }
type Mark = 'a' | 'b';
type Unused = number;
function ring(): Link { return { mark: 'a' }; }`),
  'ring().mark.length',
);
const symbol = stub(inMarks("const odd = Symbol('odd');"), 'String(odd)');
const counted = stub(
  inMarks(`class Counted {
  static made = 0;
  label?: string;
  count = 1;
}`),
  'Counted.made + new Counted().count + (new Counted().label ?? "").length',
);

test('types that the head of a stub speaks of stand beside it, and theirs, and no others', () => {
  const expected = `// write this: q1
interface Link { next?: Link; mark: Mark }
type Mark = 'a' | 'b';
function ring(): Link {
  throw new Error('write this: ring');
}`;
  assert.is(ring(), expected);
});

test('a symbol, a static and an optional property are declared as they can be without a value', () => {
  assert.match(symbol(), 'const odd: symbol = undefined!;');
  assert.match(
    counted(),
    /static made: number;\n *label\?: string( \| undefined)?;\n *count!: number;/,
  );
});

test('a written answer is nbgrader’s words', () => {
  const [, answer, around] = release([
    words('# A'),
    written('q2', 1, 'Because of the chain rule.'),
    written('q3', 1, 'Say why.\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION\nThe end.'),
  ]).map(sourceOf);
  assert.is(answer, 'YOUR ANSWER HERE');
  assert.is(around, 'Say why.\nYOUR ANSWER HERE\nThe end.');
});

test('what only other solutions called is not declared, and types that stubs may need are', () => {
  const [helper, type, used, , caller] = release([
    solution('q1', 'function halfOf(x: number) { return x / 2; }\nconst START = 4;'),
    solution('q2', 'class Pair { constructor(readonly half: number) {} }'),
    solution('q3', `function pairOf(x: number) {\n${inMarks('return new Pair(halfOf(x));')}\n}`),
    code('pairOf(3).half'),
    solution('q4', `${inMarks('const pair = new Pair(halfOf(START));')}\npair.half;`),
  ]).map(sourceOf);
  assert.is(helper, '// write this: q1');
  assert.match(type, 'class Pair {');
  assert.match(used, 'function pairOf(x: number): Pair {');
  assert.match(caller, 'const pair: Pair = undefined!;');
});

test('claims of an answer stay behind with it, and those of given words go with them', () => {
  const claims = (cell: Cell, ...found: readonly string[]): Cell => ({
    ...cell,
    metadata: { ...cell.metadata, claims: found },
  });
  const [given, answer] = release([
    claims(words('1,024 digits.'), '1,024 // the handout'),
    claims(written('q1', 1, 'A falls to 3.'), '3 // what students are to find'),
  ]);
  assert.equal(given.metadata.claims, ['1,024 // the handout']);
  assert.not('claims' in answer.metadata);
});

test('a notebook that does not compile, solved or released, is refused with its cells', () => {
  assert.throws(
    () => release([code('const a: string = 1;')]),
    /with its solution does not compile:\n {2}- cell 1, line 1: Type 'number'/,
  );
  const derived = inMarks('class D extends Map {\n  constructor() {\n    super();\n  }\n}');
  assert.throws(
    () => release([solution('q1', derived), code('new D()')]),
    'cell 1 (q1): the class D extends another',
  );
  assert.throws(
    () => release([solution('q1', `const pair: [number] = [\n${inMarks('1,')}\n];`)]),
    /as it would be released does not compile:\n {2}- cell 1 \(q1\), line 1:/,
  );
});

/** Ways of marking, and what students get; undefined where staff are told the cell. */
const markings: Readonly<Record<string, readonly [source: string, use: string, stub?: RegExp]>> = {
  'lines that end as on Windows': [
    `function f(): number {\n${inMarks('return 42;')}\n}`.replaceAll('\n', '\r\n'),
    'f()',
    /throw new Error\('write this: f'\)/,
  ],
  'nothing between the marks': [
    `function f(): void {\n${inMarks('').replace('\n\n', '\n')}\n}`,
    'f()',
    /write this: f/,
  ],
  'an arrow function': [
    `const f = (): number => {\n${inMarks('return 42;')}\n};`,
    'f()',
    /write this: f/,
  ],
  'half of an expression': [`const f = (): number =>\n${inMarks('42;')}`, 'f()'],
  'half of a statement': [
    `function f(x: number): number {\n${inMarks('if (x > 42) {')}\nreturn 2;\n}\nreturn 1;\n}`,
    'f(1)',
  ],
  'a getter': [
    `class A {\nget n(): number {\n${inMarks('return 42;')}\n}\n}`,
    'new A().n',
    /write this: A.n/,
  ],
  'a generator': [
    `function* g(): Generator<number> {\n${inMarks('yield 42;')}\n}`,
    '[...g()]',
    /write this: g/,
  ],
  'a method of an object': [
    `const o = {\nf(): number {\n${inMarks('return 42;')}\n},\n};`,
    'o.f()',
    /write this: f/,
  ],
  'a property that is used': [`const o = {\na: 1,\n${inMarks('b: 42,')}\n};`, 'o.b'],
  'marks in a string': ["const mark = '// BEGIN SOLUTION 42';", 'mark'],
  'a mark behind code': ['const a = 42; // BEGIN SOLUTION\n// END SOLUTION', 'a'],
  'a mark in a block comment': [
    '/* BEGIN SOLUTION */\nconst a = 42;\n/* END SOLUTION */',
    '1',
    /^\/\/ write this: q1$/,
  ],
  'hidden tests in a solution': ['// BEGIN HIDDEN TESTS\n42;\n// END HIDDEN TESTS', '1'],
};

for (const [name, [source, use, stub]] of Object.entries(markings)) {
  test(`however it is marked, students get what compiles, or staff are told the cell: ${name}`, () => {
    const made = () => sourceOf(release([solution('q1', source), code(use)])[0]);
    if (!stub) return assert.throws(made, /\n {2}- cell [12]\b/);
    assert.match(made(), stub);
    assert.not.match(made(), '42');
  });
}

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

test('the claims of an answer are no part of what students get, those of a given text are', () => {
  const claims = ['0.5 // an example'];
  const bound = (cell: Cell): Cell => ({ ...cell, metadata: { ...cell.metadata, claims } });
  const [text, answer] = release([
    bound(words('It is 0.5.')),
    bound(written('why', 1, 'It is 0.5.')),
  ]);
  assert.equal(text.metadata.claims, claims);
  assert.not('claims' in answer.metadata);
});

test.run();

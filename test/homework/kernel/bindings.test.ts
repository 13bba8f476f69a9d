import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../support/temporary-folder';
import { KernelSession, printedBy, resultOf } from './kernel-session';

const folder = temporaryFolder();
let kernel: KernelSession;

test.before(async () => {
  kernel = await KernelSession.start(folder, join(folder, 'log'));
});

test.after(async () => {
  await kernel.end();
});

/** Runs cells in turn; all must succeed. Returns the value, or else what it printed, of the last. */
async function lastOf(...cells: readonly string[]): Promise<string> {
  let last = '';
  for (const cell of cells) {
    const answer = await kernel.run(cell);
    const { status, traceback } = answer.reply;
    assert.is(status, 'ok', `${cell}\n${traceback?.join('\n')}`);
    last = resultOf(answer) ?? printedBy(answer).trimEnd();
  }
  return last;
}

/** Each entry is a notebook, cell by cell, and what its last cell gives. */
function all(title: string, cases: readonly (readonly [...cells: string[], expected: string])[]) {
  test(title, async () => {
    for (const one of cases) {
      const cells = one.slice(0, -1);
      assert.is(await lastOf(...cells), one.at(-1), cells.join('\n⏎\n'));
    }
  });
}

all('a variable is the same variable in every cell and every function', [
  ['let lr = .1; const f = () => lr', 'lr = .2; f()', '0.2'],
  [
    'let model: { w: number } | null = null; function predict() { return model?.w }',
    'model = { w: 5 }; predict()',
    '5',
  ],
  ['let count = 0; function step() { count++ }', 'step(); step(); count', '2'],
  ['class Counter { add() { total += 2 } } let total = 1', 'new Counter().add(); total', '3'],
  [
    'function g() { return 1 } const caller = () => g()',
    'function g() { return 2 }',
    'caller()',
    '2',
  ],
  ['let mom = 0; const cfg = { lr: 3, mom: 4 }', '({ lr, mom } = cfg); [lr, mom]', '[ 3, 4 ]'],
  ['[lr, mom] = [mom, lr]; [lr, mom]', '[ 4, 3 ]'],
  ['const size = 3', 'const size = "three"', 'size.toUpperCase()', 'THREE'],
  ['class A { x = 1 }', 'class A { y = 2 }', 'new A()', 'A { y: 2 }'],
  ['enum Color { Red, Green }', 'enum Color { Blue }', 'Object.keys(Color)', "[ '0', 'Blue' ]"],
]);

all('shorthand properties name variables of earlier cells', [
  ['const rest = 7; let rate = .5', '({ rate, rest })', '{ rate: 0.5, rest: 7 }'],
  ['console.log({ rate })', '{ rate: 0.5 }'],
]);

all('destructuring takes names from earlier cells', [
  [
    'const k = 10; const rows = [{ a: 1 }, { a: 2 }]',
    'rows.map(({ a: q }) => q * k)',
    '[ 10, 20 ]',
  ],
  ['const x = { a: 5 }', 'const { a: b } = x; b', '5'],
  ['for (const { a: z } of rows) console.log(z * k)', '10\n20'],
  [
    'interface Row { a: number }',
    'function sum({ a }: Row, { a: second }: Row) { return a + second }',
    'sum(rows[0], rows[1])',
    '3',
  ],
  ['const { a: first, ...others } = { a: 1, k, c: 3 }; others', '{ k: 10, c: 3 }'],
  [
    'const [[p], { q: [, r = k] }]: [number[], { q: number[] }] = [[1], { q: [2] }]; [p, r]',
    '[ 1, 10 ]',
  ],
  ['let u = 0, v = 0; for ({ a: u } of rows) v += u; v', '3'],
]);

all('a cell is strict code of a module', [
  ['(function (this: unknown) { return this === undefined })()', 'true'],
  ['function count() { return arguments.length } count.call(null)', '0'],
  ['const setter = { set default(value: number) { console.log(value) } }; setter.default = 4', '4'],
]);

all('the language is all there', [
  ['const needs = () => later + 1', 'const later = 41', 'needs()', '42'],
  [
    'namespace Deep { export const n = 1; export namespace In { export const m = 2 } }',
    '0',
    'Deep.n + Deep.In.m',
    '3',
  ],
  [
    'const Made = class { private secret = 4; get() { return this.secret } }',
    'new Made().get()',
    '4',
  ],
  [
    'function make() { return class { private a = 1; protected b = 2; sum() { return this.a + this.b } } }',
    'new (make())().sum()',
    '3',
  ],
  ['for await (const one of [Promise.resolve(1), 2]) console.log(one)', '1\n2'],
  ['await (Promise.resolve(3))', '3'],
  ['await Promise.resolve(4)\n// what it was', '4'],
  ['console.log(await Promise.resolve(5) // inside\n)', '5'],
  [
    'export const shared = 1; export class Open {} export type Name = string',
    'const n: Name = "a"; [shared, new Open(), n]',
    "[ 1, Open {}, 'a' ]",
  ],
  ['export default 5', '5'],
  [
    "import fs = require('node:fs'); import os = require('os')",
    'fs.existsSync("/") && typeof os.cpus',
    'function',
  ],
  [
    '{ using file = { [Symbol.dispose]() { console.log("closed") } }; console.log("open") }',
    'open\nclosed',
  ],
  [
    'using whole = { n: 3, [Symbol.dispose]() { console.log("closed") } }; console.log(whole.n)',
    '3\nclosed',
  ],
  ['using valued = { n: 4, [Symbol.dispose]() {} }; function four() { return 4 } valued.n', '4'],
  ['await using later = { n: 5, async [Symbol.asyncDispose]() {} }; later.n', '5'],
  ['using unshown = null; class Named { n = 6 } const six = new Named().n', ''],
  ['[six, Named.name, four()]', "[ 6, 'Named', 4 ]"],
  [
    'function twice(method: (n: number) => number, _: ClassMethodDecoratorContext) { return function (this: unknown, n: number) { return 2 * method.call(this, n) } }',
    'class Decorated { @twice run(n: number) { return n } }',
    'new Decorated().run(4)',
    '8',
  ],
  ['function pick<T>(all: T[], one: NoInfer<T>) { return all.includes(one) } pick([1], 1)', 'true'],
  ['declare global { var everywhere: number }', 'globalThis.everywhere = 6; everywhere', '6'],
  [
    '[[3, 1, 2].toSorted(), [1, 2, 3].findLast((n) => n < 3), [1, 2].with(0, 5)]',
    '[ [ 1, 2, 3 ], 2, [ 5, 2 ] ]',
  ],
  ['const tsLastExpr = 9', 'tsLastExpr', '9'],
  [
    'namespace Sum { export const a = 1; export const b = a + 1 } namespace Sum { export const c = a + b }',
    'Sum',
    '{ a: 1, b: 2, c: 3 }',
  ],
  ['import.meta.dirname === __dirname', 'true'],
  [
    'const computed = { async [await Promise.resolve("a")]() {}, get [await "b"]() { return 1 } }; Object.keys(computed)',
    "[ 'a', 'b' ]",
  ],
  ['last(); interface None {} function last() { return "last" } type Nothing = None', 'last'],
  ['for (var i = 0; i < 3; i++) { var inner = i; var twice = inner * 2 } i + twice!', '7'],
  [
    'abstract class Shape { abstract area(): number } class Square extends Shape { constructor(readonly side: number) { super() } area() { return this.side ** 2 } }',
    'new Square(3).area()',
    '9',
  ],
  ['const enum Level { Low = 3 }', 'Level.Low', '3'],
  [
    'function overload(a: number): number; function overload(a: string): string; function overload(a: unknown) { return a }',
    'overload("s")',
    's',
  ],
  [
    'type Pair<T> = readonly [T, T]; const pair = [1, 2] as const satisfies Pair<number>',
    'pair',
    '[ 1, 2 ]',
  ],
  [
    'const f1 = () => {}; class K {} ; [f1.name, K.name, (function named() {}).name]',
    "[ 'f1', 'K', 'named' ]",
  ],
]);

all('names that Node has may be used, and Node keeps its own', [
  [
    'const exports = 1; const require = 2; const module = 3',
    '[exports, require, module]',
    '[ 1, 2, 3 ]',
  ],
  ['function Object() { return "mine" }', 'Object()', 'mine'],
  [
    'const process = 5; const window = 20; let document = "d"',
    '({ process, window, document })',
    "{ process: 5, window: 20, document: 'd' }",
  ],
  ['class Map { mine = true }', 'new Map()', 'Map { mine: true }'],
  [
    'const __notebook = 1; function own(notebook: number) { return notebook + __notebook } own(2)',
    '3',
  ],
  ['console.log([1, 2], { a: new Set([1]) }); globalThis.process.pid > 0', 'true'],
]);

all('a variable declared anew with var may change, whatever it was', [
  ['const step1 = 1', 'var step1: number; step1 = 2; step1', '2'],
  ["import { sep } from 'node:path'", 'var sep: string; sep = "mine"; sep', 'mine'],
]);

test('a constant stays constant where no type is checked, too', async () => {
  await lastOf(
    "const one = 1; const { two, ...rest } = { two: 2, three: 3 }; const [four] = [4]; import { join } from 'node:path'",
  );
  const changes = ['one', 'two', 'rest', 'four', 'join'].flatMap((name) => [
    `eval('${name} = 0')`,
    `// @ts-ignore\n${name} = 0`,
  ]);
  for (const change of changes) {
    const { reply } = await kernel.run(change);
    assert.is(reply.ename, 'TypeError', change);
  }
  assert.is(await lastOf('[one, two, rest, four]'), '[ 1, 2, { three: 3 }, 4 ]');
});

test('what is wrong by its types does not run, across cells', async () => {
  await lastOf('const fixed = 1; let word = "a"; interface Point { x: number }');
  const cases: readonly (readonly [code: string, says: string])[] = [
    ['fixed = 2', "Cannot assign to 'fixed' because it is a constant."],
    ['word = 3', "Type 'number' is not assignable to type 'string'."],
    ['const point: Point = { y: 1 }', "'y' does not exist in type 'Point'"],
    ['alert("no")', "Cannot find name 'alert'."],
    ['name', "Cannot find name 'name'"],
    ['const untyped = (a) => a', "Parameter 'a' implicitly has an 'any' type."],
    ['fixde', "Cannot find name 'fixde'."],
    ['wordd', "Cannot find name 'wordd'. Did you mean 'word'?"],
    ['const half = {', "'}' expected."],
  ];
  for (const [code, says] of cases) {
    const { reply, outputs } = await kernel.run(code);
    assert.is(reply.status, 'error', code);
    assert.ok(reply.evalue!.includes(says), `${code}: ${reply.evalue}`);
    assert.equal(
      outputs.map(({ type }) => type),
      ['error'],
    );
  }
  assert.is(await lastOf('[fixed, word]'), "[ 1, 'a' ]");
});

test('a name that is still missing when it is needed is an error that says what was meant', async () => {
  await lastOf('const learningRate = .1; const useRate = () => learningRat');
  const { reply } = await kernel.run('useRate()');
  assert.is(reply.ename, 'ReferenceError');
  assert.is(reply.evalue, "learningRat is not defined. Did you mean 'learningRate'?");
});

test.run();

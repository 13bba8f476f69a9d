import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../support/temporary-folder';
import { type Answer, KernelSession, resultOf } from './kernel-session';

/** A project of somebody else's, far from ours; its notebook lies in a folder of its own. */
const project = temporaryFolder();
const folder = join(project, 'notes');
let kernel: KernelSession;
let edits = 0;

function write(path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  // Two edits within the clock's resolution differ in length.
  writeFileSync(file, `${text}\n${' '.repeat(edits++)}\n`);
}

function writePackage(
  name: string,
  manifest: object,
  files: Readonly<Record<string, string>>,
): void {
  const path = join('..', 'node_modules', name);
  write(join(path, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...manifest }));
  for (const [file, text] of Object.entries(files)) write(join(path, file), text);
}

async function value(...cells: readonly string[]): Promise<string | undefined> {
  let answer: Answer | undefined;
  for (const cell of cells) {
    answer = await kernel.run(cell);
    assert.is(answer.reply.status, 'ok', `${cell}\n${answer.reply.traceback?.join('\n')}`);
  }
  return resultOf(answer!);
}

test.before(async () => {
  mkdirSync(folder, { recursive: true });
  writePackage(
    'only-import',
    {
      type: 'module',
      exports: {
        '.': { types: './types/index.d.ts', import: './index.js' },
        './deep': { import: './deep.js', types: './types/deep.d.ts' },
      },
    },
    {
      'index.js':
        'export const late = await Promise.resolve(41); export let count = 0; export function add() { count++; } export default class Made { constructor() { this.n = 1; } }',
      'deep.js': "import { late } from './index.js'; export const deeper = late + 1;",
      'types/index.d.ts':
        'export declare const late: number; export declare let count: number; export declare function add(): void; export default class Made { n: number }',
      'types/deep.d.ts': 'export declare const deeper: number;',
    },
  );
  writePackage(
    'common',
    { main: 'main.js' },
    {
      'main.js':
        'exports.one = 1; exports.f = () => 2; exports.value = 0; exports.set = (v) => { exports.value = v; };',
    },
  );
  writePackage(
    'single',
    { main: 'main.js', types: 'main.d.ts' },
    {
      'main.js': 'module.exports = function single() { return 3; }; module.exports.extra = 4;',
      'main.d.ts':
        'declare function single(): number; declare namespace single { const extra: number } export = single;',
    },
  );
  kernel = await KernelSession.start(folder, join(folder, 'log'));
});

test.after(async () => {
  await kernel.end();
});

test('packages that only import can have, with await and with types under exports', async () => {
  assert.is(await value("import Made, { add, count, late } from 'only-import';", 'late + 1'), '42');
  assert.is(await value('add(); add(); count'), '2', 'what a module exports is live');
  assert.is(await value('new Made().n'), '1');
  assert.is(await value("const { deeper } = await import('only-import/deep'); deeper"), '42');
  const wrong = await kernel.run('const text: string = late;');
  assert.is(wrong.reply.evalue, "Type 'number' is not assignable to type 'string'.");
});

test('CommonJS packages, with types and without', async () => {
  assert.is(await value("import { one, f } from 'common';", 'one + f()'), '3');
  assert.is(await value("import * as all from 'common'; all.set(5); all.value"), '5');
  assert.is(await value("import single from 'single'; single() + single.extra"), '7');
  assert.is(await value("import again = require('single'); again()"), '3');
  assert.is(await value("const { one: eins } = require('common'); eins"), '1');
  assert.is(await value("(await import('common')).default.one"), '1');
});

test("Node's modules, with and without their prefix, and JSON with attributes", async () => {
  write('../settings.json', '{ "rate": 0.5 }');
  assert.is(
    await value(
      "import { join } from 'path'; import fs from 'node:fs'; fs.existsSync(join('.', 'log'))",
    ),
    'true',
  );
  assert.is(
    await value("import settings from '../settings.json' with { type: 'json' }; settings.rate"),
    '0.5',
  );
});

test("the author's files, by every way of naming them", async () => {
  write(
    '../e.ts',
    'export const e = 2.7; export type Kind = "a" | "b"; export interface Row { n: number }',
  );
  write('./lib/index.ts', "export { e } from '../../e'; export const inside = 1;");
  write('./plain.js', 'exports.plain = 3;');
  write('./module.mjs', 'export const modern = 4;');
  assert.is(
    await value("import { e, type Kind, type Row } from '../e'; const row: Row = { n: e }; row.n"),
    '2.7',
  );
  assert.is(
    await value(
      "import { inside } from './lib/index.ts'; import * as lib from './lib'; [inside, lib.e]",
    ),
    '[ 1, 2.7 ]',
  );
  for (let i = 0; i < 2; i++)
    assert.is(await value("import { plain } from './plain.js'; plain"), '3');
  assert.is(await value("import { modern } from './module.mjs'; modern"), '4');
  assert.is(await value("(await import('./lib/index')).inside"), '1');
});

test('a file knows where it lies, as an ES module and as CommonJS', async () => {
  write('where.ts', 'export const { url, dirname } = import.meta; export const file = __filename;');
  write('where.mjs', 'export const { url, filename } = import.meta;');
  assert.is(
    await value(
      "import * as typed from './where'; import * as plain from './where.mjs'; [typed.url === 'file://' + typed.file, typed.dirname === __dirname, plain.url === 'file://' + plain.filename]",
    ),
    '[ true, true, true ]',
  );
});

test('an edited file is run again, also one that only another file asks for', async () => {
  write('inner.ts', 'export const inner = 1;');
  write('outer.ts', "import { inner } from './inner'; export const outer = inner * 10;");
  const cell = "import { outer } from './outer'; outer";
  assert.is(await value(cell), '10');
  write('inner.ts', 'export const inner = 2;');
  assert.is(await value(cell), '20');
  write('inner.ts', 'export const inner = "two";');
  const { reply } = await kernel.run(cell);
  assert.is(reply.status, 'error', 'types are checked anew, too');
  assert.match(reply.traceback!.join('\n'), 'outer.ts 1:');
  write('inner.ts', 'export const inner = 3;');
  assert.is(await value(cell), '30');
});

test('a file may be missing at first, or wrong, and no later cell suffers', async () => {
  const cell = "import { found } from './created'; found";
  assert.match((await kernel.run(cell)).reply.evalue!, "Cannot find module './created'");
  assert.is(await value('1 + 1'), '2');
  write('created.ts', 'export const found = ;');
  const wrong = await kernel.run(cell);
  assert.match(wrong.reply.traceback!.join('\n'), 'created.ts 1:');
  assert.is(await value('2 + 2'), '4');
  write('created.ts', 'export const found = 5;');
  assert.is(await value(cell), '5');
  rmSync(join(folder, 'created.ts'));
  assert.is(await value('found'), '5');
});

test('an error inside a file is told with the line of that file', async () => {
  write(
    'broken.ts',
    'interface Long { a: number }\n\nexport function fails(x: Long): never {\n  throw new Error(String(x.a));\n}',
  );
  const { reply } = await kernel.run("import { fails } from './broken';\nfails({ a: 1 });");
  const text = reply.traceback!.join('\n');
  assert.match(text, 'broken.ts, line 4\n      throw new Error(');
  assert.match(text, 'at fails (broken.ts:4:9)');
});

test('a file may await, and files may ask for each other', async () => {
  write(
    'awaits.ts',
    "import { late } from 'only-import'; export const waited = await Promise.resolve(late + 2);",
  );
  assert.is(await value("import { waited } from './awaits'; waited"), '43');
  write(
    'disposes.ts',
    'await using file = { n: 1, async [Symbol.asyncDispose]() {} }; export const n = file.n;',
  );
  assert.is(await value("import { n } from './disposes'; n"), '1');
  write(
    'names.ts',
    'export const all = { async [await Promise.resolve("a")]() {} }; const __import = 2, __meta = 3; export const five = __import + __meta;',
  );
  assert.is(await value("import * as names from './names'; Object.keys(names.all)"), "[ 'a' ]");
  assert.is(await value('names.five'), '5');
  write('left.ts', "import { right } from './right'; export const left = () => right + 1;");
  write(
    'right.ts',
    "import { left } from './left'; export const right = 1; export const both = () => left() + right;",
  );
  assert.is(await value("import { both } from './right'; both()"), '3');
});

test('a notebook far from the project finds notegrad and its own data', async () => {
  write('data.txt', 'mine');
  assert.is(
    await value(
      "import { random } from 'notegrad'; import { readFileSync } from 'node:fs'; typeof random",
    ),
    'function',
  );
  assert.is(await value("readFileSync('data.txt', 'utf8').trim()"), 'mine');
  assert.ok(existsSync(join(folder, 'data.txt')));
  assert.is(readFileSync(join(folder, 'log'), 'utf8'), '');
});

test.run();

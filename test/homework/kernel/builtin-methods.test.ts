import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../support/temporary-folder';
import { type Answer, KernelSession, printedBy, resultOf } from './kernel-session';

const folder = temporaryFolder();
let kernel: KernelSession;
/** So that a cell that fails is answered at once. */
const options = { stopOnError: false };

test.before(async () => {
  kernel = await KernelSession.start(folder, join(folder, 'log'));
});

test.after(async () => {
  await kernel.end();
});

const CLASSES = [
  ...['Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt', 'RegExp', 'Object', 'Function'],
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'Promise', 'Error', 'ArrayBuffer', 'DataView', 'Buffer'],
];
const ITERATORS = ['[].values()', "''[Symbol.iterator]()", 'new Map().keys()', 'new Set().keys()'];
const OWNERS = [
  ...CLASSES,
  ...CLASSES.map((name) => `${name}.prototype`),
  ...['Reflect', 'JSON', 'Object.getPrototypeOf(Uint8Array).prototype'],
  ...ITERATORS.map((iterator) => `Object.getPrototypeOf(${iterator})`),
];

/** Says how to reach each method that can be replaced, as a cell writes it. */
function methodsOf(owner: string): readonly string[] {
  const value: object = new Function(`return ${owner}`)();
  const descriptors = Object.getOwnPropertyDescriptors(value) as Record<
    string | symbol,
    PropertyDescriptor
  >;
  return Reflect.ownKeys(value).flatMap((key) => {
    const { configurable, writable, value: method } = descriptors[key];
    if (!configurable || !writable || typeof method !== 'function') return [];
    if (typeof key === 'string') return key === 'prepareStackTrace' ? [] : [`['${key}']`];
    return key.description?.startsWith('Symbol.') ? [`[${key.description}]`] : [];
  });
}

async function expectIntact(what: string): Promise<void> {
  const wrong = await kernel.run('const text: string = 3;', options);
  assert.match(wrong.reply.evalue ?? '', 'not assignable', what);
  const right = await kernel.run("console.log('said'); [3, 1, 2].sort().map((n) => n * 7).join()");
  assert.is(resultOf(right), '7,14,21', what);
  assert.is(printedBy(right), 'said\n', what);
}

function expectRefused({ reply }: Answer, name: string, what = name): void {
  assert.is(reply.status, 'error', what);
  assert.is(reply.ename, 'ReplacedBuiltin', `${what}: ${reply.ename} ${reply.evalue}`);
  assert.match(reply.evalue!, name);
  assert.match(reply.evalue!, 'was replaced, with which the kernel works, too');
}

for (const owner of OWNERS) {
  test(`a cell that replaces a method of ${owner} fails, and it is put back`, async () => {
    for (const key of methodsOf(owner)) {
      const what = `${owner}${key}`;
      // JSON's methods are said to be constant by JavaScript itself.
      const answer = await kernel.run(`(${owner} as any)${key} = () => [];`, options);
      if (/^JSON\['(?:parse|stringify)/.test(what))
        assert.match(answer.reply.evalue!, 'read only', what);
      else expectRefused(answer, '', what);
      await expectIntact(what);
    }
  });
}

test('a cell that puts back what it has replaced succeeds, whatever it does in between', async () => {
  const answer =
    await kernel.run(`const { concat, map, slice } = Array.prototype, { indexOf } = String.prototype;
Array.prototype.concat = Array.prototype.map = Array.prototype.slice = (() => [7]) as never;
String.prototype.indexOf = (() => 7) as never;
console.log([1].map((n) => n));
require('node:fs').writeSync(1, 'written\\n');
const { stack } = new Error('why');
require('node:os');
console.log([1].map((n) => n), 'x'.indexOf('x'));
Object.assign(Array.prototype, { concat, map, slice });
String.prototype.indexOf = indexOf;
stack!.split('\\n')[0]`);
  assert.is(answer.reply.status, 'ok', answer.reply.evalue);
  assert.is(printedBy(answer), '[ 7 ]\nwritten\n[ 7 ] 7\n');
  assert.is(resultOf(answer), 'Error: why');
  await expectIntact('put back');
});

test('a class of the language that is replaced is put back', async () => {
  for (const name of ['Map', 'Set', 'Promise', 'Array', 'Object', 'RegExp', 'Error', 'Symbol']) {
    expectRefused(await kernel.run(`globalThis.${name} = class {} as any;`), name);
    await expectIntact(name);
  }
});

test('a method that was deleted, or became an accessor, is put back', async () => {
  expectRefused(await kernel.run('delete (Array.prototype as any).map;'), 'Array.prototype.map');
  await expectIntact('delete');
  expectRefused(
    await kernel.run(`Object.defineProperty(Map.prototype, 'get', { get: () => () => 1 });`),
    'Map.prototype.get',
  );
  expectRefused(
    await kernel.run(`Object.defineProperty(Map.prototype, 'size', { get: () => 0 });`),
    'Map.prototype.size',
  );
  await expectIntact('accessors');
});

test('the cell itself computes with what it has put in place', async () => {
  const answer = await kernel.run(`const own = Array.prototype.map;
Array.prototype.map = function () { return [5]; } as never;
const mapped = [1, 2].map((n) => n);
console.log(mapped);`);
  expectRefused(answer, 'Array.prototype.map');
  assert.is(resultOf(await kernel.run('mapped.join()')), '5');
});

test('so it is where the cell prints, awaits, loads a module, throws or is told later', async () => {
  const replace = 'Array.prototype.concat = Array.prototype.flatMap = (() => []) as never;';
  const name = 'Array.prototype.concat';
  expectRefused(
    await kernel.run(`${replace} for (let i = 0; i < 200; i++) console.error(i);`),
    name,
  );
  await expectIntact('prints');
  expectRefused(await kernel.run(`${replace} await new Promise(() => {});`), name);
  await expectIntact('awaits');
  expectRefused(await kernel.run(`await null; ${replace} await new Promise(() => {});`), name);
  await expectIntact('awaits later');
  expectRefused(
    await kernel.run(`${replace} require('node:fs'); await import('node:path');`),
    name,
  );
  await expectIntact('loads');
  const thrown = await kernel.run(`${replace} throw new Error('of its own');`);
  assert.is(thrown.reply.evalue, 'of its own');
  assert.match(printedBy(thrown, 'stderr'), `ReplacedBuiltin: ${name}`);
  await expectIntact('throws');
  await kernel.run(`setTimeout(() => { ${replace} }, 50); const waiting = 1;`);
  await kernel.listen(0.3);
  await expectIntact('later');
  const outputs = (await kernel.listen(0)).flat();
  assert.match(printedBy({ outputs }, 'stderr'), `UncaughtException: ReplacedBuiltin: ${name}`);
});

test('what all objects have is no option of the kernel', async () => {
  for (const name of ['get', 'set', 'value', 'enumerable', 'writable', 'configurable']) {
    const refused = await kernel.run(`(Object.prototype as any).${name} = () => 3;`);
    expectRefused(refused, `Object.prototype.${name}`);
    await expectIntact(name);
  }
});

test('a cell may add methods, and replace what programs do replace', async () => {
  const { reply } =
    await kernel.run(`(Array.prototype as any).last = function () { return this.at(-1); };
Object.defineProperty(Object.prototype, 'should', { get() { return this; }, configurable: true });
Math.random = () => 0.5; Date.now = () => 7; console.debug = () => {};`);
  assert.is(reply.status, 'ok', reply.evalue);
  assert.is(resultOf(await kernel.run('[1, 2, (3 as any).should].map(Math.random).length')), '3');
  assert.is(
    resultOf(await kernel.run('([4, 5] as any).last() + Math.random() + Date.now()')),
    '12.5',
  );
});

test('a method that is replaced for good ends the kernel, in words', async () => {
  const own = await KernelSession.start(folder, join(folder, 'log of its own'));
  const lose = (name: string) =>
    `Object.defineProperty(Array.prototype, '${name}', { value: () => [], configurable: false });`;
  const words = 'was replaced for good, and the kernel, which cannot work without it, ends';
  try {
    const { reply } = await own.run(lose('flatMap'));
    assert.is(reply.evalue, `Array.prototype.flatMap ${words}`);
    await own.killAndRestart();
    const next = await own.run('6 * 7');
    assert.match(
      printedBy(next, 'stderr'),
      `The kernel has ended: Array.prototype.flatMap ${words}`,
    );
    assert.is(resultOf(next), '42');
    // Without this one no message can be sent.
    await own.run(
      `setTimeout(() => { ${lose('concat')} console.log('lost'); }, 20); const soon = 1;`,
    );
    await own.listen(1.5);
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', `${await own.pid()}`]);
    assert.match(`${stdout}`.trim(), /^(?:Z.*)?$/);
    await own.killAndRestart();
    assert.match(printedBy(await own.run('1'), 'stderr'), `Array.prototype.concat ${words}`);
  } finally {
    await own.end();
  }
});

test.run();

import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { packageFolder } from '../../../lib/homework/src/project';
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

test('a cell that throws half-way keeps what it declared before, with types', async () => {
  await kernel.run('const older = "kept"; const fresh = 0;');
  const { reply } = await kernel.run(`const history: number[] = [3, 2, 1];
throw new Error('too late');
const older = 5;
const unreached = 1;`);
  assert.is(reply.status, 'error');
  assert.is(resultOf(await kernel.run('history.at(-1)! + 1')), '2');
  assert.is(resultOf(await kernel.run('older.toUpperCase()')), 'KEPT');
  assert.is((await kernel.run('unreached')).reply.evalue, "Cannot find name 'unreached'.");
  assert.is((await kernel.run('const text: string = history;')).reply.status, 'error');
});

test('the same for a cell that awaits, and for one whose value is destructured', async () => {
  await kernel.run(
    "const early = await Promise.resolve(7); await Promise.reject(new Error('no'));",
  );
  assert.is(resultOf(await kernel.run('early')), '7');
  await kernel.run('const { p, q: { r } } = { p: 1, q: null as unknown as { r: 2 } };');
  assert.is(resultOf(await kernel.run('p')), '1');
});

test('an error is told with its name, its words and the line of the cell', async () => {
  await kernel.run('function inner(n: number) {\n  throw new RangeError("not " + n);\n}');
  const { reply, outputs } = await kernel.run('const before = 1;\n\n  inner(4);');
  assert.is(reply.ename, 'RangeError');
  assert.is(reply.evalue, 'not 4');
  assert.is(outputs.length, 1);
  assert.is(outputs[0].type, 'error');
  assert.equal(outputs[0].traceback, reply.traceback);
  const text = reply.traceback!.join('\n');
  const number = reply.execution_count!;
  assert.match(text, `cell ${number - 1}, line 2\n      throw new RangeError(`);
  assert.match(text, `RangeError: not 4\n    at inner (cell ${number - 1}:2:9)`);
  assert.match(text, `at cell ${number}:3:3`);
  assert.not.match(text, 'node:');
});

test('what is thrown need not be an error', async () => {
  const { reply } = await kernel.run('throw { code: 3 };');
  assert.is(reply.evalue, '{ code: 3 }');
  assert.is((await kernel.run('throw undefined;')).reply.status, 'error');
  const causes = await kernel.run("throw new Error('outer', { cause: new Error('inner cause') });");
  assert.match(causes.reply.traceback!.join('\n'), 'inner cause');
});

test('a stack that a cell prints itself speaks of the cell, too', async () => {
  const answer = await kernel.run(
    '\nconst error: Error = new Error("seen");\nconsole.log(error.stack);',
  );
  assert.match(printedBy(answer), /^Error: seen\n {4}at cell \d+:2:22\n$/);
});

test('the next cell runs at once, and cells that wait are given up unless they need not be', async () => {
  const [failed, given] = await kernel.runAll(['throw new Error("one")', '1 + 1']);
  assert.is(failed.reply.status, 'error');
  assert.is(given.reply.status, 'aborted');
  assert.is(resultOf(await kernel.run('2 + 2')), '4');
  const going = await kernel.runAll(['throw new Error("two")', '3 + 3'], { stopOnError: false });
  assert.is(going[0].reply.status, 'error');
  assert.is(resultOf(going[1]), '6');
});

test('a cell has a number and is told of before it runs; a silent one has none', async () => {
  const first = await kernel.run('"one"');
  const silent = await kernel.run('const hidden = 1; "silent"', { silent: true });
  const second = await kernel.run('hidden + 1');
  assert.is(first.all.filter(({ type }) => type === 'execute_input').length, 1);
  assert.equal(silent.outputs, []);
  assert.is(resultOf(second), '2');
  assert.is(second.reply.execution_count, first.reply.execution_count! + 1);
});

test('process.exit throws, and the kernel goes on', async () => {
  const { reply } = await kernel.run('process.exit(3)');
  assert.match(reply.evalue!, 'process.exit(3): a cell cannot end the kernel');
  assert.is(resultOf(await kernel.run('1')), '1');
});

test('an error of another realm is told like one of this', async () => {
  const { reply } = await kernel.run(
    "import vm from 'node:vm';\nvm.runInNewContext('throw new RangeError(\\'foreign\\')')",
  );
  assert.equal([reply.ename, reply.evalue], ['RangeError', 'foreign']);
});

test("the kernel goes on where cells put another clock in the place of Node's", async () => {
  await kernel.run(`import { mock } from 'node:test'; mock.timers.enable();
globalThis.setImmediate = (() => {}) as never; Date.now = () => 0;`);
  const { outputs } = await kernel.run(
    "setTimeout(() => console.log('late'), 1000); mock.timers.tick(1000); console.log('said')",
  );
  assert.is(printedBy({ outputs }), 'late\nsaid\n');
  assert.is((await kernel.run("throw new Error('told')")).reply.evalue, 'told');
  assert.is(resultOf(await kernel.run('mock.timers.reset(); 2')), '2');
});

test('what all messages go through cannot be replaced', async () => {
  for (const name of ['parse', 'stringify']) {
    const { reply } = await kernel.run(`JSON.${name} = () => { throw new Error('no JSON') };`);
    assert.match(reply.evalue!, `Cannot assign to read only property '${name}'`);
  }
  assert.is(resultOf(await kernel.run('1')), '1');
});

test('what a cell makes of a method of the language holds for cells, and not for the kernel', async () => {
  await kernel.run(`const define = Reflect.defineProperty, find = Reflect.getOwnPropertyDescriptor;
let owner: object = Reflect, key = '', own: PropertyDescriptor = {};`);
  const types = ['Array', 'String', 'Map', 'Set', 'RegExp', 'Object', 'Function'];
  const owners = [...types, ...types.map((type) => `${type}.prototype`), 'Reflect', 'Math'];
  owners.push('Object.getPrototypeOf([].values())');
  for (const owner of owners) {
    const value: object = new Function(`return ${owner}`)();
    for (const [name, { value: method, configurable }] of Object.entries(
      Object.getOwnPropertyDescriptors(value),
    )) {
      if (typeof method !== 'function' || !configurable || name === 'constructor') continue;
      const what = `${owner}.${name}`;
      const replaced = await kernel.run(`owner = ${owner}; key = '${name}'; own = find(owner, key)!;
define(owner, key, { value: () => [], configurable: true, writable: true });`);
      assert.is(replaced.reply.status, 'ok', what);
      const wrong = await kernel.run('const text: string = 3;');
      assert.match(wrong.reply.evalue ?? '', 'not assignable', what);
      const failing = await kernel.run("throw new Error('still seen')");
      assert.is(failing.reply.evalue, 'still seen', what);
      assert.is(resultOf(await kernel.run('6 * 7')), '42', what);
      await kernel.run('define(owner, key, own);');
    }
  }
});

test('what a cell adds to all objects holds for cells, and not for the kernel', async () => {
  await kernel.run(`const added = ['get', 'set', 'value', 'enumerable', 'length', 'fileName'];
for (const name of added) {
  Object.defineProperty(Object.prototype, name, { value: () => 3, configurable: true, enumerable: true });
}`);
  const wrong = await kernel.run('const text: string = 3;');
  assert.match(wrong.reply.evalue ?? '', 'not assignable');
  assert.is(resultOf(await kernel.run("'enumerable' in {}")), 'true');
  await kernel.run('for (const name of added) Reflect.deleteProperty(Object.prototype, name);');
});

test('a method that is replaced for good ends the work, in words', async () => {
  const own = await KernelSession.start(folder, join(folder, 'log of its own'));
  try {
    await own.run(
      `Object.defineProperty(Array.prototype, 'flatMap', { value: () => [], configurable: false });`,
    );
    const { reply } = await own.run('1 + 1');
    assert.match(reply.evalue ?? '', 'flatMap');
    assert.match(reply.evalue ?? '', 'restart the kernel');
  } finally {
    await own.end();
  }
});

test('a cell cannot make a failing cell pass by changing what the kernel runs on', async () => {
  const tampering = await kernel.run(`const root = ${JSON.stringify(packageFolder)};
const native = require('node:module').createRequire(root + '/package.json');
for (const file of ['jupyter.js', 'executor.js', 'converter.js']) {
  const loaded = native('tslab/dist/' + file);
  for (const part of Object.values<any>(loaded)) {
    if (typeof part !== 'function' || !part.prototype) continue;
    for (const name of Object.getOwnPropertyNames(part.prototype)) {
      try { part.prototype[name] = () => ({ status: 'ok', execution_count: 1 }); } catch {}
    }
  }
}
for (const file of ['kernel', 'errors', 'evaluate-cell', 'stack-traces']) {
  const loaded = native(root + '/dist/kernel/' + file + '.js');
  for (const name of Object.keys(loaded)) {
    try { loaded[name].prototype.fail = () => undefined; loaded[name].prototype.framesOf = () => []; } catch {}
    try { loaded[name] = () => undefined; } catch {}
  }
}
const vm = require('node:vm');
vm.Script.prototype.runInThisContext = () => () => 1;
require('node:assert').strict = require('node:assert').ok = () => true;
Error.prepareStackTrace = () => 'nothing happened';
Promise.prototype.catch = async () => 1;
process.removeAllListeners();
'done'`);
  assert.is(resultOf(tampering), 'done', tampering.reply.traceback?.join('\n'));
  const { reply } = await kernel.run("throw new Error('still seen')");
  assert.is(reply.status, 'error');
  assert.is(reply.evalue, 'still seen');
});

test.run();

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

test('errors that nobody caught are told of, whatever cells make of the events of the process', async () => {
  const late = `setTimeout(() => { throw new Error('late') }, 10); await new Promise(() => {});`;
  const rejected = `void Promise.reject(new Error('rejected')); await new Promise(() => {});`;
  for (const change of [
    "process.removeAllListeners('uncaughtException').removeAllListeners('unhandledRejection');",
    'process.removeAllListeners();',
    `for (const name of process.eventNames()) {
  for (const listener of process.listeners(name as 'exit')) process.off(name as 'exit', listener);
}`,
    "process.on('uncaughtException', () => { throw new Error('of the listener') });",
    'process.emit = (() => false) as never;',
    'process.on = process.off = process.listeners = (() => process) as never;',
  ]) {
    assert.is((await kernel.run(change)).reply.status, 'ok', change);
    assert.is((await kernel.run(late)).reply.evalue, 'late', change);
    assert.is((await kernel.run(rejected)).reply.evalue, 'rejected', change);
    assert.is(resultOf(await kernel.run('6 * 7')), '42', change);
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
process.removeAllListeners();
'done'`);
  assert.is(resultOf(tampering), 'done', tampering.reply.traceback?.join('\n'));
  const { reply } = await kernel.run("throw new Error('still seen')");
  assert.is(reply.status, 'error');
  assert.is(reply.evalue, 'still seen');
});

test.run();

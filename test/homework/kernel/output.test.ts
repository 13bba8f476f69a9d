import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../support/temporary-folder';
import { type Answer, KernelSession, printedBy, resultOf } from './kernel-session';

const folder = temporaryFolder();
let kernel: KernelSession;

test.before(async () => {
  kernel = await KernelSession.start(folder, join(folder, 'log'));
});

test.after(async () => {
  await kernel.end();
});

const SLEEP = 'await new Promise((resolve) => setTimeout(resolve, 300));';
/** What a cell has said by now, whenever it said so. */
async function saidBy({ reply }: Answer): Promise<string> {
  const all = await kernel.listen(0.2);
  return printedBy({ outputs: all[reply.execution_count! - 1] });
}

test('what a cell prints late stands under that cell, from timers and promises alike', async () => {
  const late = await kernel.run(`setTimeout(() => console.log('timer'), 100);
(async () => { await new Promise((resolve) => setTimeout(resolve, 150)); console.log('promise'); })();
console.log('now');`);
  const next = await kernel.run(`${SLEEP} console.log('own');`);
  assert.is(await saidBy(late), 'now\ntimer\npromise\n');
  assert.is(await saidBy(next), 'own\n');
});

test('an error that nobody caught fails its cell while that runs, and is told under it later', async () => {
  const running = await kernel.run(
    `setTimeout(() => { throw new Error('at once') }, 20); ${SLEEP}`,
  );
  assert.is(running.reply.evalue, 'at once');
  const rejected = await kernel.run(`Promise.reject(new TypeError('nobody')); ${SLEEP}`);
  assert.is(rejected.reply.ename, 'TypeError');
  const over = await kernel.run("setTimeout(() => { throw new Error('too late') }, 100); 1");
  await kernel.run(SLEEP);
  const outputs = (await kernel.listen(0.1))[over.reply.execution_count! - 1];
  assert.match(printedBy({ outputs }, 'stderr'), /^UncaughtException: .*Error: too late/s);
});

test('what is printed in pieces is sent together, all of it, in order', async () => {
  const answer = await kernel.run('for (let i = 0; i < 9000; i++) console.log(i);');
  const expected = Array.from({ length: 9000 }, (_, i) => `${i}\n`).join('');
  assert.is(printedBy(answer), expected);
  assert.ok(answer.outputs.length < 100, `${answer.outputs.length} messages`);
});

test('the two streams keep their order', async () => {
  const { outputs } = await kernel.run("console.log('a'); console.error('b'); console.log('c');");
  assert.equal(
    outputs.map(({ name, text }) => [name, text]),
    [
      ['stdout', 'a\n'],
      ['stderr', 'b\n'],
      ['stdout', 'c\n'],
    ],
  );
});

test('streams take callbacks, encodings and bytes', async () => {
  const answer = await kernel.run(`process.stdout.write('one\\n');
process.stdout.write(Buffer.from('zw\u00f6lf\\n'));
process.stdout.write('dHdv', 'base64');
await new Promise<void>((resolve) => process.stdout.write('\\nthree', () => resolve()));`);
  assert.is(printedBy(answer), 'one\nzwölf\ntwo\nthree');
});

test('a character whose bytes come one by one is one character', async () => {
  const answer =
    await kernel.run(`for (const byte of Buffer.from('zwölf\u{1f642}\\n')) process.stdout.write(Buffer.of(byte));
import { spawn as start } from 'node:child_process';
const wide = start(process.execPath, ['-e', 'process.stdout.write("a" + "ä".repeat(100_000))'], { stdio: 'inherit' });
await new Promise((resolve) => wide.on('close', resolve));`);
  assert.is(printedBy(answer), `zwölf\u{1f642}\na${'ä'.repeat(100_000)}`);
});

test('a stream that is ended or piped to prints on, in this cell and the next', async () => {
  const code = `import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
await pipeline(Readable.from(['a', 'b\\n']), process.stdout);
process.stdout.end('c\\n');
await new Promise<void>((resolve) => process.stdout.end('d\\n', () => resolve()));
console.log('e');`;
  for (let i = 0; i < 2; i++) assert.is(printedBy(await kernel.run(code)), 'ab\nc\nd\ne\n');
});

test('what is written to the descriptors 1 and 2 stands in its cell, in its place', async () => {
  const answer = await kernel.run(`import fs from 'node:fs';
import { promisify } from 'node:util';
console.log(1);
fs.writeSync(1, '2\\n');
fs.writeSync(process.stdout.fd, Buffer.from('-3\\n-'), 1, 2);
fs.writeFileSync(1, '4\\n');
fs.appendFileSync('/dev/stdout', '5\\n');
fs.writevSync(1, [Buffer.from('6'), Buffer.from('\\n')]);
console.log(7);
const { bytesWritten } = await promisify(fs.write)(1, Buffer.from('8\\n'));
await promisify(fs.writeFile)(1, '9\\n');
const stream = fs.createWriteStream('', { fd: 1 });
await new Promise<void>((resolve) => stream.end('10\\n', () => resolve()));
fs.writeSync(2, 'wrong\\n');
fs.writeFileSync('written', 'as ever');
[bytesWritten, fs.readFileSync('written', 'utf8')]`);
  assert.is(answer.reply.status, 'ok', answer.reply.traceback?.join('\n'));
  assert.is(printedBy(answer), '1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n');
  assert.is(printedBy(answer, 'stderr'), 'wrong\n');
  assert.is(resultOf(answer), "[ 2, 'as ever' ]");
});

test('what child processes print is shown, with inherited streams, too', async () => {
  const answer =
    await kernel.run(`import { execSync, execFileSync, spawn, spawnSync } from 'node:child_process';
execSync('echo one', { stdio: 'inherit' });
execFileSync('echo', ['two'], { stdio: ['ignore', 'inherit', 'inherit'] });
spawnSync('sh', ['-c', 'echo three; echo wrong >&2'], { stdio: 'inherit' });
await new Promise((resolve) => spawn('echo', ['four'], { stdio: 'inherit' }).on('close', resolve));`);
  assert.is(answer.reply.status, 'ok', answer.reply.traceback?.join('\n'));
  assert.is(printedBy(answer), 'one\ntwo\nthree\nfour\n');
  assert.is(printedBy(answer, 'stderr'), 'wrong\n');
});

test('so is what comes from forks and workers', async () => {
  const answer = await kernel.run(`import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
writeFileSync('fork.js', "console.log('fork', ...process.argv.slice(2)); process.send?.('sent')");
const said: unknown[] = [];
const forked = fork('fork.js', ['1']).on('message', (message) => said.push(message));
await new Promise((resolve) => forked.on('close', resolve));
const piped = fork('fork.js', { silent: true });
piped.stdout!.on('data', (data) => said.push(String(data)));
await new Promise((resolve) => piped.on('close', resolve));
const worker = new Worker("console.log('worker')", { eval: true });
await new Promise((resolve) => worker.on('exit', resolve));
said`);
  assert.is(answer.reply.status, 'ok', answer.reply.traceback?.join('\n'));
  assert.is(printedBy(answer), 'fork 1\nworker\n');
  assert.is(resultOf(answer), "[ 'sent', 'fork\\n' ]");
});

test('more than 10,000 lines or 1 MB stop the cell, however it prints them; variables stay', async () => {
  await kernel.run('let printed = 0;');
  const cases = [
    'for (;;) { printed++; console.log("again"); }',
    'for (;;) { printed++; console.log("again"); await new Promise((resolve) => setImmediate(resolve)); }',
    'printed++; process.stdout.write("x".repeat(2_000_000));',
  ];
  for (const code of cases) {
    const { reply } = await kernel.run(code);
    assert.is(reply.ename, 'PrintedTooMuch', code);
    assert.match(reply.evalue!, /^more than (10,000 lines|1 MB of text)$/);
  }
  assert.ok(Number(resultOf(await kernel.run('printed'))) > 10_000);
});

test('a value is shown once, as text without quotes around it, and nothing for undefined', async () => {
  const text = await kernel.run("'a string'");
  assert.equal(
    text.outputs.map(({ type, data }) => [type, data]),
    [['execute_result', { 'text/plain': 'a string' }]],
  );
  assert.equal((await kernel.run('undefined')).outputs, []);
  assert.equal((await kernel.run("console.log('x')")).outputs.length, 1);
  assert.is(resultOf(await kernel.run('[1, { a: "b" }]')), "[ 1, { a: 'b' } ]");
});

test('a text of more than 1 MB is cut off where it is shown', async () => {
  const shown = resultOf(await kernel.run("'x'.repeat(3_000_000)"))!;
  assert.is(shown, `${'x'.repeat(1_000_000)}… 2,000,000 more characters`);
});

test('promises and timers are shown as in Node, without what the kernel notes on them', async () => {
  assert.is(resultOf(await kernel.run('[Promise.resolve(4)]')), '[ Promise { 4 } ]');
  for (const code of ['setTimeout(() => {}, 1)', 'setImmediate(() => {})']) {
    const shown = resultOf(await kernel.run(code))!;
    assert.match(shown, /^(Timeout|Immediate) \{/);
    assert.not.match(shown, 'CellOutput');
  }
});

test('tensors, models, image sets and tables are shown by what matters in them', async () => {
  const ready = await kernel.run(`import { mlp, mnist, tf } from 'notegrad';
import { DataFrame } from 'danfojs-node';`);
  assert.is(ready.reply.status, 'ok', ready.reply.traceback?.join('\n'));
  assert.is(
    resultOf(await kernel.run('tf.tensor2d([[1, 2], [3, 4]])')),
    'Tensor float32 [2, 2]\n    [[1, 2],\n     [3, 4]]',
  );
  const large = resultOf(await kernel.run('tf.zeros([1000, 3])'))!;
  assert.match(large, /^Tensor float32 \[1000, 3\]\n/);
  assert.ok(large.split('\n').length < 20);
  const gone = 'const gone = tf.scalar(1); gone.dispose(); gone';
  assert.is(resultOf(await kernel.run(gone)), 'Tensor float32 [] (disposed)');
  assert.match(
    resultOf(await kernel.run('mlp({ inputShape: [4], hiddenSizes: [3], numClasses: 2 })'))!,
    'Total params',
  );
  const frame = await kernel.run("new DataFrame({ name: ['<a>', 'b'], n: [1, 2] })");
  const { data } = frame.outputs.find(({ type }) => type === 'execute_result')!;
  assert.match(data!['text/plain'], '<a>');
  assert.match(data!['text/html'], '<td>&lt;a&gt;</td><td>1</td>');
});

test('a value can say itself how it is shown', async () => {
  const { outputs } = await kernel.run(
    "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>x</b>', 'text/plain': 'x' }) })",
  );
  assert.equal(outputs[0].data, { 'text/plain': 'x', 'text/html': '<b>x</b>' });
});

test('a value is shown without a word to its proxy, and whatever its getters throw', async () => {
  const proxy = await kernel.run(`const asked: unknown[] = [];
new Proxy({ a: 1 }, { get(target, name) { asked.push(name); throw new Error('asked'); } })`);
  assert.is(resultOf(proxy), '{ a: 1 }');
  assert.is(resultOf(await kernel.run('asked.length')), '0');
  const names = "['dtype', 'shape', 'summary', 'parts', 'pixels', 'columns']";
  const getters = await kernel.run(`const throwing = {};
for (const name of ${names}) {
  Object.defineProperty(throwing, name, { get() { throw new Error(name); } });
}
throwing`);
  assert.is(resultOf(getters), '{}', getters.reply.evalue);
});

test("tslab's display shows, in the order of what is printed", async () => {
  const { outputs } = await kernel.run(
    "import { display } from 'tslab';\nconsole.log('a'); display.html('<i>b</i>'); console.log('c');",
  );
  assert.equal(
    outputs.map(({ text, data }) => text ?? data!['text/html']),
    ['a\n', '<i>b</i>', 'c\n'],
  );
});

test('the kernel is busy until its cell is over, whatever else it is asked', async () => {
  const running = kernel.run(SLEEP);
  const { all } = await running;
  assert.equal(
    all.flatMap((one) => ('execution_state' in one ? [one.execution_state] : [])),
    ['busy', 'idle'],
  );
});

test('nothing goes to the terminal that started the kernel', () => {
  assert.is(readFileSync(join(folder, 'log'), 'utf8'), '');
});

test.run();

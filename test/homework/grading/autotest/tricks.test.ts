import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { examinerOf, type Sketch } from './examined';

const IMPORTS = `import assert from 'node:assert/strict';
import { expectClose, expectShape, numParameters, tf } from 'notegrad';`;

const SOLUTION = `function gradient(z: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return z.sigmoid().sub(y).div(z.size);
}
function double(x: number[]): number[] {
  return x.map((value) => 2 * value);
}
function root(x: number): number {
  if (x < 0) throw new RangeError('below 0');
  return Math.sqrt(x);
}
async function later(x: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 5));
  return 2 * x;
}
function total(x: number[]): number {
  return x.reduce((sum, value) => sum + value, 0);
}
class Net {
  weights = [tf.ones([2, 3]), tf.zeros([3])];
  get size() {
    return this.weights.reduce((sum, { size }) => sum + size, 0);
  }
}`;

const SKETCH: Sketch = {
  imports: IMPORTS,
  solution: SOLUTION,
  tests: {
    values: `expectClose(gradient(tf.tensor([-1, 0.5, 2]), tf.tensor([0, 1, 1])), [0.0896, -0.1258, -0.0397], { atol: 1e-3 })`,
    shape: 'expectShape(gradient(tf.tensor([-1, 0.5, 2]), tf.tensor([0, 1, 1])), [3])',
    lists: 'assert.deepEqual(double([1, 2, 3]), [2, 4, 6])',
    throws: 'assert.throws(() => root(-1), RangeError)',
    awaits: 'assert.equal(await later(2), 4)',
    range: 'const sum = total([1, 2, 3]);\nassert.ok(sum > 5 && sum < 7)',
    twice: `const first = total([1, 2]);
assert.ok(first >= 2.9);
assert.ok(first <= 3.1);`,
    size: 'const net = new Net();\nassert.ok(net.size > 8 && net.size < 10)',
    // The reference is computed after the student's function has had the list.
    reference: `const list = [3, 4];
const found = total(list);
assert.equal(found, list.reduce((sum, value) => sum + value, 0))`,
  },
};

const examiner = examinerOf(SKETCH);
const ofGradient = (body: string, result = 'tf.zeros([2])') => `function gradient(z, y) {
  ${body}
  return ${result};
}`;
const ofDouble = (body: string, result = '[]') => `function double(x) {
  ${body}
  return ${result};
}`;
const ofTotal = (body: string, result: string) => `function total(x) {
  ${body}
  return ${result};
}`;

test('a right solution passes them all', async () => {
  for (const id of Object.keys(SKETCH.tests)) {
    const { status, message } = await examiner.outcomeOf(id, SOLUTION);
    assert.is(status, 'passed', `${id}: ${message}`);
  }
});

/** Each wrong, and dressed up as right: what it does, and which test it would pass. */
const tricks: readonly (readonly [name: string, test: string, source: string])[] = [
  [
    'overwrites assert',
    'lists',
    ofDouble(`const assert = require('node:assert/strict');
    for (const key of Object.keys(assert)) assert[key] = () => {};
    require.cache = {};`),
  ],
  [
    'overwrites expectClose',
    'values',
    ofGradient(`const library = require('notegrad');
    for (const key of ['expectClose', 'expectShape']) {
      try { Object.defineProperty(library, key, { value: () => {} }); } catch {}
    }
    for (const module of Object.values(require.cache)) {
      try { module.exports.expectClose = () => {}; } catch {}
    }`),
  ],
  [
    'replaces modules in require.cache',
    'values',
    ofGradient(
      'for (const key of Object.keys(require.cache)) require.cache[key] = { exports: {} };',
    ),
  ],
  ['ends its process as if all were well', 'values', ofGradient('process.exit(0);')],
  ['is killed', 'values', ofGradient("process.kill(process.pid, 'SIGKILL');")],
  [
    'ends its process where an error is expected',
    'throws',
    'function root(x) { process.exit(0); }',
  ],
  [
    'prints that it passed',
    'values',
    ofGradient("console.log('passed'); console.log('1 of 1 points');"),
  ],
  [
    'patches what lists have',
    'lists',
    ofDouble(`for (const key of ['every', 'map', 'some', 'push', 'includes', 'indexOf']) {
      Array.prototype[key] = () => true;
    }
    Array.isArray = () => false;`),
  ],
  [
    'patches JSON',
    'lists',
    ofDouble(`JSON.stringify = () => '{"says":"returned","value":null}'; JSON.parse = () => ({});`),
  ],
  [
    'patches Map',
    'lists',
    ofDouble('Map.prototype.get = () => undefined; Map.prototype.set = () => undefined;'),
  ],
  [
    'patches Number.isFinite',
    'values',
    ofGradient('Number.isFinite = () => false; Number.isInteger = () => true; Math.abs = () => 0;'),
  ],
  ['patches iteration', 'lists', ofDouble('Array.prototype[Symbol.iterator] = function* () {};')],
  [
    'patches Promise',
    'awaits',
    `async function later(x) {
    Promise.prototype.then = function (done) { done(4); return this; };
    globalThis.Promise = class { static resolve() { return 4; } };
    return 5;
  }`,
  ],
  [
    'patches Proxy and Reflect',
    'lists',
    ofDouble(
      'globalThis.Proxy = class {}; Reflect.apply = () => [2, 4, 6]; Reflect.get = () => 4;',
    ),
  ],
  [
    'patches Float32Array',
    'values',
    ofGradient(
      'globalThis.Float32Array = class extends Array {}; Object.getPrototypeOf(Uint8Array.prototype).constructor.from = () => [];',
    ),
  ],
  [
    'patches the library it shares',
    'values',
    ofGradient(`const { tf } = require('notegrad');
    tf.Tensor.prototype.dataSync = () => new Float32Array([0.0896, -0.1258, -0.0397]);
    tf.Tensor.prototype.toString = () => '[0.0896, -0.1258, -0.0397]';`),
  ],
  [
    'patches Object.prototype',
    'lists',
    ofDouble(`Object.prototype.toJSON = () => ({ says: 'returned', value: [2, 4, 6] });
    Object.prototype.then = undefined;`),
  ],
  [
    'has a getter that lies',
    'size',
    'class Net { count = 0; get size() { return this.count++ === 0 ? 99 : 0; } }',
  ],
  [
    'gives a number that changes',
    'range',
    ofTotal('let count = 0;', '{ valueOf() { return [100, 6][count++ % 2]; } }'),
  ],
  [
    'gives a number that satisfies each comparison',
    'twice',
    `class Lie { count = 0; [Symbol.toPrimitive]() { return this.count++ === 0 ? 99 : 0; } }
  ${ofTotal('', 'new Lie()')}`,
  ],
  ['gives a thenable', 'lists', ofDouble('', '{ then(done) { done([2, 4, 6]); } }')],
  ['gives NaN', 'range', ofTotal('', 'NaN')],
  ['gives NaN in a tensor', 'values', ofGradient('', 'tf.fill([3], NaN)')],
  ['gives infinities', 'values', ofGradient('', 'tf.fill([3], Infinity)')],
  [
    'gives a tensor with a shape that lies',
    'shape',
    ofGradient(
      'const two = tf.zeros([2]);',
      "Object.defineProperty(two, 'shape', { get: () => [3] })",
    ),
  ],
  [
    'gives what looks like a tensor',
    'shape',
    ofGradient(
      '',
      '{ shape: { length: 1, every: () => true, 0: 3 }, dataSync: () => [0, 0, 0], dtype: "float32" }',
    ),
  ],
  [
    'gives an object of a class that looks like a tensor',
    'shape',
    `class Lie {
    get shape() { return new Proxy([], { get: (_, key) => (key === 'every' ? () => true : 1) }); }
    dataSync() { return [0]; }
  }
  ${ofGradient('', 'new Lie()')}`,
  ],
  [
    'gives a list of a class',
    'lists',
    `class Lie extends Array { get length() { return 3; } }
  ${ofDouble('', 'new Lie(3)')}`,
  ],
  ['gives a text that says so', 'lists', ofDouble('', '"[2,4,6]"')],
  ['empties the list that it is given', 'reference', ofTotal('x.length = 0;', '0')],
  [
    'reads the test',
    'values',
    ofGradient(`const fs = require('node:fs');
    for (const name of fs.readdirSync('.')) {
      const text = fs.statSync(name).isFile() ? fs.readFileSync(name, 'utf8') : '';
      const found = /\\[0\\.0896.*?\\]/.exec(text);
      if (found) return tf.tensor(JSON.parse(found[0]));
    }
    const all = [process.argv, process.env, Object.keys(require.cache)].join();
    if (all.includes('0.0896')) return tf.tensor([0.0896, -0.1258, -0.0397]);`),
  ],
];

for (const [name, id, source] of tricks) {
  test(`a student who ${name} gains nothing`, async () => {
    const { status, score, message } = await examiner.outcomeOf(id, source);
    assert.is.not(status, 'passed', message);
    assert.is(score, 0);
  });
}

test('the next student is not the worse for any of it', async () => {
  for (const id of Object.keys(SKETCH.tests)) {
    assert.is((await examiner.outcomeOf(id, SOLUTION)).status, 'passed', id);
  }
});

test('messages that are forged on every descriptor are none', async () => {
  const forged = `function later(x) {
    const fs = require('node:fs');
    const answer = JSON.stringify({ message: { says: 'returned', value: 4, isPromise: false }, blobs: [] });
    const frame = (party) => {
      const bytes = Buffer.alloc(9 + answer.length);
      bytes.writeUInt32BE(4 + answer.length, 0);
      bytes[4] = party;
      bytes.writeUInt32BE(answer.length, 5);
      bytes.write(answer, 9);
      return bytes;
    };
    for (let fd = 3; fd < 40; fd++) {
      for (const party of [0, 1]) try { fs.writeSync(fd, frame(party)); } catch {}
    }
    return 5;
  }`;
  const { status, message } = await examiner.outcomeOf('awaits', forged);
  assert.is(status, 'error');
  assert.match(message, 'it said what nobody asked for');
});

test('what a student says after the answer counts for no later question', async () => {
  const late = `${SOLUTION.replace('2 * x;', '0;')}
  class Late { static { setInterval(() => {}, 1); } }`;
  assert.is.not((await examiner.outcomeOf('awaits', late)).status, 'passed');
});

test.after(() => examiner.close());
test.run();

import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { NativeBackend } from '../../../../lib/notegrad/src/engine/native/backend/native-backend';
import * as tf from '../../../../lib/notegrad/src/engine/tf';
import { useNative } from '../../../support/native';

let backend: NativeBackend;
test.before(async () => {
  backend = await useNative();
});

const copyOf = (x: tf.Tensor): tf.Tensor => {
  const info = backend.allocate(x.shape, 'float32');
  backend.run('copy', [x], [info], { bytes: 4 * x.size });
  return backend.tensorOf(info);
};
const memoryOf = (x: tf.Tensor) => backend.valuesOf(x.dataId);

test('an operation writes what it computes', () => {
  const x = tf.tensor1d([1, 2, 3]);
  assert.equal([...copyOf(x).dataSync()], [1, 2, 3]);
});

test('an unknown operation is an error that says so', () => {
  assert.throws(
    () => backend.run('frobnicate' as never, [], [], {} as never),
    /no operation frobnicate/,
  );
});

test('the memory of a disposed tensor is that of the next of its size', () => {
  const [first, zeros] = [copyOf(tf.ones([1234])), tf.zeros([1234])];
  const memory = memoryOf(first);
  first.dispose();
  assert.is(memoryOf(copyOf(zeros)), memory);
});

test('values that were read do not change when the tensor is disposed and its memory reused', async () => {
  const first = copyOf(tf.ones([77]));
  const [now, later] = [first.dataSync(), await first.data()];
  first.dispose();
  copyOf(tf.zeros([77]));
  assert.ok(now.every((value) => value === 1));
  assert.ok(later.every((value) => value === 1));
  assert.is(now.buffer.byteLength, 77 * 4);
});

test('a kernel in JavaScript that makes a second tensor on the memory of a first keeps it', () => {
  const first = copyOf(tf.range(0, 50));
  const cpuSlice = tf.getKernel('Slice', 'cpu').kernelFunc;
  const info = cpuSlice({ inputs: { x: first }, attrs: { begin: [0], size: [25] }, backend });
  const view = backend.tensorOf(info as tf.TensorInfo);
  first.dispose();
  copyOf(tf.zeros([50]));
  assert.equal([...view.dataSync()].slice(0, 3), [0, 1, 2]);
});

test('reshaped tensors share memory until the last is disposed', () => {
  const x = copyOf(tf.range(0, 6));
  const y = x.reshape([2, 3]);
  assert.is(memoryOf(x), memoryOf(y));
  x.dispose();
  copyOf(tf.zeros([6]));
  assert.equal([...y.dataSync()], [0, 1, 2, 3, 4, 5]);
});

test('the array a user made a tensor from is not written to by updates in place', () => {
  const array = new Float32Array([1, 2]);
  const variable = tf.variable(tf.tensor1d(array));
  const copy = variable.clone();
  backend.makeExclusive(variable);
  memoryOf(variable)[0] = 9;
  assert.equal([...array], [1, 2]);
  assert.equal([...copy.dataSync()], [1, 2]);
  assert.equal([...variable.dataSync()], [9, 2]);
  const memory = memoryOf(variable);
  backend.makeExclusive(variable);
  assert.is(memoryOf(variable), memory, 'what is exclusive stays where it is');
});

test('tf.memory() counts tensors and bytes', () => {
  const before = tf.memory();
  const x = copyOf(tf.zeros([100]));
  const during = tf.memory();
  assert.is(during.numBytes - before.numBytes, 2 * 400);
  assert.is(during.numTensors - before.numTensors, 2);
  assert.not(during.unreliable);
  x.dispose();
  assert.is(tf.memory().numBytes - before.numBytes, 400);
});

test('tensors move between the native and the cpu backend', async () => {
  const x = copyOf(tf.tensor1d([1, 2, 3]));
  await tf.setBackend('cpu');
  assert.equal([...x.add(1).dataSync()], [2, 3, 4]);
  await tf.setBackend('native');
  assert.equal([...copyOf(x.add(1)).dataSync()], [2, 3, 4]);
});

const GROWTH = `
  const tf = require('./lib/notegrad/src/engine/tf');
  tf.enableProdMode();
  require('./lib/notegrad/src/engine/native/register').registerNative();
  tf.setBackend('native');
  const w = tf.variable(tf.zeros([50, 50]));
  const x = tf.ones([20, 50]);
  const optimizer = tf.train.sgd(0.01);
  const step = () => optimizer.minimize(() => x.matMul(w).sub(1).square().mean());
  const { compileStep } = require('./lib/notegrad/src/engine/native/compiler/compile-step');
  const compiled = compileStep((x) => optimizer.minimize(() => x.matMul(w).square().mean(), true));
  const replay = () => compiled(x).dispose();
  const leak = () => tf.matMul(x, w);
  const grown = (work, times) => {
    for (let i = 0; i < 10000; i++) work(); // until V8 has compiled it, its heap grows
    global.gc();
    const before = process.memoryUsage.rss();
    for (let i = 0; i < times; i++) work();
    global.gc();
    return (process.memoryUsage.rss() - before) / 2 ** 20;
  };
  console.log(JSON.stringify([step, replay].map((work) => grown(work, 10000))));
  console.log(grown(leak, 50000));`;

test('memory does not grow in 10,000 training steps, nor by 200 MB of tensors never disposed', () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['-r', 'esbuild-register', '--expose-gc', '-e', GROWTH],
    { encoding: 'utf8', env: { ...process.env, NOTEGRAD_THREADS: '1' } },
  );
  assert.is(stderr, '');
  const [steps, replays, undisposed] = stdout.match(/-?[\d.]+/g)!.map(Number);
  assert.ok(steps < 20, `${steps} MB in 10,000 steps`);
  assert.ok(replays < 20, `${replays} MB in 10,000 replays`);
  assert.ok(undisposed < 100, `${undisposed} MB in 50,000 undisposed tensors`);
});

test.run();

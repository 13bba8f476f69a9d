import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../../lib/notegrad/src/engine/wasm/load';

const listeners = {
  uncaughtException: process.rawListeners('uncaughtException'),
  unhandledRejection: process.rawListeners('unhandledRejection'),
};

test('before it is loaded, wasm is not a backend that tfjs would take', () => {
  assert.is(tf.findBackendFactory('wasm'), null);
});

test('loading says what it runs on and makes it the backend', async () => {
  assert.is(await loadWasm(), 'wasm (SIMD, 1 thread)');
  assert.is(tf.getBackend(), 'wasm');
  assert.equal(Array.from(tf.add([1, 2], [3, 4]).dataSync()), [4, 6]);
});

test('it leaves no listener for uncaught errors in the process', () => {
  assert.equal(process.rawListeners('uncaughtException'), listeners.uncaughtException);
  assert.equal(process.rawListeners('unhandledRejection'), listeners.unhandledRejection);
});

test('loaded again, it is the same backend', async () => {
  const before = tf.backend();
  await loadWasm();
  assert.is(tf.backend(), before);
});

test('a tensor that has no place left is refused, and what is there stays right', () => {
  const backend = tf.backend() as BackendWasm;
  const kept = tf.tensor1d([1, 2, 3]);
  const giants: tf.TensorInfo[] = [];
  const fill = () => {
    for (let i = 0; i < 5; i++) giants.push(backend.makeOutput([2 ** 28], 'float32'));
  };
  assert.throws(fill, /no place for 1073741824 bytes more .* 4 GiB at most/);
  for (const { dataId } of giants) backend.disposeData(dataId);
  assert.equal(Array.from(kept.add(1).dataSync()), [2, 3, 4]);
});

test('every kernel of the cpu backend is there', () => {
  const names = (backend: string) => tf.getKernelsForBackend(backend).map((k) => k.kernelName);
  const wasm = new Set(names('wasm'));
  assert.equal(
    names('cpu').filter((name) => !wasm.has(name)),
    [],
  );
});

test.run();

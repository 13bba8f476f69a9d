import { dirname, join } from 'node:path';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { EngineError } from '../../errors';
import { applyOnce } from '../patches/patch';
import { fullMemory } from '../patches/wasm/full-memory';
import * as tf from '../tf';

/**
 * Makes tfjs compute and train in WebAssembly, and returns what it runs on: `wasm (SIMD, 1 thread)`.
 * It is one thread always: tfjs's threaded build does not start under Node, and where it is made to,
 * it still computes in one.
 *
 * @throws EngineError when the backend does not start
 */
export async function loadWasm(): Promise<string> {
  // Not before it is wanted: once imported, it is the backend that tfjs takes by itself.
  const { registerWasmGradients }: typeof import('./register') = require('./register');
  const { setWasmPaths }: typeof import('@tensorflow/tfjs-backend-wasm') =
    require('@tensorflow/tfjs-backend-wasm');
  const isFirst = tf.findBackend('wasm') == null;
  registerWasmGradients();
  setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'));
  const isReady = await withoutNewListeners(() => tf.setBackend('wasm'));
  if (!isReady) throw new EngineError('the WebAssembly backend of tfjs did not start');
  if (isFirst) applyOnce([fullMemory(tf.backend() as BackendWasm)]);
  const hasSimd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return `wasm (${hasSimd ? 'SIMD' : 'no SIMD'}, 1 thread)`;
}

/**
 * Emscripten's start adds listeners to the process that throw every uncaught error anew, which would
 * kill a notebook's kernel and print the whole minified module: they are taken off again.
 */
async function withoutNewListeners<T>(work: () => Promise<T>): Promise<T> {
  const events = ['uncaughtException', 'unhandledRejection'];
  const before = events.map((event) => process.rawListeners(event));
  const result = await work();
  events.forEach((event, i) => {
    for (const listener of process.rawListeners(event)) {
      if (before[i].includes(listener)) continue;
      process.removeListener(event, listener as (...args: unknown[]) => void);
    }
  });
  return result;
}

import os from 'node:os';
import { EngineError } from '../../errors';
import { nativePatches } from '../patches/native';
import { applyOnce } from '../patches/patch';
import * as tf from '../tf';
import { type Libraries, loadAddon } from './backend/addon';
import { NativeBackend } from './backend/native-backend';
import { kernels } from './kernels';
import { settle } from './kernels/native-kernel';

const PRIORITY = 10;

/**
 * Registers the backend `native`: oneDNN, OpenBLAS and our own loops for the kernels that training
 * needs, tfjs's `cpu` kernels for all others. `NOTEGRAD_THREADS` sets its threads (default: the
 * cores available).
 *
 * @returns One line for people: `native (oneDNN 2.6.3, OpenBLAS 0.3.21, 2 threads, AVX-512)`.
 * @throws EngineError when the addon is not built, or does not load: it says what to install.
 */
export function registerNative(): string {
  if (tf.findBackendFactory('native') == null) {
    const addon = loadAddon();
    addon.setThreads(threadCount());
    const backend = new NativeBackend(addon);
    registerJavaScriptKernels(backend);
    for (const kernel of kernels) registerNativeKernel(kernel);
    applyOnce(nativePatches);
    tf.registerBackend('native', () => backend, PRIORITY);
    description = describe(addon.libraries());
  }
  return description;
}

let description = '';

function describe({ onednn, openblas, threads, isa }: Libraries): string {
  const plural = threads === 1 ? 'thread' : 'threads';
  return `native (oneDNN ${onednn}, OpenBLAS ${openblas}, ${threads} ${plural}, ${isa})`;
}

function threadCount(): number {
  const wanted = process.env.NOTEGRAD_THREADS;
  if (wanted === undefined || wanted === '') return os.availableParallelism();
  if (/^[1-9]\d{0,3}$/.test(wanted)) return Number(wanted);
  throw new EngineError(`NOTEGRAD_THREADS must be a whole number from 1 to 9999: ${wanted}`);
}

/** They hand on the memory of their input, and do not look at it. */
const sharing: ReadonlySet<string> = new Set([tf.Identity, tf.Reshape]);

/** The kernels of tfjs's `cpu` backend work on our memory too, once it holds what they read. */
function registerJavaScriptKernels(backend: NativeBackend): void {
  for (const config of tf.getKernelsForBackend('cpu')) {
    const { kernelFunc } = config;
    tf.registerKernel({
      ...config,
      backendName: 'native',
      kernelFunc: (call) => {
        if (sharing.has(config.kernelName)) return kernelFunc(call);
        settle(backend, call.inputs);
        const result = kernelFunc(call);
        for (const info of [result].flat()) backend.retype(info);
        return result;
      },
    });
  }
}

function registerNativeKernel(config: tf.KernelConfig): void {
  const replaced = tf.getKernel(config.kernelName, 'native') != null;
  if (replaced) tf.unregisterKernel(config.kernelName, 'native');
  tf.registerKernel(config);
}

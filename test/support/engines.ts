import * as tf from '../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../lib/notegrad/src/engine/wasm/load';
import { useNative } from './native';

/** The engines that need nothing but this machine, each with what makes it compute from now on. */
export const engines: Record<'native' | 'cpu' | 'wasm', () => Promise<unknown>> = {
  native: useNative,
  cpu: () => tf.setBackend('cpu'),
  wasm: async () => {
    await loadWasm();
    await tf.setBackend('wasm');
  },
};

import type { NativeBackend } from '../../lib/src/engine/native/backend';
import { registerNative } from '../../lib/src/engine/native/register';
import * as tf from '../../lib/src/engine/tf';

/** Computes on the native engine from now on, in this process. */
export async function useNative(): Promise<NativeBackend> {
  tf.enableProdMode();
  registerNative();
  await tf.setBackend('native');
  return tf.backend() as NativeBackend;
}

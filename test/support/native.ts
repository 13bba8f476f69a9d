import type { NativeBackend } from '../../lib/notegrad/src/engine/native/backend/native-backend';
import { registerNative } from '../../lib/notegrad/src/engine/native/register';
import * as tf from '../../lib/notegrad/src/engine/tf';

/** Computes on the native engine from now on, in this process. */
export async function useNative(): Promise<NativeBackend> {
  tf.enableProdMode();
  registerNative();
  await tf.setBackend('native');
  return tf.backend() as NativeBackend;
}

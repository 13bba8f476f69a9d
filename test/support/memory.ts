import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';

/** Asserts that `work` leaves exactly `kept` (default 0) tensors more than there were before. */
export async function assertTensorsKept(
  work: () => unknown | Promise<unknown>,
  kept = 0,
): Promise<void> {
  const before = tf.memory().numTensors;
  await work();
  assert.is(tf.memory().numTensors - before, kept, 'tensors left undisposed');
}

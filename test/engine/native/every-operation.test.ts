import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Addon } from '../../../lib/notegrad/src/engine/native/backend/addon';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { runEveryOperation } from '../../support/every-operation';
import { useNative } from '../../support/native';

test('the sweep runs every operation that is registered', async () => {
  const backend = await useNative();
  const seen = new Set<number>();
  const addon = backend.addon as { run: Addon['run'] };
  const { run } = addon;
  addon.run = (id, ...rest) => {
    seen.add(id);
    run(id, ...rest);
  };
  try {
    tf.tidy(() => runEveryOperation(backend));
  } finally {
    addon.run = run;
  }
  const missing = backend.addon.names.filter((_, id) => !seen.has(id));
  assert.equal(missing, []);
});

test.run();

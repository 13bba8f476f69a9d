import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../../lib/notegrad/src/engine/wasm/load';
import { errorOf } from '../../support/folders';
import { useNative } from '../../support/native';

const engines: Record<string, () => Promise<unknown>> = {
  native: useNative,
  wasm: async () => {
    await loadWasm();
    await tf.setBackend('wasm');
  },
  cpu: () => tf.setBackend('cpu'),
};

for (const [engine, use] of Object.entries(engines)) {
  test(`on ${engine} model.fit refuses a label that is no class, and trains on those that are`, async () => {
    await use();
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 3, inputShape: [2], activation: 'softmax' })],
    });
    model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    const x = tf.ones([4, 2]);
    const train = (labels: number[]) =>
      model.fit(x, tf.tensor2d(labels, [4, 1]), { epochs: 4, verbose: 0 });
    const { history } = await train([0, 1, 2, 2]);
    const losses = history.loss as number[];
    assert.ok(losses[3] < losses[0]);
    assert.match(await errorOf(() => train([0, 1, 2, 3])), /\b3\b.*0(, | to )2/);
  });
}

test.run();

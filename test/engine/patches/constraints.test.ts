import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { ENGINES, loadEngines, on } from '../../support/on-every-engine';

type Options = Partial<Parameters<typeof tf.layers.dense>[0]>;

/** The weights after an epoch, of a layer that is pulled away from what the constraint allows. */
async function fitted(options: Options): Promise<tf.Tensor[]> {
  const layer = tf.layers.dense({
    units: 2,
    inputShape: [3],
    kernelInitializer: 'ones',
    ...options,
  });
  const model = tf.sequential({ layers: [layer] });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
  const { numTensors } = tf.memory();
  await model.fit(tf.ones([4, 3]), tf.fill([4, 2], -20), { epochs: 2, batchSize: 2, verbose: 0 });
  assert.is(tf.memory().numTensors, numTensors + 2, 'nothing is left but the data');
  return model.getWeights();
}

for (const engine of ENGINES) {
  test(`weights keep to their constraints in training on ${engine}`, async () => {
    await on(engine, async () => {
      const [free] = await fitted({});
      assert.ok(free.min().dataSync()[0] < 0);

      const [nonNegative] = await fitted({ kernelConstraint: 'nonNeg' });
      assert.ok(nonNegative.min().dataSync()[0] >= 0);

      const maxNorm = tf.constraints.maxNorm({ maxValue: 0.5, axis: 0 });
      const [kernel, bias] = await fitted({ kernelConstraint: maxNorm, biasConstraint: 'nonNeg' });
      const norms = kernel.square().sum(0).sqrt().dataSync();
      for (const norm of norms) assert.ok(Math.abs(norm - 0.5) < 1e-5, `norm ${norm}`);
      assert.equal(Array.from(bias.dataSync()), [0, 0]);
    });
  });
}

test.before(loadEngines);

test.run();

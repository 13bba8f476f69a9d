import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { fit } from '../../../lib/notegrad/src/train/fit';
import { ENGINES, loadEngines, on } from '../../support/on-every-engine';

function gone(shape = [2, 3]): tf.Tensor {
  const x = tf.ones(shape);
  x.dispose();
  return x;
}

const uses: Record<string, [use: () => unknown, says: RegExp]> = {
  'an operation': [
    () => tf.add(1, gone()),
    /^add: argument `b`, a float32 tensor of shape \[2,3\], was/,
  ],
  'an operation of a list': [
    () => tf.concat([tf.ones([2, 3]), gone()]),
    /^concat: argument `1`, a float32 tensor of shape \[2,3\]/,
  ],
  'a loss': [
    () => tf.losses.meanSquaredError(gone([4]), tf.ones([4])),
    /argument `\w+`, .* \[4\], was/,
  ],
  'a method': [() => gone().add(1), /^add: a float32 tensor of shape \[2,3\] was disposed already/],
  reading: [() => gone().dataSync(), /^dataSync: a float32 tensor/],
  printing: [() => gone().toString(), /was disposed already/],
  'a gradient': [() => tf.grad((x) => x.mul(gone([])))(tf.scalar(1)), /^mul: argument `b`/],
  'a model': [
    () => tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] }).apply(gone()),
    /was disposed already/,
  ],
};

for (const [name, [use, says]] of Object.entries(uses)) {
  test(`${name} with a disposed tensor says which, and what may have disposed of it`, async () => {
    for (const engine of ENGINES) {
      await on(engine, () => {
        assert.throws(use, says);
        assert.throws(use, /`fit` disposes of a batch after its step/);
      });
    }
  });
}

test('a batch that is used after its step is named as that', async () => {
  await on('native', async () => {
    const w = tf.variable(tf.ones([3, 1]));
    const optimizer = tf.train.sgd(0.1);
    let former: tf.Tensor2D | undefined;
    const step = ({ x }: { x: tf.Tensor2D }) => {
      const used = former ?? x;
      former = x;
      return optimizer.minimize(() => used.matMul(w as tf.Tensor2D).mean(), true) as tf.Scalar;
    };
    const batches = function* () {
      for (let i = 0; i < 3; i++) yield { x: tf.ones([2, 3]) as tf.Tensor2D };
    };
    try {
      await fit({ batches, step, numEpochs: 1, compile: false });
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, /disposed already \(`fit` disposes of a batch/);
    }
  });
});

test.before(loadEngines);

test.run();

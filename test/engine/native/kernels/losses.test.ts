import { test } from 'uvu';
import * as tf from '../../../../lib/notegrad/src/engine/tf';
import { assertSameAsCpu, Numbers, withSpecials } from '../../../support/native-and-cpu';

const CLOSE = { rtol: 3e-6, atol: 3e-7 };
const SHAPES = [[1], [7], [1, 1], [3, 10], [64, 10], [2, 3, 5], [5, 1000], [300, 70]];

test('softmax and its logarithm are those of the cpu backend, at any size of logits', async () => {
  for (const shape of SHAPES) {
    for (const scale of [1, 50, 1e4]) {
      const x = new Numbers(1).values(shape).map((v) => v * scale);
      const run = () => [tf.softmax(tf.tensor(x, shape)), tf.logSoftmax(tf.tensor(x, shape))];
      await assertSameAsCpu(
        run,
        { rtol: 3e-6, atol: 1e-6 * scale ** 0.5 },
        `[${shape}] × ${scale}`,
      );
    }
  }
});

test('a row with a NaN or +∞ has no probabilities, its neighbours do', async () => {
  const x = withSpecials(new Numbers(2).values([12, 9]));
  const run = () => [tf.softmax(tf.tensor2d(x, [12, 9])), tf.logSoftmax(tf.tensor2d(x, [12, 9]))];
  await assertSameAsCpu(run, CLOSE, 'special logits');
});

test('gradients of softmax and its logarithm are those of the cpu backend', async () => {
  for (const shape of SHAPES) {
    const x = new Numbers(3).values(shape);
    for (const compute of [tf.softmax, tf.logSoftmax]) {
      const run = () => tf.grad((t) => tf.square(compute(t)))(tf.tensor(x, shape));
      await assertSameAsCpu(run, { rtol: 1e-5, atol: 2e-5 }, `${compute.name} of [${shape}]`);
    }
  }
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { mlp } from '../../lib/notegrad/src/models/mlp';
import { trainableVariables } from '../../lib/notegrad/src/models/model';
import { averagingWeights } from '../../lib/notegrad/src/train/weight-average';
import { assertClose } from '../support/close';
import { assertTensorsKept } from '../support/memory';

test('the average is what its formula says after each step', async () => {
  const [model, average] = [mlp({ seed: 1 }), mlp({ seed: 1 })];
  const [weight] = trainableVariables(model);
  const [kept] = trainableVariables(average);
  const start = weight.dataSync()[0];
  const step = averagingWeights<tf.Tensor>(
    (batch) => {
      weight.assign(weight.add(batch));
      return tf.scalar(0);
    },
    { model, average, decay: 0.75 },
  );
  let expected = start;
  await assertTensorsKept(() => {
    for (const [i, change] of [8, -4, 2].entries()) {
      tf.tidy(() => void step(tf.scalar(change)));
      const now = start + [8, 4, 6][i];
      expected += 0.25 * (now - expected);
      assertClose([kept.dataSync()[0]], [expected]);
    }
  });
  tf.dispose([...trainableVariables(model), ...trainableVariables(average)]);
});

test('unlike models and a decay out of range are refused', () => {
  const step = () => tf.scalar(0);
  const [model, other] = [mlp({ seed: 1 }), mlp({ seed: 1, hiddenSizes: [7] })];
  assert.throws(() => averagingWeights(step, { model, average: other }), /unlike models/);
  assert.throws(
    () => averagingWeights(step, { model, average: model, decay: 1 }),
    /invalid decay: 1/,
  );
});

test.run();

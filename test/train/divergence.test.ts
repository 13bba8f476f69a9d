import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { type FitOptions, fit, gradientStep } from '../../lib/notegrad/src/train/fit';
import { emptyHistory } from '../../lib/notegrad/src/train/history';
import { readSafetensors } from '../../lib/notegrad/src/weights/safetensors';
import { engines } from '../support/engines';
import { inFolder } from '../support/folders';
import { warnings } from '../support/logged';
import { assertTensorsKept } from '../support/memory';

const STEPS_AN_EPOCH = 50;
/** In epoch 1. */
const FATAL_STEP = 57;

/** A run whose target is `fatal` at one step; from then on its weights are not finite. */
function run(fatal: number, options: Partial<FitOptions<tf.Tensor1D>> = {}) {
  const model = tf.sequential({
    layers: [tf.layers.dense({ name: 'fc1', units: 1, inputShape: [1] })],
  });
  const optimizer = tf.train.adam(0.01);
  const step = gradientStep(
    optimizer,
    (y: tf.Tensor1D) =>
      (model.apply(tf.ones([3, 1])) as tf.Tensor).flatten().sub(y).square().mean<tf.Scalar>(),
    model.trainableWeights.map((weight) => weight.read() as tf.Variable),
  );
  const start = (file?: string) =>
    fit<tf.Tensor1D>({
      batches: function* (epoch) {
        for (let i = 0; i < STEPS_AN_EPOCH; i++) {
          const isFatal = epoch * STEPS_AN_EPOCH + i === FATAL_STEP;
          yield tf.tensor1d([1, isFatal ? fatal : 2, 3]);
        }
      },
      step,
      numEpochs: 4,
      showProgress: false,
      ...(file && {
        checkpoint: { file, models: [model], optimizers: [optimizer], everySteps: 9 },
      }),
      ...options,
    });
  return {
    start,
    dispose: () => {
      model.dispose();
      optimizer.dispose();
    },
  };
}

for (const [engine, use] of Object.entries(engines)) {
  for (const fatal of [Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`a loss that is ${fatal} stops the run, names the step and keeps the checkpoint before (${engine})`, async () => {
      await use();
      await inFolder(async (folder) => {
        const file = join(folder, 'run.safetensors');
        const { start, dispose } = run(fatal, { title: 'descent' });
        let history = emptyHistory();
        const warned = await warnings(async () => {
          history = await start(file);
        });
        assert.equal(history.diverged, { epoch: 1, step: FATAL_STEP, loss: fatal });
        assert.is(history.interrupted, false);
        assert.equal(warned, [
          `descent: the loss is ${fatal} at step 57 (epoch 1, both counted from 0): the run stops ` +
            `here; ${file} stays as it was before (onNaN: 'go on' would train on)`,
        ]);
        const { length } = history.steps.loss;
        assert.ok(length > FATAL_STEP && length <= FATAL_STEP + 32, `${length} steps`);
        assert.is(history.epochs.loss.length, 1, 'the epoch that diverged has no mean');
        const { tensors, metadata } = readSafetensors(file);
        assert.is(JSON.parse(metadata.position).step, 4, 'step 54');
        for (const [name, { data }] of tensors) {
          assert.ok([...data].every(Number.isFinite), `${name} is finite`);
        }
        dispose();
      });
    });
  }

  test(`a run may go on after a NaN; its checkpoint never holds one in its weights (${engine})`, async () => {
    await use();
    await inFolder(async (folder) => {
      const file = join(folder, 'run.safetensors');
      const { start, dispose } = run(Number.NaN, { onNaN: 'go on', numEpochs: 2 });
      const warned = await warnings(async () => {
        const history = await start(file);
        assert.is(history.steps.loss.length, 100);
        assert.is(history.epochs.loss.length, 2);
        assert.equal(history.diverged, { epoch: 1, step: FATAL_STEP, loss: Number.NaN });
      });
      const { tensors, metadata } = readSafetensors(file);
      assert.is(JSON.parse(metadata.position).step, 4, 'step 54');
      for (const [name, { data }] of tensors) {
        assert.ok([...data].every(Number.isFinite), `${name} is finite`);
      }
      assert.equal(warned, [
        'training: the loss is NaN at step 57 (epoch 1, both counted from 0)',
        `training: models.0.fc1/kernel holds numbers that are not finite: ${file} stays as it was before`,
      ]);
      dispose();
    });
  });

  test(`weights that a finite loss made NaN are not written either (${engine})`, async () => {
    await use();
    await inFolder(async (folder) => {
      const file = join(folder, 'run.safetensors');
      const model = tf.sequential({
        layers: [tf.layers.dense({ name: 'fc1', units: 1, inputShape: [1], useBias: false })],
      });
      const kernel = model.weights[0].read() as tf.Variable;
      const once = (value: number) => (batch: tf.Tensor) => {
        kernel.assign(tf.fill<tf.Rank.R2>([1, 1], value));
        return batch.asScalar();
      };
      const start = (value: number, numEpochs: number) =>
        fit({
          batches: () => [tf.scalar(1) as tf.Tensor],
          step: once(value),
          numEpochs,
          showProgress: false,
          checkpoint: { file, models: [model], optimizers: [] },
        });
      await start(5, 1);
      const before = readFileSync(file);
      const warned = await warnings(() => start(Number.NaN, 2));
      assert.is(warned.length, 1);
      assert.ok(readFileSync(file).equals(before));
      model.dispose();
    });
  });
}

test('a run that stops at a NaN leaves no tensor behind', async () => {
  await engines.native();
  await assertTensorsKept(async () => {
    const { start, dispose } = run(Number.NaN);
    await warnings(() => start());
    dispose();
  });
});

test.run();

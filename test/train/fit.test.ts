import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/src/engine/tf';
import { fit, gradientStep } from '../../lib/src/train/fit';
import { assertClose } from '../support/close';
import { assertTensorsKept } from '../support/memory';

type PointBatch = { x: tf.Tensor1D; y: tf.Tensor1D };

/** y = 2x + 1 in two batches, always the same. */
function* line(): Generator<PointBatch> {
  yield { x: tf.tensor1d([0, 1]), y: tf.tensor1d([1, 3]) };
  yield { x: tf.tensor1d([2, 3]), y: tf.tensor1d([5, 7]) };
}

function regression() {
  const slope = tf.variable(tf.scalar(0));
  const intercept = tf.variable(tf.scalar(0));
  const optimizer = tf.train.sgd(0.1);
  const squaredError = ({ x, y }: PointBatch) =>
    x.mul(slope).add(intercept).sub(y).square().mean<tf.Scalar>();
  return {
    slope,
    intercept,
    step: gradientStep(optimizer, squaredError, [slope, intercept]),
    dispose: () => tf.dispose([slope, intercept]),
  };
}

/** The same descent in plain numbers. */
function descendByHand(numEpochs: number): { losses: number[]; slope: number; intercept: number } {
  let [slope, intercept] = [0, 0];
  const losses: number[] = [];
  for (let epoch = 0; epoch < numEpochs; epoch++) {
    for (const xs of [
      [0, 1],
      [2, 3],
    ]) {
      const errors = xs.map((x) => slope * x + intercept - (2 * x + 1));
      losses.push((errors[0] ** 2 + errors[1] ** 2) / 2);
      slope -= 0.1 * (errors[0] * xs[0] + errors[1] * xs[1]);
      intercept -= 0.1 * (errors[0] + errors[1]);
    }
  }
  return { losses, slope, intercept };
}

const quiet = { showProgress: false } as const;

test.before(async () => {
  await tf.setBackend('cpu');
});

test('fit follows gradient descent worked by hand', async () => {
  const { slope, intercept, step, dispose } = regression();
  const history = await fit({ ...quiet, batches: line, step, numEpochs: 20 });
  const byHand = descendByHand(20);
  assertClose(history.steps.loss, byHand.losses, { rtol: 1e-4, atol: 1e-6 });
  assertClose([slope.dataSync()[0], intercept.dataSync()[0]], [byHand.slope, byHand.intercept], {
    rtol: 1e-5,
  });
  dispose();
});

test('the history has one loss a step and one mean, one time and one metric an epoch', async () => {
  const { step, dispose } = regression();
  const seen: number[] = [];
  const history = await fit({
    ...quiet,
    batches: line,
    step,
    numEpochs: 3,
    validate: (epoch) => {
      seen.push(epoch);
      return { valLoss: 10 - epoch };
    },
  });
  assert.equal(seen, [0, 1, 2]);
  assert.is(history.steps.loss.length, 6);
  assert.equal(history.epochs.valLoss, [10, 9, 8]);
  const means = [0, 1, 2].map(
    (e) => (history.steps.loss[2 * e] + history.steps.loss[2 * e + 1]) / 2,
  );
  assertClose(history.epochs.loss, means);
  assert.ok(history.epochs.seconds.every((seconds) => seconds > 0));
  assert.is(history.interrupted, false);
  dispose();
});

test('beforeStep hears the number of each step before it is made', async () => {
  const { step, dispose } = regression();
  const calls: (number | string)[] = [];
  await fit({
    ...quiet,
    batches: line,
    step: (batch: PointBatch) => {
      calls.push('step');
      return step(batch);
    },
    numEpochs: 2,
    beforeStep: (number) => calls.push(number),
  });
  assert.equal(calls, [0, 'step', 1, 'step', 2, 'step', 3, 'step']);
  dispose();
});

test('fit leaves no tensor behind', async () => {
  const { step, dispose } = regression();
  await assertTensorsKept(() => fit({ ...quiet, batches: line, step, numEpochs: 2 }));
  dispose();
});

test('a step that throws is heard and leaves no tensor behind', async () => {
  const { step, dispose } = regression();
  let calls = 0;
  const failing = (batch: PointBatch) => {
    if (++calls === 2) throw new Error('no such luck');
    return step(batch);
  };
  await assertTensorsKept(async () => {
    try {
      await fit({ ...quiet, batches: line, step: failing, numEpochs: 2, compile: false });
      assert.unreachable();
    } catch (error) {
      assert.is((error as Error).message, 'no such luck');
    }
  });
  dispose();
});

test('an interrupt ends the run in good order and keeps the history so far', async () => {
  const { step, dispose } = regression();
  let heardByOthers = 0;
  const other = () => {
    heardByOthers++;
  };
  process.on('SIGINT', other);
  await assertTensorsKept(async () => {
    const history = await fit({
      ...quiet,
      batches: line,
      step,
      numEpochs: 1_000_000,
      validate: (epoch) => {
        if (epoch === 4) process.kill(process.pid, 'SIGINT');
        return {};
      },
    });
    assert.is(history.interrupted, true);
    assert.ok(history.steps.loss.length >= 10);
    assert.ok(history.epochs.loss.length < 1_000_000);
  });
  assert.is(heardByOthers, 0, 'the kernel did not see the interrupt');
  assert.equal(process.listeners('SIGINT'), [other], 'the listener has its signal back');
  process.removeListener('SIGINT', other);
  dispose();
});

test('a number of epochs that is not a positive integer is refused', async () => {
  const { step, dispose } = regression();
  for (const numEpochs of [0, -1, 1.5, Number.NaN]) {
    try {
      await fit({ ...quiet, batches: line, step, numEpochs });
      assert.unreachable();
    } catch (error) {
      const expected = `invalid number of epochs: ${numEpochs} (a positive integer)`;
      assert.is((error as Error).message, expected);
    }
  }
  dispose();
});

test('an epoch without a batch is an error, not a mean of nothing', async () => {
  const { step, dispose } = regression();
  try {
    await fit({ ...quiet, batches: () => [], step, numEpochs: 1 });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, 'epoch 0 has no batch: is the data set empty?');
  }
  dispose();
});

test.run();

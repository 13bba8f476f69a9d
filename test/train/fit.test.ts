import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { fit, gradientStep } from '../../lib/notegrad/src/train/fit';
import { assertClose } from '../support/close';
import { engines } from '../support/engines';
import { errorOf } from '../support/folders';
import { logged } from '../support/logged';
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

const stranger = (value: unknown) => value as never;

for (const [engine, use] of Object.entries(engines)) {
  test(`what is not a scalar loss is refused by name, and nothing leaks (${engine})`, async () => {
    await use();
    const returned: [() => unknown, string][] = [
      [() => undefined, 'undefined'],
      [() => null, 'null'],
      [() => 0.5, 'the number 0.5'],
      [() => tf.zeros([2, 3]), 'a tensor of shape [2,3]'],
      [() => [tf.scalar(1)], 'an array'],
      [() => ({ loss: tf.scalar(1) }), 'an object'],
      [() => new Map(), 'an object of class Map'],
    ];
    for (const [step, what] of returned) {
      for (const compile of [true, false]) {
        await assertTensorsKept(async () => {
          const options = { ...quiet, batches: line, step: stranger(step), numEpochs: 1, compile };
          assert.is(
            await errorOf(() => fit(options)),
            `the step must return its loss, a scalar tensor, not ${what}`,
          );
        });
      }
    }
  });

  test(`an asynchronous step is refused (${engine})`, async () => {
    await use();
    const { error } = console;
    console.error = () => {}; // of tf.tidy, in words of its own
    try {
      for (const compile of [true, false]) {
        const step = stranger(async () => tf.scalar(1));
        const message = await errorOf(() =>
          fit({ ...quiet, batches: line, step, numEpochs: 1, compile }),
        );
        assert.match(message, /must not be asynchronous|must return its loss, .*, not a promise/);
      }
    } finally {
      console.error = error;
    }
  });

  test(`batches that cannot be used are refused by name, and nothing leaks (${engine})`, async () => {
    await use();
    const disposed = () => {
      const x = tf.tensor1d([1]);
      x.dispose();
      return [{ x, y: x }];
    };
    const none = 'not an array or a generator of batches';
    const tensor = tf.zeros([2]);
    const given: [() => unknown, string][] = [
      [() => undefined, `batches(0) is undefined, ${none}`],
      [() => tensor, `batches(0) is a tensor of shape [2], ${none}`],
      [
        () => Promise.resolve([]),
        `batches(0) is a promise, ${none}: await the data before \`fit\``,
      ],
      [
        async function* () {
          yield 1;
        },
        `batches(0) is an asynchronous iterable, ${none}: await the data before \`fit\``,
      ],
      [() => [Promise.resolve(1)], 'batch 0 of epoch 0 is a promise, not made of tensors'],
      [
        disposed,
        'batch 0 of epoch 0 is disposed: each batch is, after its step, so make them anew for each epoch',
      ],
      [() => [], 'epoch 0 has no batch: is the data set empty?'],
    ];
    const { step, dispose } = regression();
    for (const [batches, message] of given) {
      await assertTensorsKept(async () => {
        const options = { ...quiet, batches: stranger(batches), step, numEpochs: 1 };
        assert.is(await errorOf(() => fit(options)), message);
      });
    }
    tensor.dispose();
    dispose();
  });

  test(`data that end in an error end the run with it, and nothing leaks (${engine})`, async () => {
    await use();
    const { step, dispose } = regression();
    let isClosed = false;
    function* failing(): Generator<PointBatch> {
      try {
        for (let i = 0; i < 5; i++) yield* line();
        throw new Error('the disk is gone');
      } finally {
        isClosed = true;
      }
    }
    await assertTensorsKept(async () => {
      const message = await errorOf(() => fit({ ...quiet, batches: failing, step, numEpochs: 1 }));
      assert.is(message, 'the disk is gone');
    });
    assert.ok(isClosed);
    isClosed = false;
    await assertTensorsKept(async () => {
      const broken = () => {
        throw new Error('not today');
      };
      const options = { ...quiet, batches: failing, step, numEpochs: 1, beforeStep: broken };
      assert.is(await errorOf(() => fit(options)), 'not today');
    });
    assert.ok(isClosed, 'the data are told that nobody takes them any longer');
    dispose();
  });
}

test('batches that are used again in the next epoch are named', async () => {
  await tf.setBackend('cpu');
  const { step, dispose } = regression();
  const all = [...line()];
  assert.is(
    await errorOf(() => fit({ ...quiet, batches: () => all, step, numEpochs: 2 })),
    'batch 0 of epoch 1 is disposed: each batch is, after its step, so make them anew for each epoch',
  );
  dispose();
});

test('metrics that are no numbers, or called as what the run keeps itself, are refused', async () => {
  const { step, dispose } = regression();
  const refused: [unknown, string][] = [
    [undefined, 'validate must return metrics by name, not undefined'],
    [{ accuracy: tf.scalar(1) }, 'the metric accuracy must be a number, not a tensor of shape []'],
    [{ loss: 1 }, "a metric cannot be called loss, as the run's own: validationLoss?"],
    [{ seconds: 1 }, "a metric cannot be called seconds, as the run's own: validationSeconds?"],
  ];
  for (const [metrics, message] of refused) {
    const validate = stranger(() => metrics);
    const options = { ...quiet, batches: line, step, numEpochs: 1, validate };
    assert.is(await errorOf(() => fit(options)), message);
  }
  dispose();
});

test('a loss that the step keeps for itself stays', async () => {
  const kept = tf.scalar(3);
  const variable = tf.variable(tf.scalar(4));
  for (const loss of [kept, variable as unknown as tf.Scalar]) {
    const history = await fit({ ...quiet, batches: line, step: () => loss, numEpochs: 2 });
    assert.equal(history.steps.loss, new Array(4).fill(loss.dataSync()[0]));
  }
  tf.dispose([kept, variable]);
});

/** A run whose steps take a second, and its epochs 25 batches, of a known number or not. */
async function slowRun(isKnown: boolean): Promise<{ seconds: number; line: string }[]> {
  const { step, dispose } = regression();
  const lines = await logged((clock) =>
    fit<PointBatch>({
      title: 'slow',
      batches: () => {
        const make = () => [...line()][0];
        return isKnown
          ? { length: 25, [Symbol.iterator]: () => Array.from({ length: 25 }, make).values() }
          : (function* () {
              for (let i = 0; i < 25; i++) yield make();
            })();
      },
      step: (batch) => {
        clock.now += 1000;
        return step(batch);
      },
      compile: false,
      numEpochs: 2,
      validate: () => {
        clock.now += 5000;
        return {};
      },
    }),
  );
  dispose();
  return lines;
}

test('the log of a run has a line at once, and the time left from the first steps on', async () => {
  const lines = await slowRun(true);
  assert.is(lines[0].seconds, 0);
  assert.match(lines[0].line, /^slow ░{20} epoch 1\/2, step 0\/25$/);
  assert.is(lines[1].seconds, 2);
  assert.match(lines[1].line, /epoch 1\/2, step 2\/25 .*48 s left$/);
  for (const { line } of lines) assert.not.match(line, /0\.00 s left/);
  assert.ok(lines.some(({ line }) => /epoch 2\/2, step \d+\/25 .* left$/.test(line)));
  assert.match(lines.at(-1)?.line ?? '', /^slow: 2 epochs, 50 steps in /);
});

test('where the number of batches is not known, the first epoch counts steps and says their rate', async () => {
  const lines = await slowRun(false);
  assert.match(lines[0].line, /^slow ░{20} epoch 1\/2, step 0$/);
  assert.match(lines[1].line, /epoch 1\/2, step 2 {2}(loss \S+ {2})?1 steps\/s$/);
  const second = lines.filter(({ line }) => /epoch 2\/2, step \d+\/25/.test(line));
  assert.ok(second.length > 3);
  for (const { line } of second.slice(0, -1)) assert.match(line, / left$/);
});

test('a run that fails says in which step', async () => {
  const { dispose } = regression();
  const lines = await logged(async () => {
    const step = () => {
      throw new Error('no such luck');
    };
    await errorOf(() => fit({ batches: line, step, numEpochs: 1 }));
  });
  assert.is(lines.at(-1)?.line, 'training: failed in step 0 of epoch 0');
  dispose();
});

test.run();

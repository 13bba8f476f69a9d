import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ExpectationError,
  expectAccuracy,
  expectClose,
  expectGradient,
  expectLossFalls,
  expectParameters,
  expectShape,
  mlp,
  partialCredit,
  randomState,
  tf,
} from '../../lib/notegrad/src';
import { check } from '../../lib/notegrad/src/check/check';
import { logged } from '../support/logged';

function finding(run: () => void): string {
  try {
    run();
  } catch (error) {
    assert.instance(error, ExpectationError);
    return (error as Error).message;
  }
  return 'passed';
}

test('numbers of one shape are close within both tolerances', () => {
  const close = (...args: Parameters<typeof expectClose>) => finding(() => expectClose(...args));
  assert.is(close(1, 1.00005), 'passed');
  assert.is(close(1e-7, 0), 'passed');
  assert.is(
    close(
      tf.tensor([
        [1, 2],
        [3, 4],
      ]),
      [
        [1, 2],
        [3, 4],
      ],
    ),
    'passed',
  );
  assert.is(close(Float32Array.of(1, 2), tf.tensor([1, 2])), 'passed');
  assert.is(close([Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY]), 'passed');
  assert.is(close([], []), 'passed');
  assert.is(close(2, 1, { atol: 0.5, rtol: 0.5 }), 'passed');
  assert.is(close(2, 1, { what: 'f(3)' }), 'f(3): expected 1 ± 0.000101, found 2');
  assert.is(
    close(
      [
        [1, 2, 3],
        [4, 7, 9],
      ],
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { atol: 0.5, rtol: 0 },
    ),
    'expected 5 ± 0.5 at [1, 1], found 7 (2 of 6 values are off, the largest by 3)',
  );
  assert.is(close(Number.NaN, 1), 'expected 1 ± 0.000101, found NaN');
  assert.match(close(Number.NaN, Number.NaN), 'found NaN');
  assert.match(close(1, Number.POSITIVE_INFINITY), 'found 1');
  assert.match(close(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY), 'found -Infinity');
});

test('what has another shape, or is no number, is told by what it is', () => {
  const close = (actual: unknown, expected: Parameters<typeof expectClose>[1]) =>
    finding(() => expectClose(actual as number, expected));
  assert.is(close([1, 2], [1, 2, 3]), 'expected shape [3], found [2]');
  assert.is(close([[1, 2]], [1, 2]), 'expected shape [2], found [1, 2]');
  assert.is(close(undefined, 1), 'expected a number, found undefined');
  assert.is(
    close(Promise.resolve(1), 1),
    'expected a number, found a promise (is an await missing?)',
  );
  assert.is(close('1', [1]), 'expected numbers of shape [1], found "1"');
  assert.is(
    close([[1], [1, 2]], [1]),
    'expected numbers of shape [1], found lists of different lengths',
  );
  assert.is(close([[1], 2], [1]), 'expected numbers of shape [1], found lists of different depths');
  assert.is(close([1, [2]], [1]), 'expected numbers of shape [1], found lists of different depths');
  assert.is(close([1, null], [1]), 'expected numbers of shape [1], found a list with null in it');
  const gone = tf.scalar(1);
  gone.dispose();
  assert.is(close(gone, 1), 'expected a number, found a tensor that is disposed');
  assert.throws(
    () => expectClose(1, [1, [2]]),
    'nothing can be close to lists of different depths',
  );
  assert.throws(() => expectClose(1, 1, { atol: -1 }), 'invalid tolerance: atol -1');
});

test('a shape is expected axis by axis, and null is any size', () => {
  assert.is(
    finding(() => expectShape(tf.zeros([2, 3]), [2, 3])),
    'passed',
  );
  assert.is(
    finding(() => expectShape([[1], [2]], [null, 1])),
    'passed',
  );
  assert.is(
    finding(() => expectShape(3, [])),
    'passed',
  );
  const wrong = finding(() => expectShape(tf.zeros([3, 2]), [null, 3], { what: 'codes' }));
  assert.is(wrong, 'codes: expected shape [?, 3], found [3, 2]');
  assert.match(
    finding(() => expectShape(tf.zeros([3]), [3, 1])),
    'found [3]',
  );
});

test('a gradient is compared with finite differences', () => {
  const f = (x: tf.Tensor) =>
    x
      .square()
      .mul(tf.tensor([1, 2, 3]))
      .sum();
  const x = tf.tensor([0.5, -1, 20]);
  assert.is(
    finding(() => expectGradient(f, x, [1, -4, 120])),
    'passed',
  );
  assert.is(
    finding(() => expectGradient(f, x, tf.grad(f)(x))),
    'passed',
  );
  assert.match(
    finding(() => expectGradient(f, x, [1, 4, 120], { what: 'df' })),
    /^df by number 2 of the input: expected -[34][.\d]* ± [.\d]+, found 4$/,
  );
  assert.match(
    finding(() => expectGradient(f, x, [1, -4])),
    'the gradient: expected shape [3], found [2]',
  );
  const before = tf.memory().numTensors;
  expectGradient((one) => one.sum(), tf.zeros([2, 2]), tf.ones([2, 2]));
  assert.is(tf.memory().numTensors, before + 2, 'its own tensors are disposed');
});

test('parameters of a model are counted', () => {
  const model = mlp({ inputShape: [4], hiddenSizes: [3], numClasses: 2, seed: 1 });
  assert.is(
    finding(() => expectParameters(model, 4 * 3 + 3 + 3 * 2 + 2)),
    'passed',
  );
  assert.is(
    finding(() => expectParameters(model, 1234, { what: 'the network' })),
    'the network: expected 1,234 parameters, found 23',
  );
});

test('a loss falls when its end is below its start, and one that diverges does not', () => {
  assert.is(
    finding(() => expectLossFalls([1, 0.5])),
    'passed',
  );
  const noisy = Array.from({ length: 100 }, (_, i) => 2 - i / 100 + (i % 2) * 0.3);
  assert.is(
    finding(() => expectLossFalls(noisy)),
    'passed',
  );
  assert.is(
    finding(() => expectLossFalls(noisy, { below: 0.2 })),
    'the loss: expected less than 0.421 at the end (2.105 at the start), found 1.205',
  );
  assert.match(
    finding(() => expectLossFalls([...noisy].reverse())),
    'the loss: expected less than',
  );
  assert.is(
    finding(() => expectLossFalls([1, Number.NaN])),
    'the loss: expected numbers, found NaN in step 2',
  );
  assert.is(
    finding(() => expectLossFalls([1])),
    'the loss: expected at least 2 losses, found 1',
  );
});

test('an accuracy is a mean over seeds, each of which begins the random numbers anew', async () => {
  const seeds: number[] = [];
  const measure = (seed: number) => {
    seeds.push(seed);
    assert.equal(randomState(), { seed, draws: 0 });
    return seed / 10;
  };
  await expectAccuracy(measure, { atLeast: 0.2 });
  assert.equal(seeds, [1, 2, 3]);
  const message = await expectAccuracy(measure, {
    atLeast: 0.3,
    seeds: 2,
    what: 'test accuracy',
  }).then(
    () => 'passed',
    (error: Error) => error.message,
  );
  assert.is(
    message,
    'test accuracy: expected at least 0.3, found 0.15 (0.1, 0.2 with the seeds 1 to 2)',
  );
  const lost = await expectAccuracy(() => Number.NaN, { atLeast: 0, seeds: 1 }).catch(
    (error) => error,
  );
  assert.is(lost.message, 'the accuracy: expected at least 0, found NaN');
  const none = await expectAccuracy(measure, { atLeast: 0, seeds: 0 }).catch((error) => error);
  assert.is(none.message, 'invalid number of seeds: 0 (1, 2, …)');
});

test('where release asks for it, a threshold is tried again with seeds of its own', async () => {
  const seeds: number[] = [];
  process.env.NOTEGRAD_TRIALS = '3';
  try {
    const [{ line }] = await logged(() =>
      expectAccuracy((seed) => seeds.push(seed), { atLeast: 0, seeds: 2 }),
    );
    assert.equal(seeds, [1, 2, 3, 4, 5, 6]);
    assert.match(line, /^ *3 +5\.5$/m);
  } finally {
    delete process.env.NOTEGRAD_TRIALS;
  }
});

test('parts are worth their own points, whatever became of the others', async () => {
  let result = 0;
  const [{ line: text }] = await logged(async () => {
    result = await partialCredit({
      shape: { points: 1, test: () => expectShape([1, 2], [2]) },
      values: { points: 2, test: () => expectClose([1, 2], [1, 3]) },
      late: { points: 0.5, test: async () => undefined },
      broken: { points: 4, test: () => JSON.parse('null').foo },
    });
  });
  assert.is(result, 1.5);
  assert.match(text, /values +0 of 2 +expected 3 ± [.\d]+ at \[1\], found 2/);
  assert.match(text, /broken +0 of 4 +TypeError: Cannot read/);
  assert.match(text, /late +0\.5 of 0\.5 +passed/);
  const wrong = await partialCredit({}).catch((error) => error);
  assert.is(wrong.message, 'a test without parts: name at least one');
});

test('check says where it can be used', async () => {
  const error = await check('q1').catch((thrown) => thrown);
  assert.is(error.message, 'check runs in a notebook; elsewhere: npx homework check --question q1');
});

test.run();

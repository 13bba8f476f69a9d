import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileStep } from '../../lib/notegrad/src/engine/native/compiler/compile-step';
import { draw, type Generator } from '../../lib/notegrad/src/engine/philox';
import { randomState, restoreRandomState, seedRandom } from '../../lib/notegrad/src/engine/random';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { assertClose } from '../support/close';
import { assertTensorsKept } from '../support/memory';
import { useNative } from '../support/native';

const COUNT = 40_000;

function valuesOf(make: () => tf.Tensor): number[] {
  return tf.tidy(() => [...make().dataSync()]);
}

function moments(values: readonly number[]): { mean: number; deviation: number; skewness: number } {
  const average = (power: number, around: number) =>
    values.reduce((sum, value) => sum + (value - around) ** power, 0) / values.length;
  const mean = average(1, 0);
  const deviation = Math.sqrt(average(2, mean));
  return { mean, deviation, skewness: average(3, mean) / deviation ** 3 };
}

/** The distance of Kolmogorov and Smirnov between values and a distribution. */
function distance(values: readonly number[], cumulative: (x: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.reduce((greatest, value, i) => {
    const expected = cumulative(value);
    const gap = Math.max(expected - i / sorted.length, (i + 1) / sorted.length - expected);
    return Math.max(greatest, gap);
  }, 0);
}

/** What the distance exceeds once in a thousand samples of COUNT. The seeds here are fixed. */
const CRITICAL = 1.95 / Math.sqrt(COUNT);

/** By Simpson's rule, from 0. */
function normalCumulative(x: number): number {
  const steps = 200;
  const density = (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(x);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * density((x * i) / steps);
  return 0.5 + (sum * x) / steps / 3;
}

test('the generator is Philox4x32-10: it gives the words that its authors publish', () => {
  const generator: Generator = Int32Array.of(0, 0, 0, 0);
  const words = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];
  const expected = words.map((word) => (word >>> 8) * 2 ** -24);
  assert.equal([...draw(generator, 'uniform', [0, 1], 4)], expected);
});

test('all engines make the same numbers, to the last bit, of any length', async () => {
  const make = (size: number) => {
    seedRandom(2 ** 40 + size);
    return [
      ...valuesOf(() => tf.randomNormal([size], 0.5, 3)),
      ...valuesOf(() => tf.randomUniform([size], -2, 5)),
      ...valuesOf(() => tf.truncatedNormal([size], 1, 0.1)),
      ...valuesOf(() => tf.dropout(tf.ones([size]), 0.3)),
      ...valuesOf(() => tf.randomUniform([size], 0, 100, 'int32')),
      ...valuesOf(() => tf.randomNormal([size], 0, 10, 'int32', 'a seed')),
    ];
  };
  for (const size of [0, 1, 5, 64, 65, 30_000]) {
    await tf.setBackend('cpu');
    const expected = make(size);
    await useNative();
    assert.equal(make(size), expected, `${size} values`);
  }
});

test('the number of threads changes nothing', async () => {
  const { addon } = await useNative();
  const { threads } = addon.libraries();
  const make = () => {
    seedRandom(3);
    return valuesOf(() => tf.concat([tf.randomNormal([50_001]), tf.truncatedNormal([50_001])]));
  };
  addon.setThreads(1);
  const alone = make();
  addon.setThreads(3);
  assert.equal(make(), alone);
  addon.setThreads(threads);
});

test('normal values are normal', async () => {
  await useNative();
  seedRandom(1);
  const values = valuesOf(() => tf.randomNormal([COUNT]));
  assert.ok(distance(values, normalCumulative) < CRITICAL);
  const { mean, deviation, skewness } = moments(values);
  assert.ok(Math.abs(mean) < 4 / Math.sqrt(COUNT), `mean ${mean}`);
  assert.ok(Math.abs(deviation - 1) < 4 / Math.sqrt(2 * COUNT), `deviation ${deviation}`);
  assert.ok(Math.abs(skewness) < 4 * Math.sqrt(6 / COUNT), `skewness ${skewness}`);
});

test('truncated normal values are normal within two standard deviations, and none is outside', async () => {
  await useNative();
  seedRandom(2);
  const values = valuesOf(() => tf.truncatedNormal([COUNT], 10, 0.5)).map((v) => (v - 10) / 0.5);
  const [below, above] = [normalCumulative(-2), normalCumulative(2)];
  assert.ok(distance(values, (x) => (normalCumulative(x) - below) / (above - below)) < CRITICAL);
  assert.ok(values.every((value) => Math.abs(value) <= 2 + 1e-5));
});

test('uniform values are uniform, and the greatest is excluded', async () => {
  await useNative();
  seedRandom(3);
  const values = valuesOf(() => tf.randomUniform([COUNT], -1, 3));
  assert.ok(distance(values, (x) => (x + 1) / 4) < CRITICAL);
  assert.ok(values.every((value) => value >= -1 && value < 3));
});

test('neighbours and successive tensors are not correlated', async () => {
  await useNative();
  seedRandom(4);
  const [a, b] = [1, 2].map(() => valuesOf(() => tf.randomNormal([COUNT])));
  const limit = 4 / Math.sqrt(COUNT);
  for (const lag of [1, 2, 3, 4, 64]) {
    const products = a.slice(lag).map((value, i) => value * a[i]);
    assert.ok(Math.abs(moments(products).mean) < limit, `lag ${lag}`);
  }
  assert.ok(Math.abs(moments(a.map((value, i) => value * b[i])).mean) < limit, 'two tensors');
});

test('dropout keeps the share it should, scales what it keeps, and lets gradients through there', async () => {
  await useNative();
  seedRandom(5);
  const values = valuesOf(() => tf.dropout(tf.ones([COUNT]), 0.25));
  const kept = values.filter((value) => value !== 0);
  assert.ok(Math.abs(kept.length / COUNT - 0.75) < 4 * Math.sqrt((0.75 * 0.25) / COUNT));
  assert.ok(kept.every((value) => value === Math.fround(1 / 0.75)));
  tf.tidy(() => {
    seedRandom(6);
    const gradient = tf.grad((x) => tf.dropout(x, 0.5))(tf.ones([100]));
    seedRandom(6);
    assert.equal(gradient.dataSync(), tf.dropout(tf.ones([100]), 0.5).dataSync());
  });
});

test('what is dropped together is what the noise shape says', async () => {
  await useNative();
  const values = valuesOf(() =>
    tf.dropout(tf.ones([6, 4]), 0.5, [null as unknown as number, 1], 1),
  );
  for (let row = 0; row < 6; row++) {
    assert.is(new Set(values.slice(row * 4, row * 4 + 4)).size, 1);
  }
  assert.throws(() => tf.dropout(tf.ones([2]), 1), /rate must be in \[0, 1\): 1/);
});

test('a call with a seed repeats itself and leaves the sequence alone', async () => {
  await useNative();
  seedRandom(7);
  const before = randomState();
  const seeded = () => valuesOf(() => tf.randomNormal([20], 0, 1, 'float32', 7));
  assert.equal(seeded(), seeded());
  assert.equal(randomState(), before);
  assert.not.equal(
    seeded(),
    valuesOf(() => tf.randomNormal([20])),
  );
  const others = [0, 8, -7, 0.5, '7 '].map((seed) =>
    String(valuesOf(() => tf.randomNormal([4], 0, 1, 'float32', seed as number))),
  );
  assert.is(new Set(others).size, others.length);
});

test('the state restored continues the sequence where it was', async () => {
  await useNative();
  seedRandom(2 ** 53 - 1);
  valuesOf(() => tf.randomNormal([3]));
  const state = JSON.parse(JSON.stringify(randomState()));
  assert.equal(state, { seed: 2 ** 53 - 1, draws: 1 });
  const next = valuesOf(() => tf.randomNormal([3]));
  restoreRandomState(state);
  assert.equal(
    valuesOf(() => tf.randomNormal([3])),
    next,
  );
  assert.throws(() => seedRandom(-1), /seed must be a whole number from 0 to 2\^53 - 1: -1/);
  assert.throws(() => seedRandom(0.5), /seed must be a whole number/);
});

test("the layers API's initial weights and dropout follow the seed", async () => {
  await useNative();
  const run = () =>
    tf.tidy(() => {
      seedRandom(9);
      const dense = tf.layers.dense({ units: 3, inputShape: [4] });
      const model = tf.sequential({ layers: [dense, tf.layers.dropout({ rate: 0.5 })] });
      const output = model.apply(tf.ones([2, 4]), { training: true }) as tf.Tensor;
      const values = [...dense.getWeights()[0].dataSync(), ...output.dataSync()];
      model.dispose();
      return values;
    });
  const first = run();
  assert.equal(run(), first);
  assert.ok(first.some((value) => value === 0));
});

test('a recorded step draws the numbers that it would draw if it were not', async () => {
  await useNative();
  const losses = (recorded: boolean) => {
    seedRandom(10);
    const weights = tf.variable(tf.ones([6]));
    const optimizer = tf.train.sgd(0.1);
    const plain = (x: tf.Tensor) =>
      optimizer.minimize(
        () => {
          const noise = tf.add(tf.randomNormal([6]), tf.randomUniform([6], 0, 1, 'float32', 3));
          return tf.sum(tf.square(tf.mul(tf.dropout(tf.add(x, noise), 0.5), weights)));
        },
        true,
        [weights],
      ) as tf.Scalar;
    const step = recorded ? compileStep(plain) : plain;
    const values = Array.from({ length: 8 }, (_, i) => {
      const x = tf.fill([6], i);
      const loss = step(x);
      const [value] = loss.dataSync();
      tf.dispose([x, loss]);
      return value;
    });
    tf.dispose(weights);
    optimizer.dispose();
    return { values, state: randomState() };
  };
  const [plain, recorded] = [losses(false), losses(true)];
  assertClose(recorded.values, plain.values, { rtol: 1e-6 });
  assert.equal(recorded.state, plain.state);
});

test('random tensors leave nothing but themselves behind', async () => {
  await useNative();
  await assertTensorsKept(() => tf.randomNormal([3]), 1);
  await assertTensorsKept(() => tf.randomNormal([3], 0, 1, 'int32'), 1);
  await assertTensorsKept(() => tf.truncatedNormal([3], 0, 1, 'float32', 1), 1);
  await assertTensorsKept(() => tf.randomUniform([3], 0, 9, 'int32'), 1);
  await assertTensorsKept(() => tf.dropout([1, 2], 0.5), 1);
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { NativeBackend } from '../../../lib/notegrad/src/engine/native/backend/native-backend';
import { withoutCompiling } from '../../../lib/notegrad/src/engine/native/compiler/compile-step';
import { seedRandom } from '../../../lib/notegrad/src/engine/random';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { assertTensorsKept } from '../../support/memory';
import { useNative } from '../../support/native';
import { runOneByOne } from '../native/compiler/run-one-by-one';

let backend: NativeBackend;
test.before(async () => {
  backend = await useNative();
});

function model(): tf.Sequential {
  const { dense, dropout } = tf.layers;
  const kernelInitializer = tf.initializers.glorotNormal({ seed: 3 });
  return tf.sequential({
    layers: [
      dense({ units: 6, inputShape: [4], activation: 'relu', kernelInitializer }),
      dropout({ rate: 0.2 }),
      dense({ units: 3, activation: 'softmax', kernelInitializer }),
    ],
  });
}

const x = () => tf.randomNormal([64, 4], 0, 1, 'float32', 1);
const y = () => tf.oneHot(tf.randomUniform([64], 0, 3, 'int32', 2), 3).toFloat();
const options = { epochs: 3, batchSize: 16, verbose: 0, shuffle: false } as const;

async function fitted(): Promise<unknown> {
  seedRandom(1);
  const mine = model();
  mine.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const { history } = await mine.fit(x(), y(), options);
  return [history, mine.getWeights().map((weight) => weight.dataSync())];
}

test('model.fit trains the same as without programs, bit for bit', async () => {
  const compiled = await fitted();
  const { minimize } = tf.Optimizer.prototype;
  tf.Optimizer.prototype.minimize = function (...args) {
    return withoutCompiling(() => minimize.apply(this, args));
  };
  try {
    assert.equal(compiled, await fitted());
  } finally {
    tf.Optimizer.prototype.minimize = minimize;
  }
});

test('from the third step on trainOnBatch is one program', async () => {
  const mine = model();
  mine.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
  const [images, labels] = [x(), y()];
  for (let i = 0; i < 2; i++) await mine.trainOnBatch(images, labels);
  const count = await runOneByOne(backend, () => mine.trainOnBatch(images, labels));
  assert.is(count, 0);
});

test('a loop of minimize is one program a step, and leaves no tensor', async () => {
  const w = tf.variable(tf.ones([4, 3]));
  const optimizer = tf.train.adam(0.1);
  const [images, labels] = [x(), y()];
  const step = () => {
    const loss = optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(labels, tf.matMul(images, w)) as tf.Scalar,
      true,
      [w],
    ) as tf.Scalar;
    const [value] = loss.dataSync();
    loss.dispose();
    return value;
  };
  const losses = [step(), step()];
  await assertTensorsKept(async () => {
    const count = await runOneByOne(backend, () => {
      for (let i = 0; i < 10; i++) losses.push(step());
    });
    assert.is(count, 0);
  });
  assert.ok(losses.at(-1)! < losses[0]);
});

test('minimize whose loss fails fails with that error, and works at the next call', () => {
  const w = tf.variable(tf.scalar(1));
  const optimizer = tf.train.sgd(0.1);
  const step = (fails: boolean) =>
    optimizer.minimize(() => {
      if (fails) throw new Error('no such luck');
      return w.square() as tf.Scalar;
    });
  for (let i = 0; i < 3; i++) step(false);
  assert.throws(() => step(true), /no such luck/);
  const before = w.dataSync()[0];
  step(false);
  assert.ok(Math.abs(w.dataSync()[0] - 0.8 * before) < 1e-6);
});

test.run();

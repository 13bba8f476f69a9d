import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { live } from '../../../../lib/notegrad/src/engine/live';
import { withoutCompiling } from '../../../../lib/notegrad/src/engine/native/compiler/compile-step';
import { pureStep } from '../../../../lib/notegrad/src/engine/native/compiler/pure-step';
import { seedRandom } from '../../../../lib/notegrad/src/engine/random';
import * as tf from '../../../../lib/notegrad/src/engine/tf';
import { assertTensorsKept } from '../../../support/memory';
import { useNative } from '../../../support/native';

type Batch = { x: tf.Tensor2D; y: tf.Tensor1D };

const warnings: string[] = [];
test.before(async () => {
  await useNative();
  console.warn = (message: string) => warnings.push(message);
});
test.before.each(() => {
  warnings.length = 0;
});

function network(): tf.Sequential {
  const { batchNormalization, dense, dropout } = tf.layers;
  const kernelInitializer = tf.initializers.glorotNormal({ seed: 3 });
  return tf.sequential({
    layers: [
      dense({ units: 6, inputShape: [4], activation: 'relu', kernelInitializer }),
      batchNormalization(),
      dropout({ rate: 0.2 }),
      dense({ units: 3, kernelInitializer }),
    ],
  });
}

function training(model: tf.Sequential, optimizer: tf.Optimizer): (batch: Batch) => tf.Scalar {
  return ({ x, y }) =>
    optimizer.minimize(() => {
      const logits = model.apply(x, { training: true }) as tf.Tensor2D;
      return tf.losses.softmaxCrossEntropy(tf.oneHot(y.toInt(), 3), logits) as tf.Scalar;
    }, true) as tf.Scalar;
}

function batches(count: number, size = 6): Batch[] {
  return Array.from({ length: count }, (_, i) => ({
    x: tf.randomNormal([size, 4], 0, 1, 'float32', 100 + i),
    y: tf.randomUniform([size], 0, 3, 'int32', i),
  }));
}

const optimizers: Record<string, () => tf.Optimizer> = {
  momentum: () => tf.train.momentum(0.05, 0.9),
  adam: () => tf.train.adam(0.01),
};

for (const [rule, optimizer] of Object.entries(optimizers)) {
  test(`with ${rule}, batch normalisation and dropout it trains bit for bit as the step itself`, () => {
    const data = [...batches(40), ...batches(10, 3)];
    const outcome = (wrap: (step: (batch: Batch) => tf.Scalar) => (batch: Batch) => tf.Scalar) => {
      seedRandom(7);
      tf.disposeVariables();
      const model = network();
      const mine = optimizer();
      const step = wrap(training(model, mine));
      const losses = data.map((batch, i) => {
        if (i === 20) (mine as tf.Optimizer & { learningRate: number }).learningRate = 0.003;
        const loss = step(batch);
        const [value] = loss.dataSync();
        loss.dispose();
        return value;
      });
      return [losses, ...model.getWeights().map((weight) => weight.dataSync())];
    };
    let calls = 0;
    const replayed = outcome((step) =>
      pureStep((batch: Batch) => {
        calls++;
        return step(batch);
      }),
    );
    assert.equal(
      replayed,
      outcome((step) => (batch) => withoutCompiling(() => step(batch))),
    );
    assert.ok(calls < 20, `the JavaScript ran ${calls} times`);
    assert.equal(warnings, []);
  });
}

test('only what the step returns is left', async () => {
  tf.disposeVariables();
  const step = pureStep(training(network(), tf.train.adam(0.01)));
  const data = batches(12);
  for (const batch of data.slice(0, 6)) step(batch).dispose();
  await assertTensorsKept(() => {
    for (const batch of data) step(batch).dispose();
  });
});

test('results keep their structure, and variables what they are assigned', () => {
  const total = tf.variable(tf.zeros([2]));
  const step = pureStep(([x, { y }]: [tf.Tensor, { y: tf.Tensor }]) => {
    total.assign(total.add(x));
    return { list: [x.add(y), total.sum()], note: 'kept' };
  });
  for (let i = 1; i <= 9; i++) {
    const { list, note } = step([tf.tensor1d([1, 2]), { y: tf.tensor1d([i, 0]) }]);
    assert.equal([...list[0].dataSync()], [1 + i, 2]);
    assert.is(list[1].dataSync()[0], 3 * i);
    assert.is(note, 'kept');
    assert.equal([...total.dataSync()], [i, 2 * i]);
  }
});

test('a copy of a variable taken between calls does not change with it', () => {
  const w = tf.variable(tf.ones([3]));
  const optimizer = tf.train.sgd(0.1);
  const step = pureStep((x: tf.Tensor) =>
    optimizer.minimize(() => w.mul(x).sum<tf.Scalar>(), true),
  );
  for (let i = 0; i < 5; i++) step(tf.ones([3]));
  const copy = w.clone();
  const before = [...copy.dataSync()];
  step(tf.ones([3]));
  assert.equal([...copy.dataSync()], before);
  assert.not.equal([...w.dataSync()], before);
});

const stateful: Record<string, () => (x: tf.Tensor) => tf.Tensor> = {
  'takes numbers made anew': () => {
    let count = 0;
    return (x) => x.mul(tf.scalar(++count));
  },
  'takes other tensors each time': () => {
    const scales = [tf.scalar(2), tf.scalar(3)];
    let count = 0;
    return (x) => x.mul(scales[count++ % 2]);
  },
  'keeps tensors': () => (x) => tf.keep(x.add(1)).mul(2),
  'reads values': () => (x) => x.mul(x.sum().dataSync()[0]),
};

for (const [what, make] of Object.entries(stateful)) {
  test(`a step that ${what} from the first call on is never replayed, whatever was promised`, () => {
    const [step, plain] = [pureStep(make()), make()];
    for (let i = 0; i < 60; i++) {
      const x = tf.tensor1d([i, 1]);
      assert.equal([...step(x).dataSync()], [...plain(x).dataSync()]);
    }
    assert.equal(warnings, []);
  });
}

test('a broken promise is found out at a check, said once, and the steps are right from then on', () => {
  let scale = 1;
  const step = pureStep((x: tf.Tensor) => x.mul(scale).sum());
  const values = Array.from({ length: 60 }, (_, i) => {
    if (i === 20) scale = 2;
    return step(tf.tensor1d([1])).dataSync()[0];
  });
  assert.is(values[19], 1);
  assert.is(values[59], 2);
  assert.is(warnings.length, 1);
  assert.match(warnings[0], /promises a step that does the same.*number that JavaScript makes/);
});

test('a live number is read anew at each replay', () => {
  let beta = 0;
  const step = pureStep((x: tf.Tensor) => x.mul(live(() => beta)).sum());
  for (; beta < 40; beta++) assert.is(step(tf.tensor1d([1, 2])).dataSync()[0], 3 * beta);
  assert.equal(warnings, []);
});

test('the first call after check() runs the JavaScript', () => {
  let scale = 1;
  const step = pureStep((x: tf.Tensor) => x.mul(scale).sum());
  for (let i = 0; i < 10; i++) step(tf.tensor1d([1]));
  scale = 3;
  step.check();
  assert.is(step(tf.tensor1d([1])).dataSync()[0], 3);
});

test('after a tensor of the surroundings was disposed the step itself runs, and fails', () => {
  const offset = tf.tensor1d([5]);
  const step = pureStep((x: tf.Tensor) => x.add(offset));
  for (let i = 0; i < 5; i++) step(tf.tensor1d([i]));
  offset.dispose();
  assert.throws(() => step(tf.tensor1d([1])), /was disposed already/);
});

test.run();

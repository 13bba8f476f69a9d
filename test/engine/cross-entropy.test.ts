import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sparseSoftmaxCrossEntropy } from '../../lib/notegrad/src/engine/cross-entropy';
import { compileStep } from '../../lib/notegrad/src/engine/native/compiler/compile-step';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { assertClose } from '../support/close';
import { assertTensorsKept } from '../support/memory';
import { useNative } from '../support/native';
import { assertSameAsCpu, Numbers } from '../support/native-and-cpu';

const CLOSE = { rtol: 5e-6, atol: 1e-6 };

function example(rows: number, classes: number, scale = 1) {
  const numbers = new Numbers(rows + classes);
  const logits = numbers.values([rows, classes]).map((v) => v * scale);
  const ids = Array.from({ length: rows }, () => numbers.between(0, classes - 1));
  const oneHot = () => tf.oneHot(tf.tensor1d(ids, 'int32'), classes);
  return { logits: () => tf.tensor2d(logits, [rows, classes]), ids, oneHot };
}

test('the cross-entropy of classes by number is that of one-hot labels, forward and backward', async () => {
  for (const [rows, classes, scale] of [
    [1, 2, 1],
    [64, 10, 1],
    [5, 1000, 30],
    [3, 17, 1e3],
  ]) {
    const { logits, ids, oneHot } = example(rows, classes, scale);
    const sparse = () =>
      tf.valueAndGrad((x) => sparseSoftmaxCrossEntropy(tf.tensor1d(ids, 'int32'), x))(logits());
    const dense = () =>
      tf.valueAndGrad((x) => tf.losses.softmaxCrossEntropy(oneHot(), x) as tf.Scalar)(logits());
    for (const compute of [sparse, dense]) {
      const run = () => Object.values(compute()) as tf.Tensor[];
      await assertSameAsCpu(run, CLOSE, `${rows} rows of ${classes} classes`);
    }
    await tf.setBackend('native');
    tf.tidy(() => {
      const [a, b] = [sparse(), dense()];
      assertClose(a.value.dataSync(), b.value.dataSync(), CLOSE, 'losses');
      assertClose(a.grad.dataSync(), b.grad.dataSync(), CLOSE, 'gradients');
    });
  }
});

test('two equally likely classes cost ln 2, and the gradient pulls towards the label', async () => {
  await useNative();
  const { value, grad } = tf.valueAndGrad((x) => sparseSoftmaxCrossEntropy([1], x))(
    tf.zeros([1, 2]),
  );
  assertClose(value.dataSync(), [Math.log(2)]);
  assertClose(grad.dataSync(), [0.5, -0.5]);
  tf.dispose([value, grad]);
});

test('weights, label smoothing and reductions are those of tfjs', async () => {
  const { logits, oneHot } = example(6, 4);
  for (const reduction of [0, 1, 2, 3]) {
    for (const smoothing of [0, 0.1]) {
      const run = () => {
        const weights = tf.tensor1d([1, 0, 2, 0.5, 1, 1]);
        const wide = tf.reshape(weights, [6, 1]);
        return [
          tf.losses.softmaxCrossEntropy(oneHot(), logits(), weights, smoothing, reduction),
          tf.losses.softmaxCrossEntropy(oneHot(), logits(), undefined, smoothing, reduction),
          tf.losses.sigmoidCrossEntropy(oneHot(), logits(), wide, smoothing, reduction),
          tf.losses.sigmoidCrossEntropy(oneHot(), logits(), undefined, smoothing, reduction),
        ];
      };
      await assertSameAsCpu(run, CLOSE, `reduction ${reduction}, smoothing ${smoothing}`);
    }
  }
});

test('soft labels get the gradient that tfjs gives them', async () => {
  const { logits } = example(3, 5);
  const run = () => {
    const labels = tf.softmax(tf.tensor2d(new Numbers(9).values([3, 5]), [3, 5]));
    const loss = (y: tf.Tensor, x: tf.Tensor) => tf.losses.softmaxCrossEntropy(y, x);
    return tf.grads(loss)([labels, logits()]);
  };
  await assertSameAsCpu(run, CLOSE, 'gradients of labels and logits');
});

test('the binary cross-entropy of logits stays finite, and its gradient is σ(x) − y', async () => {
  await useNative();
  const [x, y] = [
    [-1e4, -50, -1, 0, 1, 50, 1e4],
    [1, 0, 0.25, 1, 0, 1, 0],
  ];
  tf.tidy(() => {
    const loss = (t: tf.Tensor) => tf.losses.sigmoidCrossEntropy(y, t, undefined, 0, 2);
    const { value, grad } = tf.valueAndGrad(loss)(tf.tensor1d(x));
    const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
    const expected = x.map(
      (v, i) => Math.max(v, 0) - v * y[i] + Math.log1p(Math.exp(-Math.abs(v))),
    );
    assertClose(value.dataSync(), [expected.reduce((a, b) => a + b)], { rtol: 1e-6 });
    assertClose(
      grad.dataSync(),
      x.map((v, i) => sigmoid(v) - y[i]),
      CLOSE,
    );
  });
});

test('labels that fit neither the logits nor the classes are refused', async () => {
  await useNative();
  assert.throws(
    () => sparseSoftmaxCrossEntropy([0, 1], tf.zeros([3, 2])),
    /labels \[2\] do not fit/,
  );
  assert.throws(() => sparseSoftmaxCrossEntropy([2], tf.zeros([1, 2])), /label out of range: 2/);
  assert.throws(() => sparseSoftmaxCrossEntropy([-1], tf.zeros([1, 2])), /label out of range: -1/);
});

test('labels that are no whole numbers are refused on every engine', async () => {
  const logits = tf.zeros([2, 3]);
  for (const engine of ['native', 'cpu']) {
    if (engine === 'native') await useNative();
    else await tf.setBackend(engine);
    for (const wrong of [0.5, 1.999, -0.1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 40]) {
      assert.throws(
        () => sparseSoftmaxCrossEntropy(tf.tensor1d([1, wrong]), logits),
        /label out of range/,
        `${wrong} on ${engine}`,
      );
    }
    const wholes = sparseSoftmaxCrossEntropy(tf.tensor1d([1, 2]), logits);
    assertClose(wholes.dataSync(), [Math.log(3)]);
  }
});

test('labels that are no whole numbers are refused in a step that is replayed, too', async () => {
  await useNative();
  const logits = tf.variable(tf.zeros([2, 3]));
  const sgd = tf.train.sgd(0.1);
  const step = compileStep(
    (labels: tf.Tensor) => sgd.minimize(() => sparseSoftmaxCrossEntropy(labels, logits), true)!,
  );
  for (let i = 0; i < 5; i++) step(tf.tensor1d([0, i % 3])).dispose();
  assert.throws(
    () => step(tf.tensor1d([0, 0.5])).dataSync(),
    /label out of range: no whole number/,
  );
});

test('a loss leaves nothing but itself behind', async () => {
  await useNative();
  const { logits, ids, oneHot } = example(4, 3);
  const [x, y] = [logits(), oneHot()];
  await assertTensorsKept(() => sparseSoftmaxCrossEntropy(ids, x), 1);
  await assertTensorsKept(() => tf.losses.softmaxCrossEntropy(y, x), 1);
  await assertTensorsKept(() => tf.losses.sigmoidCrossEntropy(y, x), 1);
  await assertTensorsKept(() => tf.losses.softmaxCrossEntropy([[0, 1]], [[2, 3]]), 1);
  await assertTensorsKept(() => tf.losses.sigmoidCrossEntropy([[0, 1]], [[2, 3]]), 1);
  await assertTensorsKept(() => tf.logSoftmax([2, 3]), 1);
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { accuracy, confusionMatrix, evaluate } from '../../lib/notegrad/src/train/metrics';
import { assertClose } from '../support/close';
import { assertTensorsKept } from '../support/memory';

test.before(async () => {
  await tf.setBackend('cpu');
});

test('accuracy is the share of rows whose largest logit is the label', () => {
  const logits = tf.tensor2d([
    [1, 2, 0],
    [5, 1, 1],
    [0, 0, 9],
    [3, 2, 1],
  ]);
  assertClose(accuracy(tf.tensor1d([1, 0, 2, 2], 'int32'), logits).dataSync(), [0.75]);
});

test('evaluate weighs a smaller last batch by its size', async () => {
  function* batches() {
    yield { x: tf.tensor1d([1, 2, 3]) };
    yield { x: tf.tensor1d([10]) };
  }
  await assertTensorsKept(() => {
    const { mean } = evaluate(batches(), ({ x }) => ({ mean: x.mean<tf.Scalar>() }));
    assert.is(mean, (1 + 2 + 3 + 10) / 4);
  });
});

test('evaluate refuses to average over nothing', () => {
  assert.throws(
    () => evaluate([], () => ({})),
    (error: Error) => error.message === 'nothing to evaluate: there is no batch',
  );
});

test('evaluate refuses a metric that is not one number, of which it would keep the first', () => {
  assert.throws(
    () =>
      evaluate([{ x: tf.tensor1d([1, 2, 3]) }], ({ x }) => ({ right: x.greater(1) as tf.Scalar })),
    (error: Error) =>
      error.message ===
      'the metric right must be one number a batch, its mean, not a tensor of shape [3]',
  );
});

test('a confusion matrix counts true classes in rows and predicted ones in columns', () => {
  const counts = confusionMatrix([0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 2, 0], 3);
  assert.equal(counts, [
    [1, 1, 0],
    [0, 1, 0],
    [1, 0, 2],
  ]);
});

test('a confusion matrix refuses labels that are no class, naming the sample', () => {
  assert.throws(
    () => confusionMatrix([0, 3], [0, 1], 3),
    (error: Error) => error.message === 'unknown class: 3 (0 to 2) at sample 1',
  );
  assert.throws(() => confusionMatrix([0, 0.5], [0, 1], 3), /^unknown class: 0\.5/);
  assert.throws(
    () => confusionMatrix([0], [0, 1], 3),
    (error: Error) => error.message === '1 labels but 2 predictions',
  );
});

test('a label between two classes is no sample that was told right', () => {
  const logits = tf.tensor2d([
    [1, 0],
    [0, 1],
  ]);
  assert.is(accuracy(tf.tensor1d([0.5, 1]), logits).dataSync()[0], 0.5);
  assert.is(accuracy(tf.tensor1d([0, 1]), logits).dataSync()[0], 1);
});

test.run();

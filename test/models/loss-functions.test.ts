import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import {
  binaryCrossEntropy,
  crossEntropy,
  squaredError,
} from '../../lib/notegrad/src/models/loss-functions';
import { assertClose } from '../support/close';

test('the cross-entropy is the mean of −log softmax at the labels, also for huge logits', () => {
  const logits = tf.tensor2d([
    [1, 2, 4],
    [1000, 0, -1000],
  ]);
  const labels = tf.tensor1d([1, 1], 'int32');
  const first = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(4)) - 2;
  assertClose([crossEntropy(labels, logits).dataSync()[0]], [(first + 1000) / 2]);
});

test('the gradient of the cross-entropy is (softmax − one-hot) / batch', () => {
  const logits = tf.tensor2d([
    [0.5, -1, 2],
    [3, 3, 0],
  ]);
  const labels = tf.tensor1d([2, 0], 'int32');
  const gradient = tf.grad((z) => crossEntropy(labels, z as tf.Tensor2D))(logits);
  const expected = tf.softmax(logits).sub(tf.oneHot(labels, 3)).div(2);
  assertClose(gradient.dataSync(), expected.dataSync());
});

test('the gradient of the binary cross-entropy is (σ(logits) − targets) / batch', () => {
  const logits = tf.tensor2d([
    [0.5, -30, 2],
    [3, 30, 0],
  ]);
  const targets = tf.tensor2d([
    [0, 1, 0.25],
    [1, 0, 0.5],
  ]);
  const gradient = tf.grad((z) => binaryCrossEntropy(targets, z))(logits);
  assertClose(gradient.dataSync(), logits.sigmoid().sub(targets).div(2).dataSync());
});

test('the squared error is a mean over samples of sums over elements, or over all elements', () => {
  const x = tf.tensor2d([
    [1, 2],
    [3, 4],
  ]);
  assert.is(squaredError(x, tf.zerosLike(x)).dataSync()[0], 15);
  assert.is(squaredError(x, tf.zerosLike(x), { per: 'element' }).dataSync()[0], 7.5);
});

test('losses of one kind are reduced alike', () => {
  const x = tf.randomUniform([3, 2, 4, 1], 0, 1, 'float32', 1);
  const y = tf.randomNormal(x.shape, 0, 1, 'float32', 2);
  for (const loss of [binaryCrossEntropy, squaredError]) {
    const [perSample, perElement] = (['sample', 'element'] as const).map(
      (per) => loss(x, y, { per }).dataSync()[0],
    );
    assertClose([perSample], [8 * perElement]);
    assert.is(loss(x, y).dataSync()[0], perSample);
    const each = tf.split(x, 3).map((sample, i) => loss(sample, tf.split(y, 3)[i]).dataSync()[0]);
    assertClose([perSample], [(each[0] + each[1] + each[2]) / 3]);
  }
});

test('the squared error of tensors that would be broadcast is refused', () => {
  assert.throws(
    () => squaredError(tf.zeros([4]), tf.zeros([4, 1])),
    'targets [4] do not fit predictions [4,1]: give the same shape',
  );
});

test.run();

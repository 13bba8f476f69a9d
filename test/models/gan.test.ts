import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { denseGan, discriminatorLoss, generatorLoss } from '../../lib/notegrad/src/models/gan';
import { numParameters } from '../../lib/notegrad/src/models/model';
import { assertClose } from '../support/close';
import { assertTensorsKept } from '../support/memory';

const linear = (inputs: number, outputs: number) => inputs * outputs + outputs;
const small = { inputShape: [4, 5, 1], latentDim: 3, hiddenSizes: [6, 8], seed: 1 } as const;

test('the default GAN is 100-256-512-1024-784 against 784-1024-512-256-1', () => {
  const model = denseGan();
  const generator = linear(100, 256) + linear(256, 512) + linear(512, 1024) + linear(1024, 784);
  const discriminator = linear(784, 1024) + linear(1024, 512) + linear(512, 256) + linear(256, 1);
  assert.is(numParameters(model.generator), generator);
  assert.is(numParameters(model.discriminator), discriminator);
  assert.equal([generator, discriminator], [1486352, 1460225]);
  assert.is(numParameters(model), generator + discriminator);
  model.dispose();
});

test('noise becomes images in [−1, 1] and images become logits, and no tensor stays', async () => {
  await assertTensorsKept(() =>
    tf.tidy(() => {
      const model = denseGan(small);
      const images = model.generate(tf.randomNormal([7, 3], 0, 9, 'float32', 1));
      assert.equal(images.shape, [7, 4, 5, 1]);
      assert.ok(images.abs().max().dataSync()[0] <= 1);
      assert.equal(model.discriminate(images).shape, [7, 1]);
      model.dispose();
    }),
  );
});

test('a conditional GAN draws and judges the same noise otherwise for another label', () => {
  const model = denseGan({ ...small, numClasses: 3 });
  assert.is(
    numParameters(model),
    linear(6, 6) + linear(6, 8) + linear(8, 20) + (linear(23, 8) + linear(8, 6) + linear(6, 1)),
  );
  const z = tf.ones([3, 3]);
  const images = model.generate(z, tf.tensor1d([0, 1, 1], 'int32'));
  const [first, second, third] = images.unstack().map((image) => image.dataSync().join());
  assert.is(second, third);
  assert.is.not(first, second);
  const logits = model.discriminate(tf.ones([2, 4, 5, 1]), tf.tensor1d([0, 2], 'int32')).dataSync();
  assert.is.not(logits[0], logits[1]);
  model.dispose();
});

test('a conditional GAN without labels is refused', () => {
  const model = denseGan({ ...small, numClasses: 3 });
  assert.throws(() => model.generate(tf.ones([1, 3])), /needs the labels/);
  model.dispose();
});

test('labels that no class has, or that a plain GAN would not look at, are refused', () => {
  const label = (id: number) => tf.tensor1d([id], 'int32');
  const conditional = denseGan({ ...small, numClasses: 3 });
  assert.throws(() => conditional.generate(tf.ones([1, 3]), label(3)).dataSync(), /3/);
  conditional.dispose();
  const plain = denseGan(small);
  assert.throws(() => plain.generate(tf.ones([1, 3]), label(0)), /^this GAN takes no labels/);
  plain.dispose();
});

test('a discriminator that cannot tell costs 2·ln 2, a generator that deceives nothing', () => {
  const unsure = tf.zeros([4, 1]);
  assertClose([discriminatorLoss(unsure, unsure).dataSync()[0]], [2 * Math.LN2]);
  assertClose([discriminatorLoss(tf.fill([4, 1], 50), tf.fill([4, 1], -50)).dataSync()[0]], [0]);
  assertClose([generatorLoss(unsure).dataSync()[0]], [Math.LN2]);
  assertClose([generatorLoss(tf.fill([4, 1], 50)).dataSync()[0]], [0]);
  assertClose([generatorLoss(tf.fill([4, 1], -50)).dataSync()[0]], [50]);
});

test('the discriminator drops units in training only', () => {
  const model = denseGan({ ...small, hiddenSizes: [64, 64], dropout: 0.5 });
  const x = tf.ones([1, 4, 5, 1]);
  const logit = (training: boolean) => model.discriminate(x, undefined, { training }).dataSync()[0];
  assert.is(logit(false), logit(false));
  assert.is.not(logit(true), logit(true));
  model.dispose();
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { convolutionalAutoencoder } from '../../lib/notegrad/src/models/convolutional-autoencoder';
import { numParameters } from '../../lib/notegrad/src/models/model';
import { assertTensorsKept } from '../support/memory';

const digits = (count: number, imgSize = 28) =>
  tf.randomUniform([count, imgSize, imgSize, 1], 0, 1, 'float32', 1);

test('with and without skips it has the parameters that the handout implies', () => {
  const convolutions = 1 * 4 * 9 + 4 + (4 * 8 * 9 + 8) + (8 * 4 * 9 + 4) + (4 * 1 * 9 + 1);
  const linears = 392 * 20 + 20 + (20 * 2 + 2) + (2 * 20 + 20) + (20 * 392 + 392);
  for (const skips of [false, true]) {
    const model = convolutionalAutoencoder({ skips });
    assert.is(numParameters(model), convolutions + linears);
    model.dispose();
  }
  assert.is(convolutions + linears, 16859);
});

test('images become two numbers each and images again, and no tensor stays behind', async () => {
  await assertTensorsKept(() => {
    const model = convolutionalAutoencoder();
    const x = digits(3);
    const h = model.encode(x);
    assert.equal(h.shape, [3, 2]);
    const y = model.decode(h);
    assert.equal(y.shape, [3, 28, 28, 1]);
    const again = model.reconstruct(x);
    assert.equal(again.dataSync(), y.dataSync());
    tf.dispose([x, h, y, again]);
    model.dispose();
  });
});

test('the skips carry what the embedding lost: without a code, the output still follows the image', () => {
  const differences = [false, true].map((skips) => {
    const model = convolutionalAutoencoder({ skips, seed: 3 });
    const toCode = model.encoder.getLayer('encoder.fc2');
    toCode.setWeights(toCode.getWeights().map((weight) => tf.zerosLike(weight)));
    const [a, b] = tf.split(model.reconstruct(digits(2)), 2);
    model.dispose();
    return a.sub(b).abs().max().dataSync()[0];
  });
  assert.is(differences[0], 0);
  assert.ok(differences[1] > 1e-3, `with skips two images differ by ${differences[1]}`);
});

test('a decoder with skips refuses a bare code and says what to do', () => {
  const model = convolutionalAutoencoder({ skips: true });
  assert.throws(() => model.decode(tf.zeros([1, 2])), /use reconstruct\(x\)/);
  model.dispose();
});

test('an image size that two poolings cannot halve is refused', () => {
  assert.throws(
    () => convolutionalAutoencoder({ inputShape: [28, 30, 1] }),
    'invalid inputShape: 28×30×1 (height and width must be multiples of 4, for 2 poolings)',
  );
});

test.run();

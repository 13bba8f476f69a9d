import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { denseAutoencoder } from '../../lib/notegrad/src/models/autoencoder';
import { numParameters, trainableVariables } from '../../lib/notegrad/src/models/model';
import { assertTensorsKept } from '../support/memory';

const denseParameters = (widths: number[]) =>
  widths.slice(1).reduce((sum, width, i) => sum + widths[i] * width + width, 0);

test('a dense autoencoder has a·b + b parameters for each pair of neighbouring widths', () => {
  const model = denseAutoencoder({ inputShape: [12, 12], latentDim: 3, hiddenSizes: [20, 10] });
  assert.is(
    numParameters(model),
    denseParameters([144, 20, 10, 3]) + denseParameters([3, 10, 20, 144]),
  );
  model.dispose();
});

test('the default autoencoder is 784-512-128-32-2 and back', () => {
  const model = denseAutoencoder();
  const widths = [784, 512, 128, 32, 2];
  const expected = denseParameters(widths) + denseParameters([...widths].reverse());
  assert.is(numParameters(model), expected);
  model.dispose();
});

test('encode and decode take batches of rows or of maps, of any size, and give the same', () => {
  const model = denseAutoencoder({ inputShape: [6, 6, 1], hiddenSizes: [8, 8] });
  for (const batch of [1, 5]) {
    const rows = tf.randomUniform([batch, 36], 0, 1, 'float32', 1);
    const h = model.encode(rows);
    assert.equal(h.shape, [batch, 2]);
    assert.equal(
      model.encode(rows.reshape([batch, 6, 6, 1])).arraySync(),
      h.arraySync(),
      'maps and rows',
    );
    const y = model.decode(h);
    assert.equal(y.shape, [batch, 36]);
    assert.equal(model.reconstruct(rows).arraySync(), y.arraySync());
    assert.ok(tf.all(y.greater(0).logicalAnd(y.less(1))).dataSync()[0], 'sigmoid output');
  }
  model.dispose();
});

test('images of another size are refused rather than merged', () => {
  const model = denseAutoencoder({ inputShape: [8, 8, 1], hiddenSizes: [] });
  assert.throws(() => model.encode(tf.zeros([4, 4, 4, 1])), /4,64/);
  model.dispose();
});

test('an autoencoder without hidden layers and activations is linear', () => {
  const model = denseAutoencoder({
    inputShape: [3, 3, 1],
    hiddenSizes: [],
    activation: 'linear',
    outputActivation: 'linear',
  });
  const x = tf.randomNormal([1, 9], 0, 1, 'float32', 1);
  const [origin, once, twice] = [0, 1, 2].map((scale) => model.reconstruct(x.mul(scale)));
  const bend = twice.sub(once.mul(2)).add(origin).abs().max().dataSync()[0];
  assert.ok(bend < 1e-5, `f(2x) − 2f(x) + f(0) = ${bend}`);
  assert.is(numParameters(model), 9 * 2 + 2 + 2 * 9 + 9);
  model.dispose();
});

test('the same seed gives the same weights and another seed others', () => {
  const weights = (seed: number) => {
    const model = denseAutoencoder({ inputShape: [4, 4, 1], hiddenSizes: [5], seed });
    const values = trainableVariables(model).map((variable) => variable.arraySync());
    model.dispose();
    return values;
  };
  assert.equal(weights(7), weights(7));
  assert.not.equal(weights(7), weights(8));
});

test('encoding and decoding keep one tensor each, and a disposed model keeps none', async () => {
  await assertTensorsKept(() => {
    const model = denseAutoencoder({ inputShape: [4, 4, 1], hiddenSizes: [5] });
    const x = tf.ones([3, 16]);
    const before = tf.memory().numTensors;
    const h = model.encode(x);
    const y = model.decode(h);
    const z = model.reconstruct(x);
    assert.is(tf.memory().numTensors, before + 3);
    tf.dispose([x, h, y, z]);
    model.dispose();
  });
});

test.run();

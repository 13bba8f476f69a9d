import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seedRandom } from '../../lib/notegrad/src/engine/random';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { convolutionalVae } from '../../lib/notegrad/src/models/convolutional-vae';
import { numParameters } from '../../lib/notegrad/src/models/model';
import { denseVae, klDivergence, type Vae, vaeLoss } from '../../lib/notegrad/src/models/vae';
import { assertClose } from '../support/close';
import { assertTensorsKept } from '../support/memory';

const linear = (inputs: number, outputs: number) => inputs * outputs + outputs;
const conv = (inputs: number, outputs: number) => 16 * inputs * outputs + outputs;

const variants: [string, (seed: number) => Vae, [number, number, number], number][] = [
  [
    'the dense VAE 784-400-20',
    (seed) => denseVae({ seed }),
    [28, 28, 1],
    linear(784, 400) + 2 * linear(400, 20) + linear(20, 400) + linear(400, 784),
  ],
  [
    'a convolutional VAE',
    (seed) => convolutionalVae({ channels: [4, 6], latentDim: 3, seed }),
    [28, 28, 1],
    conv(1, 4) +
      conv(4, 6) +
      2 * linear(7 * 7 * 6, 3) +
      linear(3, 7 * 7 * 6) +
      conv(6, 4) +
      conv(4, 1),
  ],
  [
    'a convolutional VAE with batch normalisation and images of an odd size',
    (seed) =>
      convolutionalVae({
        inputShape: [13, 10, 3],
        channels: [4, 6],
        latentDim: 5,
        batchNorm: true,
        negativeSlope: 0.2,
        seed,
      }),
    [13, 10, 3],
    conv(3, 4) +
      8 +
      (conv(4, 6) + 12) +
      2 * linear(72, 5) +
      (linear(5, 72) + 12) +
      (conv(6, 4) + 8) +
      conv(4, 3),
  ],
  [
    'a convolutional VAE with residual blocks',
    (seed) =>
      convolutionalVae({
        inputShape: [8, 8, 1],
        channels: [2, 3],
        latentDim: 2,
        residual: true,
        seed,
      }),
    [8, 8, 1],
    conv(1, 2) +
      conv(2, 3) +
      2 * linear(12, 2) +
      linear(2, 12) +
      conv(3, 2) +
      conv(2, 1) +
      2 * (2 * 9 * 2 * 2 + 4 * 2 + (2 * 9 * 3 * 3 + 4 * 3)),
  ],
];

for (const [name, make, imageShape, parameters] of variants) {
  test(`${name} has its parameters, gives images for images and keeps no tensor`, async () => {
    await assertTensorsKept(() =>
      tf.tidy(() => {
        const model = make(1);
        assert.is(numParameters(model), parameters);
        const x = tf.randomUniform([2, ...imageShape], 0, 1, 'float32', 1);
        const output = model.run(x);
        assert.equal(output.logits.shape, x.shape);
        assert.equal(output.mean.shape, [2, model.latentDim]);
        assert.equal(output.logVariance.shape, [2, model.latentDim]);
        const pixels = [model.reconstruct(x), model.decode(tf.zeros([4, model.latentDim]))];
        assert.equal(pixels[1].shape, [4, ...imageShape]);
        for (const y of pixels) assert.ok(tf.all(y.greater(0).logicalAnd(y.less(1))).dataSync()[0]);
        model.dispose();
      }),
    );
  });
}

test('a sample is mean + σ·ε: with the given noise, or with new seeded noise each time', () => {
  const posterior = {
    mean: tf.tensor2d([[1, -2]]),
    logVariance: tf.tensor2d([[0, Math.log(9)]]),
  };
  const model = denseVae({ inputShape: [2, 2, 1], hiddenSizes: [3], latentDim: 2 });
  const epsilon = tf.tensor2d([[0.5, -1]]);
  assertClose(model.reparametrise(posterior, epsilon).dataSync(), [1.5, -5]);
  const draw = () => model.reparametrise(posterior).dataSync();
  seedRandom(4);
  const [first, second] = [draw(), draw()];
  assert.not.equal(first, second);
  seedRandom(4);
  assert.equal(draw(), first);
});

test('the KL divergence is zero for a standard normal and 0.5·(μ² + σ² − 1 − ln σ²) a latent else', () => {
  const kl = (mean: number[][], logVariance: number[][]) =>
    klDivergence({ mean: tf.tensor2d(mean), logVariance: tf.tensor2d(logVariance) }).dataSync()[0];
  assert.is(kl([[0, 0]], [[0, 0]]), 0);
  const one = (mu: number, variance: number) => 0.5 * (mu ** 2 + variance - 1 - Math.log(variance));
  assertClose(
    [
      kl(
        [
          [3, -1],
          [0, 0],
        ],
        [
          [Math.log(2), 0],
          [0, Math.log(0.1)],
        ],
      ),
    ],
    [(one(3, 2) + one(-1, 1) + one(0, 0.1)) / 2],
  );
});

test('a mean and a log-variance of different shapes are refused, and not broadcast', () => {
  const posterior = {
    mean: tf.zeros<tf.Rank.R2>([4, 3]),
    logVariance: tf.zeros<tf.Rank.R2>([4, 1]),
  };
  assert.throws(
    () => klDivergence(posterior),
    /^mean \[4,3\] does not fit logVariance \[4,1\]: give the same shape$/,
  );
});

test('the loss of a batch is the Bernoulli cross-entropy plus β times the KL divergence', () => {
  const [p, x] = [0.8, 0.3];
  const output = {
    mean: tf.tensor2d([[2]]),
    logVariance: tf.tensor2d([[0]]),
    logits: tf.fill<tf.Rank.R4>([1, 2, 1, 1], Math.log(p / (1 - p))),
  };
  const { loss, reconstruction, kl } = vaeLoss(tf.fill([1, 2, 1, 1], x), output, 4);
  const expected = -2 * (x * Math.log(p) + (1 - x) * Math.log(1 - p));
  assertClose(
    [reconstruction, kl, loss].map((value) => value.dataSync()[0]),
    [expected, 2, expected + 8],
  );
});

test('the reconstruction loss stays finite where a pixel is surely wrong', () => {
  const output = {
    mean: tf.zeros<tf.Rank.R2>([1, 1]),
    logVariance: tf.zeros<tf.Rank.R2>([1, 1]),
    logits: tf.tensor4d([1000, -1000], [1, 1, 1, 2]),
  };
  assertClose([vaeLoss(tf.tensor4d([0, 1], [1, 1, 1, 2]), output).loss.dataSync()[0]], [2000]);
});

test.run();

import { test } from 'uvu';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { trainableVariables } from '../../lib/notegrad/src/models/model';
import { loadEngines } from '../support/on-every-engine';
import { ids, type Program, setWeights, testParity, uniform } from '../support/training-parity';

const { layers } = tf;

interface Fitted {
  readonly make: () => tf.LayersModel;
  readonly input: number[];
  /** How many ids there are, where the input is ids. */
  readonly numIds?: number;
  readonly loss?: 'bce' | 'mse' | 'cce';
  readonly optimizer?: () => tf.Optimizer;
}

/** A layers model that learns random targets. */
const fitted =
  ({ make, input, numIds, loss = 'mse', optimizer = () => tf.train.adam(0.01) }: Fitted): Program =>
  (numbers) => {
    const model = make();
    setWeights(model, numbers);
    const x = numIds ? ids(numbers, input, numIds) : uniform(numbers, input);
    const shape = [input[0], ...(model.outputs[0].shape.slice(1) as number[])];
    const targets = uniform(numbers, shape);
    const y = loss === 'mse' ? targets : loss === 'bce' ? targets.greater(0) : targets.softmax();
    const cost = (predicted: tf.Tensor): tf.Scalar =>
      loss === 'mse'
        ? tf.losses.meanSquaredError(targets, predicted)
        : loss === 'bce'
          ? tf.metrics.binaryCrossentropy(y.toFloat(), predicted).mean()
          : tf.losses.softmaxCrossEntropy(y, predicted);
    const update = optimizer();
    return () =>
      update.minimize(
        () => cost(model.apply(x, { training: true }) as tf.Tensor),
        true,
      ) as tf.Scalar;
  };

const sequential = (...list: tf.layers.Layer[]) => tf.sequential({ layers: list });

const layersPrograms: Record<string, Program> = {
  'a classifier with one output unit': fitted({
    make: () =>
      sequential(
        layers.dense({ units: 16, activation: 'relu', inputShape: [4] }),
        layers.dense({ units: 1, activation: 'sigmoid' }),
      ),
    input: [32, 4],
    loss: 'bce',
  }),
  'a regression of one number on one number': fitted({
    make: () => sequential(layers.dense({ units: 1, inputShape: [1] })),
    input: [8, 1],
    optimizer: () => tf.train.sgd(0.1),
  }),
  'layers that narrow to one unit and widen again': fitted({
    make: () =>
      sequential(
        layers.dense({ units: 7, activation: 'tanh', inputShape: [5] }),
        layers.dense({ units: 1, activation: 'tanh' }),
        layers.dense({ units: 9, activation: 'elu' }),
        layers.dense({ units: 1, useBias: false }),
        layers.dense({ units: 5 }),
      ),
    input: [1, 5],
  }),
  'an LSTM': fitted({
    make: () =>
      sequential(
        layers.lstm({ units: 6, inputShape: [20, 1] }),
        layers.dense({ units: 1, activation: 'sigmoid' }),
      ),
    input: [4, 20, 1],
    loss: 'bce',
    optimizer: () => tf.train.adam(0.003),
  }),
  'two LSTMs of one unit with sequences': fitted({
    make: () =>
      sequential(
        layers.lstm({ units: 1, returnSequences: true, inputShape: [9, 3] }),
        layers.lstm({ units: 4, returnSequences: true, implementation: 1 }),
        layers.timeDistributed({ layer: layers.dense({ units: 1 }) }),
      ),
    input: [1, 9, 3],
  }),
  'a bidirectional GRU': fitted({
    make: () =>
      sequential(
        layers.bidirectional({
          layer: layers.gru({ units: 3, returnSequences: true }) as tf.RNN,
          inputShape: [7, 2],
          mergeMode: 'concat',
        }),
        layers.gru({ units: 1 }),
      ),
    input: [3, 7, 2],
  }),
  'sentiment by a bag of embeddings': fitted({
    make: () =>
      sequential(
        layers.embedding({ inputDim: 12, outputDim: 4, inputLength: 6 }),
        layers.globalAveragePooling1d({}),
        layers.dense({ units: 1, activation: 'sigmoid' }),
      ),
    input: [8, 6],
    numIds: 12,
    loss: 'bce',
  }),
  'sentiment by a convolution over embeddings': fitted({
    make: () =>
      sequential(
        layers.embedding({ inputDim: 12, outputDim: 5, inputLength: 8 }),
        layers.conv1d({ filters: 6, kernelSize: 3, activation: 'relu' }),
        layers.globalMaxPool1d({}),
        layers.dense({ units: 3, activation: 'relu' }),
        layers.dense({ units: 1, activation: 'sigmoid' }),
      ),
    input: [6, 8],
    numIds: 12,
    loss: 'bce',
  }),
  'sentiment by a simple RNN': fitted({
    make: () =>
      sequential(
        layers.embedding({ inputDim: 12, outputDim: 3, inputLength: 8 }),
        layers.simpleRNN({ units: 4 }),
        layers.dense({ units: 1, activation: 'sigmoid' }),
      ),
    input: [6, 8],
    numIds: 12,
    loss: 'bce',
  }),
  'an MLP with batch and layer normalisation': fitted({
    make: () =>
      sequential(
        layers.dense({ units: 6, inputShape: [5] }),
        layers.batchNormalization(),
        layers.reLU(),
        layers.dense({ units: 4 }),
        layers.layerNormalization(),
        layers.dense({ units: 1 }),
      ),
    input: [16, 5],
  }),
  'convolutions of one channel': fitted({
    make: () =>
      sequential(
        layers.conv2d({ filters: 1, kernelSize: 3, activation: 'relu', inputShape: [7, 6, 1] }),
        layers.conv2d({ filters: 3, kernelSize: 1, activation: 'relu' }),
        layers.conv2d({ filters: 1, kernelSize: 1 }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 1 }),
      ),
    input: [3, 7, 6, 1],
  }),
  'convolutions with batch normalisation': fitted({
    make: () =>
      sequential(
        layers.conv2d({ filters: 4, kernelSize: 3, useBias: false, inputShape: [6, 6, 2] }),
        layers.batchNormalization(),
        layers.leakyReLU(),
        layers.averagePooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 3 }),
      ),
    input: [4, 6, 6, 2],
    loss: 'cce',
  }),
  'depthwise and separable convolutions': fitted({
    make: () =>
      sequential(
        layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, inputShape: [6, 5, 2] }),
        layers.prelu({ sharedAxes: [1, 2] }),
        layers.separableConv2d({ filters: 3, kernelSize: 2, activation: 'tanh' }),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 1 }),
      ),
    input: [3, 6, 5, 2],
  }),
  'transposed convolutions': fitted({
    make: () =>
      sequential(
        layers.dense({ units: 12, inputShape: [1] }),
        layers.reshape({ targetShape: [2, 2, 3] }),
        layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }),
        layers.leakyReLU(),
        layers.conv2dTranspose({ filters: 1, kernelSize: 2, strides: 2, activation: 'sigmoid' }),
      ),
    input: [3, 1],
  }),
  'convolutions in three dimensions': fitted({
    make: () =>
      sequential(
        layers.conv3d({ filters: 2, kernelSize: 2, activation: 'tanh', inputShape: [3, 4, 4, 1] }),
        layers.maxPooling3d({ poolSize: 2, strides: 1 }),
        layers.flatten(),
        layers.dense({ units: 1 }),
      ),
    input: [2, 3, 4, 4, 1],
  }),
};

/** softmax(Q Kᵀ / √d) V for some heads of width d. */
const attention =
  (numHeads: number, d: number): Program =>
  (numbers) => {
    const [batch, length, width] = [3, 6, numHeads * d];
    const x = uniform(numbers, [batch, length, width]);
    const y = uniform(numbers, [batch, length, 1]);
    const weight = (columns: number) =>
      tf.variable(uniform(numbers, [width, columns]).div(Math.sqrt(width)));
    const [q, k, v, o] = [weight(width), weight(width), weight(width), weight(1)];
    const heads = (w: tf.Variable) =>
      x
        .reshape([-1, width])
        .matMul(w)
        .reshape([batch, length, numHeads, d])
        .transpose([0, 2, 1, 3]);
    const optimizer = tf.train.adam(0.01);
    return () =>
      optimizer.minimize(() => {
        const scores = tf.matMul(heads(q), heads(k), false, true).div(Math.sqrt(d));
        const mixed = tf.matMul(scores.softmax(), heads(v)).transpose([0, 2, 1, 3]);
        const out = mixed.reshape([-1, width]).matMul(o).reshape([batch, length, 1]);
        return tf.losses.meanSquaredError(y, out) as tf.Scalar;
      }, true) as tf.Scalar;
  };

const operationsPrograms: Record<string, Program> = {
  attention: attention(2, 4),
  'attention with heads of one number': attention(3, 1),
  'one matrix multiplied by in several shapes': (numbers) => {
    const w = tf.variable(uniform(numbers, [6, 1]));
    const x = uniform(numbers, [4, 6]);
    const optimizer = tf.train.momentum(0.01, 0.9);
    return () =>
      optimizer.minimize(() => {
        const code = x.matMul(w as tf.Tensor2D);
        const wide = code.matMul(w.reshape([1, 6]));
        const again = wide.reshape([12, 2]).matMul(w.reshape([2, 3]));
        const turned = again.reshape([12, 3]).matMul(w.reshape([3, 2]));
        return wide.sub(x).square().mean().add(turned.square().mean()) as tf.Scalar;
      }, true) as tf.Scalar;
  },
  'one output unit in a GAN': (numbers) => {
    const generator = sequential(
      layers.dense({ units: 6, activation: 'relu', inputShape: [2] }),
      layers.dense({ units: 3 }),
    );
    const discriminator = sequential(
      layers.dense({ units: 8, inputShape: [3] }),
      layers.leakyReLU(),
      layers.dense({ units: 1 }),
    );
    for (const model of [generator, discriminator]) setWeights(model, numbers);
    const [real, z] = [uniform(numbers, [8, 3]), uniform(numbers, [8, 2])];
    const [d, g] = [tf.train.adam(0.005), tf.train.adam(0.005)];
    const judge = (x: tf.Tensor) => discriminator.apply(x) as tf.Tensor;
    const fake = () => generator.apply(z) as tf.Tensor;
    const cost = (logits: tf.Tensor, label: number) =>
      tf.losses.sigmoidCrossEntropy(tf.fill(logits.shape, label), logits) as tf.Scalar;
    return () =>
      tf.tidy(() => {
        const ofDiscriminator = d.minimize(
          () => cost(judge(real), 1).add(cost(judge(fake()), 0)) as tf.Scalar,
          true,
          trainableVariables(discriminator),
        ) as tf.Scalar;
        const ofGenerator = g.minimize(
          () => cost(judge(fake()), 1),
          true,
          trainableVariables(generator),
        ) as tf.Scalar;
        return ofDiscriminator.add(ofGenerator) as tf.Scalar;
      });
  },
};

const programs = { ...layersPrograms, ...operationsPrograms };

for (const [name, program] of Object.entries(programs)) testParity(test, name, program);

test.before(loadEngines);

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../../lib/notegrad/src/engine/wasm/load';
import { assertClose } from '../../support/close';
import { Numbers } from '../../support/native-and-cpu';

const { layers } = tf;
const NUM_STEPS = 3;

interface Example {
  readonly make: () => tf.LayersModel;
  readonly input: number[];
  /** Ids from 0 to 9 as input. */
  readonly isIds?: boolean;
}

const conv = (filters: number, strides = 1, inputShape?: number[]): tf.layers.Layer =>
  layers.conv2d({
    filters,
    kernelSize: 3,
    strides,
    padding: 'same',
    activation: 'relu',
    inputShape,
  });

const examples: Record<string, Example> = {
  'an MLP': {
    make: () =>
      tf.sequential({
        layers: [
          layers.dense({ units: 20, activation: 'relu', inputShape: [12] }),
          layers.dense({ units: 5, activation: 'softmax' }),
        ],
      }),
    input: [8, 12],
  },
  'a CNN with pooling': {
    make: () =>
      tf.sequential({
        layers: [
          conv(4, 1, [9, 8, 1]),
          layers.maxPooling2d({ poolSize: 2 }),
          conv(6),
          layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
          layers.flatten(),
          layers.dense({ units: 5 }),
        ],
      }),
    input: [4, 9, 8, 1],
  },
  'a convolutional autoencoder with nearest upsampling': {
    make: () =>
      tf.sequential({
        layers: [
          conv(4, 2, [8, 8, 1]),
          conv(6, 2),
          layers.upSampling2d({ size: [2, 2] }),
          conv(4),
          layers.upSampling2d({ size: [2, 2] }),
          layers.conv2d({ filters: 1, kernelSize: 3, padding: 'same', activation: 'sigmoid' }),
        ],
      }),
    // tfjs's cpu gradient of nearest resizing is wrong for more images than one.
    input: [1, 8, 8, 1],
  },
  'transposed convolutions with batch normalisation and leaky ReLU': {
    make: () =>
      tf.sequential({
        layers: [
          layers.dense({ units: 36, inputShape: [5] }),
          layers.reshape({ targetShape: [3, 3, 4] }),
          layers.conv2dTranspose({ filters: 3, kernelSize: 4, strides: 2, padding: 'same' }),
          layers.batchNormalization(),
          layers.leakyReLU({ alpha: 0.2 }),
          layers.conv2dTranspose({ filters: 1, kernelSize: 3, strides: 2, padding: 'same' }),
        ],
      }),
    input: [4, 5],
  },
  'a ResNet block': {
    make: () => {
      const input = tf.input({ shape: [6, 6, 3] });
      const norm = (x: tf.SymbolicTensor) =>
        layers.batchNormalization().apply(x) as tf.SymbolicTensor;
      const inner = norm(
        conv(3).apply(norm(conv(3).apply(input) as tf.SymbolicTensor)) as tf.SymbolicTensor,
      );
      const sum = layers.add().apply([input, inner]) as tf.SymbolicTensor;
      const pooled = layers.globalAveragePooling2d({}).apply(layers.reLU().apply(sum));
      const output = layers.dense({ units: 4 }).apply(pooled) as tf.SymbolicTensor;
      return tf.model({ inputs: input, outputs: output });
    },
    input: [4, 6, 6, 3],
  },
  'an embedding with an LSTM': {
    make: () =>
      tf.sequential({
        layers: [
          layers.embedding({ inputDim: 10, outputDim: 6, inputLength: 5 }),
          layers.lstm({ units: 7, returnSequences: true, recurrentInitializer: 'glorotUniform' }),
          layers.timeDistributed({ layer: layers.dense({ units: 3 }) }),
        ],
      }),
    input: [4, 5],
    isIds: true,
  },
  'a GRU': {
    make: () =>
      tf.sequential({
        layers: [
          layers.gru({ units: 6, inputShape: [5, 4], recurrentInitializer: 'glorotUniform' }),
          layers.dense({ units: 3 }),
        ],
      }),
    input: [4, 5, 4],
  },
  'separable convolutions': {
    make: () =>
      tf.sequential({
        layers: [
          layers.separableConv2d({ filters: 5, kernelSize: 3, strides: 2, inputShape: [9, 8, 3] }),
          layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2 }),
          layers.globalMaxPooling2d({}),
          layers.dense({ units: 3 }),
        ],
      }),
    input: [4, 9, 8, 3],
  },
};

/** The losses of a few steps of momentum from weights and data of fixed numbers. */
function losses({ make, input, isIds }: Example): number[] {
  const numbers = new Numbers(1);
  const model = make();
  const weights = model.getWeights().map((w) => {
    const scale = w.shape.length > 1 ? 0.4 : 0.1;
    return tf.tensor(
      numbers.values(w.shape).map((value) => Math.abs(scale * value)),
      w.shape,
    );
  });
  model.setWeights(weights);
  const values = numbers.values(input);
  const x = tf.tensor(isIds ? values.map((v) => Math.floor(5 * v + 5)) : values, input);
  const shape = (model.predict(x) as tf.Tensor).shape;
  const y = tf.tensor(numbers.values(shape), shape);
  const optimizer = tf.train.momentum(0.01, 0.9);
  return Array.from({ length: NUM_STEPS }, () => {
    const loss = optimizer.minimize(
      () => tf.losses.meanSquaredError(y, model.apply(x, { training: true }) as tf.Tensor),
      true,
    );
    return loss!.dataSync()[0];
  });
}

for (const [name, example] of Object.entries(examples)) {
  test(`${name} trains to the cpu backend's losses`, async () => {
    await tf.setBackend('cpu');
    const expected = losses(example);
    await tf.setBackend('wasm');
    const actual = losses(example);
    assertClose(actual, expected, { rtol: 1e-5 }, 'loss');
    assert.ok(actual[NUM_STEPS - 1] < actual[0], 'the loss goes down');
  });
}

test('a training step through the layers API leaves no tensor behind', async () => {
  await tf.setBackend('wasm');
  const { make, input } = examples['a CNN with pooling'];
  const model = make();
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  const [x, y] = [tf.ones(input), tf.ones([input[0], 5])];
  await model.trainOnBatch(x, y);
  const { numTensors, numBytes, numDataBuffers } = tf.memory();
  await model.trainOnBatch(x, y);
  assert.equal(tf.memory().numTensors, numTensors);
  assert.equal(tf.memory().numBytes, numBytes);
  assert.equal(tf.memory().numDataBuffers, numDataBuffers);
});

test.before(async () => {
  tf.enableProdMode();
  await loadWasm();
});

test.run();

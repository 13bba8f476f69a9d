import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { useNative } from '../../support/native';

const { layers } = tf;

interface Frozen {
  /** The layer to freeze; the model around it has others too. */
  readonly make: (trainable?: boolean) => tf.layers.Layer;
  readonly input: number[];
}

const frozen: Record<string, Frozen> = {
  'a dense layer': {
    make: (trainable) => layers.dense({ units: 3, trainable }),
    input: [2, 4],
  },
  'a convolution': {
    make: (trainable) => layers.conv1d({ filters: 2, kernelSize: 2, trainable }),
    input: [2, 4, 3],
  },
  'batch normalisation': {
    make: (trainable) => layers.batchNormalization({ trainable }),
    input: [2, 4],
  },
  'an LSTM': {
    make: (trainable) => layers.lstm({ units: 3, trainable }),
    input: [2, 4, 3],
  },
  'stacked recurrent cells': {
    make: (trainable) =>
      layers.rnn({
        cell: [layers.gruCell({ units: 2 }), layers.lstmCell({ units: 3 })],
        trainable,
      }),
    input: [2, 4, 3],
  },
  'a bidirectional layer': {
    make: (trainable) => {
      const layer = layers.bidirectional({
        layer: layers.gru({ units: 3 }) as tf.RNN,
        mergeMode: 'concat',
      });
      if (trainable !== undefined) layer.trainable = trainable;
      return layer;
    },
    input: [2, 4, 3],
  },
  'a layer for every time step': {
    make: (trainable) => {
      const layer = layers.timeDistributed({ layer: layers.dense({ units: 2 }) });
      if (trainable !== undefined) layer.trainable = trainable;
      return layer;
    },
    input: [2, 4, 3],
  },
  'a model': {
    make: (trainable) => {
      const model = tf.sequential({ layers: [layers.dense({ units: 3, inputShape: [4] })] });
      if (trainable !== undefined) model.trainable = trainable;
      return model;
    },
    input: [2, 4],
  },
};

function valuesOf(weights: tf.Tensor[]): number[] {
  return weights.flatMap((weight) => Array.from(weight.dataSync()));
}

/** A step of all that the optimizer finds: which of the layer's values and of others it changed. */
function changedByStep(layer: tf.layers.Layer, model: tf.LayersModel, input: number[]): boolean[] {
  const head = model.layers.at(-1) as tf.layers.Layer;
  model.predict(tf.ones(input));
  const before = [layer, head].map(({ trainableWeights, nonTrainableWeights }) =>
    valuesOf([...trainableWeights, ...nonTrainableWeights].map((weight) => weight.read())),
  );
  tf.train.sgd(0.1).minimize(() => (model.apply(tf.ones(input)) as tf.Tensor).square().mean());
  return [layer, head].map(({ trainableWeights, nonTrainableWeights }, i) => {
    const now = valuesOf([...trainableWeights, ...nonTrainableWeights].map((w) => w.read()));
    return String(now) !== String(before[i]);
  });
}

function around(layer: tf.layers.Layer, input: number[]): tf.LayersModel {
  const first = layers.activation({ activation: 'linear', inputShape: input.slice(1) });
  return tf.sequential({ layers: [first, layer, layers.dense({ units: 1 })] });
}

const [FROZEN, TRAINED] = [
  [false, true],
  [true, true],
];

for (const [name, { make, input }] of Object.entries(frozen)) {
  test(`${name} frozen before or after its first call is not trained, until it is thawed`, () => {
    const configured = make(false);
    assert.equal(changedByStep(configured, around(configured, input), input), FROZEN);

    const before = make();
    before.trainable = false;
    assert.equal(changedByStep(before, around(before, input), input), FROZEN, 'before');

    const within = make();
    const model = around(within, input);
    within.trainable = false;
    assert.equal(changedByStep(within, model, input), FROZEN, 'in a model');
    assert.equal(within.trainableWeights.length, 0);

    within.trainable = true;
    assert.equal(changedByStep(within, model, input), TRAINED, 'thawed');
  });
}

test('a layer frozen by itself stays so when the model around it is frozen and thawed', () => {
  const layer = layers.dense({ units: 3 });
  const model = around(layer, [2, 4]);
  layer.trainable = false;
  model.trainable = false;
  assert.throws(() => changedByStep(layer, model, [2, 4]), /trainable|variables/);
  model.trainable = true;
  assert.equal(changedByStep(layer, model, [2, 4]), FROZEN);
});

test('a discriminator trains by itself, but not in the frozen state of the model around it', async () => {
  const dense = (units: number, input: number) => layers.dense({ units, inputShape: [input] });
  const features = tf.sequential({ layers: [dense(4, 3)] });
  const image = tf.input({ shape: [3] });
  const judged = dense(1, 4).apply(features.apply(image)) as tf.SymbolicTensor;
  const discriminator = tf.model({ inputs: image, outputs: judged });
  discriminator.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });

  const generator = tf.sequential({ layers: [dense(3, 2)] });
  const noise = tf.input({ shape: [2] });
  discriminator.trainable = false;
  const combined = tf.model({
    inputs: noise,
    outputs: discriminator.apply(generator.apply(noise)) as tf.SymbolicTensor,
  });
  combined.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });

  const state = () =>
    [features, discriminator.layers.at(-1)!, generator].map((m) => valuesOf(m.getWeights()));
  const changed = (before: number[][]) =>
    state().map((now, i) => String(now) !== String(before[i]));
  let before = state();
  await discriminator.trainOnBatch(tf.ones([2, 3]), tf.zeros([2, 1]));
  assert.equal(changed(before), [true, true, false]);
  before = state();
  await combined.trainOnBatch(tf.ones([2, 2]), tf.fill([2, 1], 5));
  assert.equal(changed(before), [false, false, true]);
  assert.equal(combined.trainableWeights.length, 2);
});

test('a layer frozen after the model was compiled is frozen at once', async () => {
  const layer = layers.dense({ units: 3 });
  const model = around(layer, [2, 4]);
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  layer.trainable = false;
  const before = valuesOf(layer.getWeights());
  await model.trainOnBatch(tf.ones([2, 4]), tf.ones([2, 1]));
  assert.equal(valuesOf(layer.getWeights()), before);
});

test.before(async () => {
  await useNative();
});

test.before.each(() => {
  tf.disposeVariables();
});

test.run();

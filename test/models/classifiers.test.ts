import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { cnn } from '../../lib/notegrad/src/models/cnn';
import { layerFactory } from '../../lib/notegrad/src/models/layers';
import { mlp } from '../../lib/notegrad/src/models/mlp';
import { forward, numParameters, trainableVariables } from '../../lib/notegrad/src/models/model';
import { multiTaskCnn } from '../../lib/notegrad/src/models/multi-task';
import { residualBlock, resnet } from '../../lib/notegrad/src/models/resnet';
import { vgg11 } from '../../lib/notegrad/src/models/vgg11';
import { assertTensorsKept } from '../support/memory';

const linear = (inputs: number, outputs: number) => inputs * outputs + outputs;
const conv = (inputs: number, outputs: number, kernel: number) =>
  kernel ** 2 * inputs * outputs + outputs;

interface Case {
  readonly name: string;
  readonly make: (seed: number) => tf.LayersModel;
  readonly inputShape: number[];
  readonly outputShapes: number[][];
  readonly parameters: number;
  readonly layerNames: string[];
}

const cases: Case[] = [
  {
    name: 'the MLP 784-100-100-10',
    make: (seed) => mlp({ seed }),
    inputShape: [28, 28, 1],
    outputShapes: [[10]],
    parameters: linear(784, 100) + linear(100, 100) + linear(100, 10),
    layerNames: ['fc1', 'fc2', 'fc3'],
  },
  {
    name: 'the CNN 16/32/64',
    make: (seed) => cnn({ seed }),
    inputShape: [28, 28, 1],
    outputShapes: [[10]],
    parameters: conv(1, 16, 3) + conv(16, 32, 3) + conv(32, 64, 3) + linear(3 * 3 * 64, 10),
    layerNames: ['conv1', 'conv2', 'conv3', 'fc1'],
  },
  {
    name: 'the CNN 16/32/64 without padding',
    make: (seed) => cnn({ padding: 'valid', seed }),
    inputShape: [28, 28, 1],
    outputShapes: [[10]],
    parameters: 23946,
    layerNames: ['conv1', 'conv2', 'conv3', 'fc1'],
  },
  {
    name: 'a CNN of 5×5 filters with a hidden linear layer',
    make: (seed) =>
      cnn({ channels: [40, 80], kernelSize: 5, padding: 'valid', hiddenSizes: [100], seed }),
    inputShape: [28, 28, 1],
    outputShapes: [[10]],
    parameters: conv(1, 40, 5) + conv(40, 80, 5) + linear(4 * 4 * 80, 100) + linear(100, 10),
    layerNames: ['conv1', 'conv2', 'fc1', 'fc2'],
  },
  {
    name: 'VGG11 with a narrow head',
    make: (seed) => vgg11({ hiddenSizes: [16, 16], seed }),
    inputShape: [32, 32, 1],
    outputShapes: [[10]],
    parameters:
      conv(1, 64, 3) +
      conv(64, 128, 3) +
      conv(128, 256, 3) +
      conv(256, 256, 3) +
      conv(256, 512, 3) +
      3 * conv(512, 512, 3) +
      linear(512, 16) +
      linear(16, 16) +
      linear(16, 10),
    layerNames: [
      ...[0, 3, 6, 8, 11, 13, 16, 18].map((i) => `features.${i}`),
      ...[0, 3, 6].map((i) => `classifier.${i}`),
    ],
  },
  {
    name: 'the multi-task network',
    make: (seed) => multiTaskCnn({ seed }),
    inputShape: [36, 36, 1],
    outputShapes: [[10], [10]],
    parameters: conv(1, 10, 5) + conv(10, 20, 5) + linear(6 * 6 * 20, 50) + 2 * linear(50, 10),
    layerNames: ['encoder.conv1', 'encoder.conv2', 'encoder.fc1', 'decoder1', 'decoder2'],
  },
  {
    name: 'a ResNet of two stages',
    make: (seed) => resnet({ inputShape: [9, 8, 2], channels: [4, 6], seed }),
    inputShape: [9, 8, 2],
    outputShapes: [[10]],
    // Convolutions have no biases; batch normalisation has γ and β, its statistics do not count.
    parameters:
      9 * 2 * 4 +
      8 +
      (9 * 4 * 4 * 2 + 16) +
      (9 * 4 * 6 + 9 * 6 * 6 + 24) +
      (4 * 6 + 12) +
      linear(6, 10),
    layerNames: [
      'conv1',
      'bn1',
      ...['conv1', 'bn1', 'conv2', 'bn2'].map((name) => `layer1.0.${name}`),
      ...['conv1', 'bn1', 'conv2', 'bn2', 'downsample.0', 'downsample.1'].map(
        (name) => `layer2.0.${name}`,
      ),
      'fc',
    ],
  },
];

for (const { name, make, inputShape, outputShapes, parameters, layerNames } of cases) {
  test(`${name} has the parameters, layers and output shapes that its docstring says`, async () => {
    await assertTensorsKept(() => {
      const model = make(1);
      assert.is(numParameters(model), parameters);
      const withWeights = model.layers.filter((layer) => layer.weights.length > 0);
      assert.equal(withWeights.map((layer) => layer.name).sort(), [...layerNames].sort());
      for (const batch of [1, 3]) {
        tf.tidy(() => {
          const x = tf.ones([batch, ...inputShape]);
          const outputs = [forward(model, x)].flat();
          assert.equal(
            outputs.map((output) => output.shape),
            outputShapes.map((shape) => [batch, ...shape]),
          );
          assert.ok(outputs.every((output) => tf.all(output.isFinite()).dataSync()[0]));
        });
      }
      model.dispose();
    });
  });

  test(`${name} begins the same for the same seed, and else otherwise`, () => {
    const firstWeights = (seed: number) => {
      const model = make(seed);
      const values = trainableVariables(model).map((variable) => variable.dataSync().slice(0, 9));
      model.dispose();
      return values;
    };
    assert.equal(firstWeights(5), firstWeights(5));
    assert.not.equal(firstWeights(5), firstWeights(6));
  });
}

test('VGG11 as in the paper has 28,142,858 parameters for one channel and ten classes', () => {
  const narrow = vgg11({ hiddenSizes: [1, 1] });
  const head = (width: number) => linear(512, width) + linear(width, width) + linear(width, 10);
  assert.is(numParameters(narrow) - head(1) + head(4096), 28142858);
  narrow.dispose();
});

test('an image that is pooled away is refused with its size', () => {
  assert.throws(
    () => cnn({ inputShape: [7, 28, 1] }),
    'image too small: 7×28×1 (after 3 poolings nothing is left)',
  );
});

test('a residual block whose convolutions are zero passes on what is positive', () => {
  const image = tf.input({ shape: [4, 4, 3] });
  const outputs = residualBlock(image, {
    name: 'block',
    inputs: 3,
    outputs: 3,
    layers: layerFactory({ seed: 1 }),
  });
  const block = tf.model({ inputs: image, outputs });
  for (const name of ['block.conv1', 'block.conv2']) {
    const layer = block.getLayer(name);
    layer.setWeights(layer.getWeights().map((weight) => tf.zerosLike(weight)));
  }
  const x = tf.randomNormal([2, 4, 4, 3], 0, 1, 'float32', 1);
  assert.equal(forward(block, x).dataSync(), x.relu().dataSync());
  block.dispose();
});

test.run();

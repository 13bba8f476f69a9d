import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { stateDict } from '../../lib/notegrad/src/models/state-dict';
import { seededRandom } from '../support/mutations';
import { pythonWithTorch } from '../support/python-torch';
import { assertSameInTorch, type Graph } from './torch-graphs';

const python = pythonWithTorch();
const withTorch = python
  ? test
  : (name: string) => console.log(`skipped: ${name}: no python3 has torch`);

test.before(async () => {
  await tf.setBackend('cpu');
});

const { layers } = tf;
type Layer = tf.layers.Layer;
/** A layer, and what torch_graphs.py is told of it. */
type Described = readonly [
  layer: Layer,
  node: { readonly op: string; readonly [key: string]: unknown },
];

/** A network of layers one after another, with other weights than it began with. */
function graphOf(
  shape: number[],
  described: readonly Described[],
  kinds: { input?: string; output?: string } = {},
): Graph {
  const random = seededRandom(5);
  const { input = 'map', output = 'vector' } = kinds;
  const isIds = input === 'ids';
  const model = tf.sequential({
    layers: [layers.inputLayer({ inputShape: shape }), ...described.map(([layer]) => layer)],
  });
  for (const weight of model.weights) {
    const size = (weight.shape as number[]).reduce((product, length) => product * length, 1);
    const values = Array.from({ length: size }, () => 0.2 + random());
    tf.tidy(() => {
      weight.write(tf.tensor(values, weight.shape as number[]));
    });
  }
  const size = 2 * shape.reduce((product, length) => product * length, 1);
  const values = Array.from({ length: size }, () =>
    isIds ? Math.floor(4 * random()) : random() - 0.5,
  );
  return {
    model,
    inputs: [tf.tensor(values, [2, ...shape], isIds ? 'int32' : 'float32')],
    description: {
      nodes: [
        { op: 'input', index: 0 },
        ...described.map(([layer, node], i) => ({ path: layer.name, ...node, inputs: [i] })),
      ],
      outputs: [described.length],
      outputKinds: [output],
      inputs: [{ kind: input, shape: [2, ...shape], values }],
    },
  };
}

const flatten = (): Described => [layers.flatten(), { op: 'flatten' }];
const dense = (inputs: number): Described => [
  layers.dense({ units: 2 }),
  { op: 'dense', in: inputs, out: 2 },
];
const lstm = (options: object = {}) =>
  layers.lstm({ units: 2, recurrentActivation: 'sigmoid', ...options });

const kinds: Record<string, () => Graph> = {
  Conv1D: () =>
    graphOf(
      [5, 2],
      [
        [
          layers.conv1d({ filters: 3, kernelSize: 2, strides: 2 }),
          { op: 'conv1d', in: 2, out: 3, kernel: 2, stride: 2, from: 'sequence' },
        ],
        flatten(),
        dense(6),
      ],
      { input: 'sequence' },
    ),
  Conv2D: () =>
    graphOf(
      [5, 4, 2],
      [
        [
          layers.conv2d({ filters: 3, kernelSize: [2, 3], strides: [2, 1] }),
          { op: 'conv2d', in: 2, out: 3, kernel: [2, 3], stride: [2, 1], bias: true },
        ],
        flatten(),
        dense(12),
      ],
    ),
  Conv3D: () =>
    graphOf(
      [3, 4, 2, 2],
      [
        [
          layers.conv3d({ filters: 3, kernelSize: [2, 3, 1] }),
          { op: 'conv3d', in: 2, out: 3, kernel: [2, 3, 1] },
        ],
        flatten(),
        dense(24),
      ],
    ),
  'Conv2DTranspose with fewer filters than inputs': () =>
    graphOf(
      [2, 3, 4],
      [
        [
          layers.conv2dTranspose({ filters: 3, kernelSize: [2, 3], strides: 2 }),
          { op: 'conv2dTranspose', in: 4, out: 3, kernel: [2, 3], stride: 2 },
        ],
        [
          layers.cropping2D({
            cropping: [
              [1, 0],
              [1, 0],
            ],
          }),
          { op: 'crop' },
        ],
      ],
      { output: 'map' },
    ),
  'Conv3DTranspose after a vector': () =>
    graphOf(
      [3],
      [
        [layers.dense({ units: 24 }), { op: 'dense', in: 3, out: 24 }],
        [layers.batchNormalization(), { op: 'batchNorm', in: 24, rank: 1 }],
        [layers.reshape({ targetShape: [2, 3, 1, 4] }), { op: 'toVolume', shape: [2, 3, 1, 4] }],
        [
          layers.conv3dTranspose({ filters: 2, kernelSize: [1, 2, 2], strides: 1 }),
          { op: 'conv3dTranspose', in: 4, out: 2, kernel: [1, 2, 2], stride: 1 },
        ],
      ],
      { input: 'vector', output: 'map' },
    ),
  DepthwiseConv2D: () =>
    graphOf(
      [4, 3, 3],
      [
        [
          layers.depthwiseConv2d({ kernelSize: [2, 3], depthMultiplier: 2 }),
          { op: 'depthwise', in: 3, kernel: [2, 3], times: 2 },
        ],
        flatten(),
        dense(18),
      ],
    ),
  'DepthwiseConv2D of channels in another order': () =>
    graphOf(
      [3],
      [
        [layers.dense({ units: 8 }), { op: 'dense', in: 3, out: 8 }],
        [layers.reshape({ targetShape: [2, 2, 2] }), { op: 'toMap', shape: [2, 2, 2] }],
        flatten(),
        [layers.reshape({ targetShape: [1, 1, 8] }), { op: 'toMap', shape: [1, 1, 8] }],
        [
          layers.depthwiseConv2d({ kernelSize: 1, depthMultiplier: 3 }),
          { op: 'depthwise', in: 8, kernel: 1, times: 3 },
        ],
        [
          layers.separableConv2d({ filters: 2, kernelSize: 1, depthMultiplier: 2 }),
          { op: 'separable', in: 24, out: 2, kernel: 1, times: 2 },
        ],
      ],
      { input: 'vector', output: 'map' },
    ),
  SeparableConv2D: () =>
    graphOf(
      [3, 4, 3],
      [
        [
          layers.separableConv2d({ filters: 2, kernelSize: [2, 3], depthMultiplier: 2 }),
          { op: 'separable', in: 3, out: 2, kernel: [2, 3], times: 2 },
        ],
        flatten(),
        dense(8),
      ],
    ),
  Embedding: () =>
    graphOf(
      [3],
      [
        [
          layers.embedding({ inputDim: 4, outputDim: 2, inputLength: 3 }),
          { op: 'embedding', in: 4, out: 2 },
        ],
        flatten(),
        dense(6),
      ],
      { input: 'ids' },
    ),
  LSTM: () =>
    graphOf([4, 3], [[lstm(), { op: 'lstm', in: 3, out: 2, from: 'sequence', sequences: false }]], {
      input: 'sequence',
    }),
  'LSTM without biases': () =>
    graphOf(
      [4, 3],
      [
        [
          lstm({ useBias: false, returnSequences: true }),
          { op: 'lstm', in: 3, out: 2, from: 'sequence', sequences: true, bias: false },
        ],
      ],
      { input: 'sequence' },
    ),
  'LSTM of a repeated vector in another order': () =>
    graphOf(
      [2, 2, 2],
      [
        flatten(),
        [layers.repeatVector({ n: 3 }), { op: 'repeat', times: 3 }],
        [lstm(), { op: 'lstm', in: 8, out: 2, from: 'sequence', sequences: false }],
      ],
    ),
  'bidirectional LSTM': () =>
    graphOf(
      [4, 3],
      [
        [
          layers.bidirectional({ layer: lstm() as never, mergeMode: 'concat' }),
          { op: 'bidirectional', in: 3, out: 2, from: 'sequence', sequences: false },
        ],
      ],
      { input: 'sequence' },
    ),
  'SimpleRNN with ReLU': () =>
    graphOf(
      [4, 3],
      [
        [
          layers.simpleRNN({ units: 2, activation: 'relu' }),
          { op: 'rnn', in: 3, out: 2, from: 'sequence', sequences: false, nonlinearity: 'relu' },
        ],
      ],
      { input: 'sequence' },
    ),
  'LayerNormalization of all axes, then flattened': () =>
    graphOf(
      [2, 3, 2],
      [
        [layers.layerNormalization({ axis: [1, 2, 3] }), { op: 'layerNormMap', shape: [2, 3, 2] }],
        flatten(),
        dense(12),
      ],
    ),
  'PReLU with one slope': () =>
    graphOf(
      [2, 3, 2],
      [
        [layers.prelu({ sharedAxes: [1, 2, 3] } as never), { op: 'prelu', in: 1 }],
        flatten(),
        dense(12),
      ],
    ),
  'PReLU with a slope for each channel': () =>
    graphOf(
      [2, 3, 2],
      [
        [layers.prelu({ sharedAxes: [1, 2] } as never), { op: 'prelu', in: 2 }],
        flatten(),
        dense(12),
      ],
    ),
};

withTorch('each kind of layer gives the same with the same state dict in PyTorch and back', () =>
  assertSameInTorch(
    python!,
    Object.values(kinds).map((graph) => graph()),
  ),
);

/** What is said of a model of one layer. */
function refusal(layer: Layer, shape = [3, 2]): string {
  const model = tf.sequential({ layers: [layers.inputLayer({ inputShape: shape }), layer] });
  try {
    stateDict(model);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was refused';
}

test('layers that compute something else than PyTorch’s are refused, with what would not', () => {
  assert.is(
    refusal(layers.lstm({ name: 'l', units: 2 })),
    "layer l has the activations tanh and hardSigmoid, PyTorch's LSTM tanh and sigmoid: make it " +
      "with { recurrentActivation: 'sigmoid' }",
  );
  assert.match(
    refusal(
      layers.bidirectional({
        name: 'b',
        layer: layers.lstm({ units: 2 }) as never,
        mergeMode: 'sum',
      }),
    ),
    /^layer b has the activations tanh and hardSigmoid/,
  );
  assert.match(
    refusal(layers.gru({ name: 'g', units: 2, recurrentActivation: 'sigmoid' })),
    /^layer g is a GRU that resets the state before multiplying it .* use tf\.layers\.lstm$/,
  );
  assert.match(
    refusal(layers.simpleRNN({ name: 'r', units: 2, activation: 'sigmoid' })),
    /^layer r has the activation sigmoid, which PyTorch's RNN does not have/,
  );
  assert.match(
    refusal(layers.prelu({ name: 'p' }), [2, 2, 3]),
    /^layer p has a slope for each position.* make it with \{ sharedAxes: \[1,2\] \}$/,
  );
  assert.match(
    refusal(layers.layerNormalization({ name: 'n', axis: [2, 3] }), [2, 2, 3]),
    /^layer n normalises 2 of 3 axes/,
  );
  assert.match(
    refusal(layers.rnn({ name: 'c', cell: layers.lstmCell({ units: 2 }) }) as Layer),
    /^layer c: no PyTorch layout for RNN \(known: Dense, /,
  );
});

test('a bias that PyTorch keeps in two is written as one and nothing, and read as their sum', () => {
  const model = tf.sequential({
    layers: [
      layers.inputLayer({ inputShape: [3, 2] }),
      lstm({ name: 'l', biasInitializer: 'ones' }),
    ],
  });
  const dict = stateDict(model);
  assert.equal(
    [...dict.keys()],
    ['weight_ih_l0', 'weight_hh_l0', 'bias_ih_l0', 'bias_hh_l0'].map((name) => `l.${name}`),
  );
  assert.equal([...dict.get('l.bias_hh_l0')!.data], new Array(8).fill(0));
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import {
  applyStateDict,
  type StateDictOptions,
  stateDict,
} from '../../lib/notegrad/src/models/state-dict';
import { pythonWithTorch } from '../support/python-torch';
import { randomGraph } from './random-graphs';
import { assertSameInTorch } from './torch-graphs';

const NUM_GRAPHS = 200;

const python = pythonWithTorch();
const withTorch = python
  ? test
  : (name: string) => console.log(`skipped: ${name}: no python3 has torch`);

test.before(async () => {
  await tf.setBackend('cpu');
});

withTorch('random networks give the same with the same state dict in PyTorch and back', () =>
  assertSameInTorch(
    python!,
    Array.from({ length: NUM_GRAPHS }, (_, seed) => randomGraph(seed)),
  ),
);

const { layers } = tf;
type Layer = tf.layers.Layer;

function sequential(shape: number[], ...all: Layer[]): tf.LayersModel {
  return tf.sequential({ layers: [layers.inputLayer({ inputShape: shape, name: 'x' }), ...all] });
}

function functional(
  shapes: number[][],
  connect: (...inputs: tf.SymbolicTensor[]) => tf.SymbolicTensor | tf.SymbolicTensor[],
): tf.LayersModel {
  const inputs = shapes.map((shape, i) => tf.input({ shape, name: `x${i + 1}` }));
  return tf.model({ inputs, outputs: connect(...inputs) });
}

function apply(layer: Layer, ...x: tf.SymbolicTensor[]): tf.SymbolicTensor {
  return layer.apply(x.length === 1 ? x[0] : x) as tf.SymbolicTensor;
}

/** Where PyTorch has our elements of a weight along an axis of its: found by numbering ours. */
function orderOf(
  model: tf.LayersModel,
  name: string,
  axis: number,
  options?: StateDictOptions,
): number[] {
  for (const weight of model.weights) {
    const shape = weight.shape as number[];
    const length = shape.length === 1 || axis === 0 ? shape.at(-1)! : shape.at(-2)!;
    tf.tidy(() => {
      const numbers = tf.range(0, length);
      const column = shape.length > 1 && axis === 1;
      weight.write(tf.zeros(shape).add(column ? numbers.reshape([length, 1]) : numbers));
    });
  }
  const { shape, data } = stateDict(model, options).get(name)!;
  const values = [...(data as Float32Array)];
  const inner = shape.slice(1).reduce((product, length) => product * length, 1);
  return axis === 0 ? values.filter((_, i) => i % inner === 0) : values.slice(0, inner);
}

const dense = (units: number, name = 'fc') => layers.dense({ name, units });
const bn = () => layers.batchNormalization({ name: 'bn' });
const conv = (filters: number, name?: string) => layers.conv2d({ name, filters, kernelSize: 1 });
/** [2, 1, 2] flattened as [channel, height, width]. */
const CHANNELS_FIRST = [0, 2, 1, 3];
const SAME = [0, 1, 2, 3];

const cases: [
  what: string,
  model: () => tf.LayersModel,
  name: string,
  axis: number,
  order: number[],
][] = [
  [
    'conv → flatten → batch norm → linear: the batch norm',
    () => sequential([2, 1, 1], conv(2), layers.flatten(), bn(), dense(1)),
    'bn.weight',
    0,
    CHANNELS_FIRST,
  ],
  [
    'conv → flatten → batch norm → linear: the linear layer',
    () => sequential([2, 1, 1], conv(2), layers.flatten(), bn(), dense(1)),
    'fc.weight',
    1,
    CHANNELS_FIRST,
  ],
  ...[
    layers.elu(),
    layers.leakyReLU(),
    layers.reLU(),
    layers.softmax(),
    layers.thresholdedReLU(),
    layers.prelu(),
    layers.dropout({ rate: 0.5 }),
    layers.gaussianNoise({ stddev: 1 }),
    layers.gaussianDropout({ rate: 0.5 }),
    layers.alphaDropout({ rate: 0.5 }),
    layers.activation({ activation: 'tanh' }),
    layers.layerNormalization(),
  ].map((layer): (typeof cases)[number] => [
    `flatten → ${layer.getClassName()} → linear`,
    () => sequential([2, 1, 1], conv(2), layers.flatten(), layer, dense(1)),
    'fc.weight',
    1,
    CHANNELS_FIRST,
  ]),
  [
    'linear → batch norm → relu → reshape → transposed conv: the linear layer’s outputs',
    () =>
      sequential(
        [3],
        dense(4),
        bn(),
        layers.reLU(),
        layers.reshape({ targetShape: [2, 1, 2] }),
        layers.conv2dTranspose({ filters: 1, kernelSize: 2 }),
      ),
    'fc.weight',
    0,
    CHANNELS_FIRST,
  ],
  [
    'linear → batch norm → relu → reshape → transposed conv: the batch norm',
    () =>
      sequential(
        [3],
        dense(4),
        bn(),
        layers.reLU(),
        layers.reshape({ targetShape: [2, 1, 2] }),
        layers.conv2dTranspose({ filters: 1, kernelSize: 2 }),
      ),
    'bn.running_mean',
    0,
    CHANNELS_FIRST,
  ],
  [
    'reshape as flatten',
    () => sequential([2, 1, 1], conv(2), layers.reshape({ targetShape: [4] }), dense(1)),
    'fc.weight',
    1,
    CHANNELS_FIRST,
  ],
  [
    'flatten of a map and a vector, concatenated',
    () =>
      functional([[2, 1, 2], [2]], (x, y) =>
        apply(dense(1), apply(layers.concatenate(), apply(layers.flatten(), x), y)),
      ),
    'fc.weight',
    1,
    [0, 2, 1, 3, 4, 5],
  ],
  [
    'two maps, flattened and concatenated',
    () =>
      functional(
        [
          [2, 1, 2],
          [1, 2, 2],
        ],
        (x, y) =>
          apply(
            dense(1),
            apply(layers.concatenate(), apply(layers.flatten(), x), apply(layers.flatten(), y)),
          ),
      ),
    'fc.weight',
    1,
    [0, 2, 1, 3, 4, 6, 5, 7],
  ],
  [
    'two flattened maps, added',
    () =>
      functional(
        [
          [2, 1, 2],
          [2, 1, 2],
        ],
        (x, y) =>
          apply(
            dense(1),
            apply(layers.add(), apply(layers.flatten(), x), apply(layers.flatten(), y)),
          ),
      ),
    'fc.weight',
    1,
    CHANNELS_FIRST,
  ],
  [
    'permute to channels first → flatten',
    () =>
      sequential(
        [2, 1, 1],
        conv(2),
        layers.permute({ dims: [3, 1, 2] }),
        layers.flatten(),
        dense(1),
      ),
    'fc.weight',
    1,
    SAME,
  ],
  [
    'reshape to channels first → permute → conv',
    () =>
      sequential(
        [3],
        dense(4),
        layers.reshape({ targetShape: [2, 2, 1] }),
        layers.permute({ dims: [2, 3, 1] }),
        conv(1),
      ),
    'fc.weight',
    0,
    SAME,
  ],
  [
    'a layer with dataFormat channelsFirst → flatten',
    () =>
      sequential(
        [2, 2, 1],
        layers.maxPooling2d({ poolSize: 1, dataFormat: 'channelsFirst' }),
        layers.flatten(),
        dense(1),
      ),
    'fc.weight',
    1,
    SAME,
  ],
  [
    'global pooling',
    () => sequential([2, 1, 1], conv(4), layers.globalMaxPooling2d({}), dense(1)),
    'fc.weight',
    1,
    SAME,
  ],
  [
    'an image [height, width] → flatten',
    () => sequential([2, 2], layers.flatten(), dense(1)),
    'fc.weight',
    1,
    SAME,
  ],
  [
    'a recurrent layer’s sequence → flatten',
    () =>
      sequential(
        [2, 3],
        layers.simpleRNN({ units: 2, returnSequences: true }),
        layers.flatten(),
        dense(1),
      ),
    'fc.weight',
    1,
    SAME,
  ],
  [
    'a recurrent layer’s sequence → permute → flatten',
    () =>
      sequential(
        [2, 3],
        layers.simpleRNN({ units: 2, returnSequences: true }),
        layers.permute({ dims: [2, 1] }),
        layers.flatten(),
        dense(1),
      ),
    'fc.weight',
    1,
    SAME,
  ],
  [
    'conv1d → flatten',
    () =>
      sequential([2, 3], layers.conv1d({ filters: 2, kernelSize: 1 }), layers.flatten(), dense(1)),
    'fc.weight',
    1,
    CHANNELS_FIRST,
  ],
  [
    'linear → reshape → conv1d',
    () =>
      sequential(
        [3],
        dense(4),
        layers.reshape({ targetShape: [2, 2] }),
        layers.conv1d({ filters: 1, kernelSize: 1 }),
      ),
    'fc.weight',
    0,
    CHANNELS_FIRST,
  ],
  [
    'linear → reshape → LSTM',
    () =>
      sequential(
        [3],
        dense(4),
        layers.reshape({ targetShape: [2, 2] }),
        layers.lstm({ units: 1, recurrentActivation: 'sigmoid' }),
      ),
    'fc.weight',
    0,
    SAME,
  ],
  [
    'linear → reshape, added to what a conv1d gives',
    () =>
      functional([[3], [2, 2]], (x, y) =>
        apply(
          layers.add(),
          apply(layers.conv1d({ filters: 2, kernelSize: 1 }), y),
          apply(layers.reshape({ targetShape: [2, 2] }), apply(dense(4), x)),
        ),
      ),
    'fc.weight',
    0,
    CHANNELS_FIRST,
  ],
  [
    'linear → reshape → reshape with a further axis → conv',
    () =>
      sequential(
        [3],
        dense(4),
        layers.reshape({ targetShape: [2, 2] }),
        layers.reshape({ targetShape: [2, 1, 2] }),
        conv(1),
      ),
    'fc.weight',
    0,
    CHANNELS_FIRST,
  ],
  [
    'TimeDistributed convolutions and a flattening of each step',
    () =>
      sequential(
        [2, 2, 1, 1],
        layers.timeDistributed({ layer: conv(2) }),
        layers.timeDistributed({ layer: layers.flatten() }),
        layers.timeDistributed({ layer: layers.dense({ units: 1 }), name: 'fc' }),
      ),
    'fc.weight',
    1,
    CHANNELS_FIRST,
  ],
  [
    'a model that is applied to each step',
    () => {
      const step = tf.sequential({
        layers: [
          layers.conv2d({ name: 'conv', filters: 2, kernelSize: 1, inputShape: [2, 1, 1] }),
          layers.flatten(),
          dense(1),
        ],
      });
      return sequential([3, 2, 1, 1], layers.timeDistributed({ name: 'steps', layer: step }));
    },
    'steps.fc.weight',
    1,
    CHANNELS_FIRST,
  ],
  [
    'a model among the layers that flattens',
    () =>
      sequential(
        [2, 1, 1],
        conv(2),
        tf.sequential({
          name: 'head',
          layers: [layers.flatten({ inputShape: [2, 1, 2] }), dense(1)],
        }),
      ),
    'head.fc.weight',
    1,
    CHANNELS_FIRST,
  ],
  [
    'a model among the layers that gives a flattened map',
    () =>
      sequential(
        [2, 1, 1],
        tf.sequential({
          name: 'body',
          layers: [
            layers.conv2d({ filters: 2, kernelSize: 1, inputShape: [2, 1, 1] }),
            layers.flatten(),
          ],
        }),
        dense(1),
      ),
    'fc.weight',
    1,
    CHANNELS_FIRST,
  ],
  [
    'several outputs of one flattening',
    () =>
      functional([[2, 1, 2]], (x) => {
        const flat = apply(layers.flatten(), x);
        return [apply(dense(1, 'a'), flat), apply(dense(1), flat)];
      }),
    'fc.weight',
    1,
    CHANNELS_FIRST,
  ],
];

for (const [what, model, name, axis, order] of cases) {
  test(`${what} has PyTorch's order`, () => {
    const made = model();
    assert.equal(orderOf(made, name, axis), order);
    const before = [...stateDict(made)];
    applyStateDict(made, new Map(before));
    assert.equal([...stateDict(made)], before, 'the way back undoes it');
    made.dispose();
  });
}

class Custom extends layers.Layer {
  static className = 'Custom';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return [inputs].flat()[0].clone();
  }
}
tf.serialization.registerClass(Custom);

const custom = (name: string) => new Custom({ name });

const doubts: [
  what: string,
  model: () => tf.LayersModel,
  refusal: RegExp,
  stated: StateDictOptions['layouts'],
  order: number[],
][] = [
  [
    'a layer of one’s own on a flattened map',
    () => sequential([2, 1, 1], conv(2), layers.flatten(), custom('swish'), dense(1)),
    /^layer fc has no weights that are known to be PyTorch's: layer swish \(Custom\) is given a map/,
    { swish: 'asInput' },
    CHANNELS_FIRST,
  ],
  [
    'a permutation that PyTorch may do otherwise',
    () =>
      sequential(
        [2, 2, 1],
        conv(2),
        layers.permute({ name: 'turn', dims: [2, 1, 3] }),
        layers.flatten(),
        dense(1),
      ),
    /layer turn permutes axes .* \{ layouts: \{ 'turn': 'same' \} \}/,
    { turn: 'same' },
    [0, 1, 2, 3, 4, 5, 6, 7],
  ],
  [
    'the same permutation, with PyTorch’s axes stated',
    () =>
      sequential(
        [2, 2, 1],
        conv(2),
        layers.permute({ name: 'turn', dims: [2, 1, 3] }),
        layers.flatten(),
        dense(1),
      ),
    /layer turn permutes axes/,
    { turn: [3, 1, 2] },
    [0, 2, 4, 6, 1, 3, 5, 7],
  ],
  [
    'a linear layer on a map’s channels, flattened',
    () => sequential([2, 1, 1], conv(2), dense(2, 'mix'), layers.flatten(), dense(1)),
    /layer mix acts on channels, which PyTorch has to put last/,
    { mix: 'channelsFirst' },
    CHANNELS_FIRST,
  ],
  [
    'a batch norm on a recurrent layer’s sequence, flattened',
    () =>
      sequential(
        [2, 3],
        layers.simpleRNN({ units: 2, returnSequences: true }),
        bn(),
        layers.flatten(),
        dense(1),
      ),
    /layer bn acts on channels, which PyTorch has to put first/,
    { bn: 'same' },
    SAME,
  ],
  [
    'a reshape of columns to a sequence',
    () =>
      sequential(
        [2, 2, 2],
        conv(2),
        layers.reshape({ name: 'columns', targetShape: [2, 4] }),
        layers.flatten(),
        dense(1),
      ),
    /layer columns reshapes a vector into what PyTorch may read otherwise/,
    { columns: 'same' },
    [0, 1, 2, 3, 4, 5, 6, 7],
  ],
  [
    'an input that is flattened and given to a convolution',
    () =>
      functional([[2, 2]], (x) => {
        const seen = apply(
          layers.flatten(),
          apply(layers.conv1d({ filters: 1, kernelSize: 1 }), x),
        );
        const all = apply(layers.concatenate(), apply(layers.flatten(), x), seen);
        return apply(dense(1), all);
      }),
    /layer x1 is given to layers that take other layouts/,
    { x1: 'channelsFirst' },
    [0, 2, 1, 3, 4, 5],
  ],
  [
    'an image with its channels first, flattened',
    () => sequential([3, 5, 5], layers.flatten(), dense(1)),
    /layer x of shape \[3,5,5\] seems to have the channels first here/,
    { x: 'same' },
    Array.from({ length: 75 }, (_, i) => i),
  ],
  [
    'an input of four axes',
    () => sequential([2, 1, 1, 2], layers.flatten(), dense(1)),
    /layer x has 4 axes besides the batch/,
    { x: 'channelsFirst' },
    CHANNELS_FIRST,
  ],
];

for (const [what, model, refusal, layouts, order] of doubts) {
  test(`${what}: refused until it is stated`, () => {
    const made = model();
    assert.throws(() => stateDict(made), refusal);
    assert.equal(orderOf(made, 'fc.weight', 1, { layouts }), order);
    made.dispose();
  });
}

test('layers of one’s own that see no map need no statement', () => {
  const model = sequential([4], dense(4), custom('a'), dense(1, 'out'));
  assert.equal(orderOf(model, 'out.weight', 1), SAME);
  const onMap = sequential([2, 1, 1], conv(2), custom('b'), layers.flatten(), dense(1));
  assert.equal(orderOf(onMap, 'fc.weight', 1), CHANNELS_FIRST, 'its axes stay what they were');
});

test('what no weights can make the same is refused, naming the layer', () => {
  const sum = () =>
    functional([[2, 1, 2], [4]], (x, y) =>
      apply(dense(1), apply(layers.add({ name: 'sum' }), apply(layers.flatten(), x), y)),
    );
  assert.throws(() => stateDict(sum()), /^layer sum joins elements whose orders differ/);
  const shared = () =>
    functional([[2, 1, 2], [4]], (x, y) => {
      const layer = dense(1);
      return [apply(layer, apply(layers.flatten(), x)), apply(layer, y)];
    });
  assert.throws(() => stateDict(shared()), /^layer fc joins elements whose orders differ/);
  const halves = () =>
    functional([[3]], (x) => {
      const both = apply(layers.concatenate(), apply(dense(4, 'a'), x), apply(dense(4, 'b'), x));
      const map = apply(layers.reshape({ name: 'map', targetShape: [2, 2, 2] }), both);
      return apply(conv(1, 'conv'), map);
    });
  assert.throws(() => stateDict(halves()), /layer map reshapes a vector into what PyTorch may/);
  const followed = () =>
    functional([[3]], (x) => {
      const map = apply(layers.reshape({ name: 'map', targetShape: [2, 2] }), apply(dense(4), x));
      const lstm = layers.lstm({ units: 1, recurrentActivation: 'sigmoid' });
      return [apply(lstm, map), apply(layers.conv1d({ filters: 1, kernelSize: 1 }), map)];
    });
  assert.throws(() => stateDict(followed()), /layer map is followed by layers of several layouts/);
});

test('a reshape of an unknown length is refused until it is stated', () => {
  const model = () =>
    sequential(
      [null as never, 3],
      dense(4),
      layers.reshape({ name: 'split', targetShape: [-1, 2, 2] }),
      layers.timeDistributed({ name: 'c', layer: layers.conv1d({ filters: 1, kernelSize: 1 }) }),
    );
  assert.throws(() => stateDict(model()), /^layer split reshapes what has an unknown length/);
  assert.equal(orderOf(model(), 'fc.weight', 0, { layouts: { split: 'same' } }), SAME);
});

test('a ladder of joins is followed step by step, not along each of its 2⁶⁰ paths', () => {
  const model = functional([[2, 1, 2]], (x) => {
    let map = apply(conv(2), x);
    for (let i = 0; i < 60; i++) {
      const other = apply(layers.batchNormalization(), map);
      map = apply(layers.add(), map, other);
    }
    return apply(dense(1), apply(layers.flatten(), map));
  });
  assert.equal(orderOf(model, 'fc.weight', 1), CHANNELS_FIRST);
});

test('a model without layers is refused', () => {
  assert.throws(() => stateDict(tf.sequential({ name: 'none' })), /^model none has no layers yet$/);
});

test('a composite whose parts pass a flattened map on is refused', () => {
  const parts = {
    encoder: sequential([2, 1, 1], conv(2), layers.flatten({ name: 'flat' } as never)),
    decoder: sequential([4], dense(1)),
  };
  const model = { parts, dispose: () => undefined };
  assert.throws(() => stateDict(model), /^layer flat is the output of a part/);
});

test('a statement about no layer, or of no layout, is refused with what there is', () => {
  const model = sequential([2, 1, 2], layers.flatten({ name: 'flat' } as never), dense(1));
  assert.throws(
    () => stateDict(model, { layouts: { flatten: 'same' } }),
    (error: Error) =>
      error.message ===
      'a layout is stated for layer flatten, which is not there (known: x, flat, fc)',
  );
  assert.throws(
    () => stateDict(model, { layouts: { x: [1, 2] } }),
    /^unknown layout of layer x: 1,2 \(known: same, channelsFirst, asInput, or the numbers 1 to 3/,
  );
});

test.run();

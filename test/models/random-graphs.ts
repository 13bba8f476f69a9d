import * as tf from '../../lib/notegrad/src/engine/tf';
import { seededRandom } from '../support/mutations';

import type { Graph } from './torch-graphs';

/** What PyTorch has at a node: a map, a vector, a sequence as a convolution or as an RNN gives it. */
type Kind = 'map' | 'vector' | 'convolution' | 'sequence' | 'ids';

interface Value {
  readonly node: number;
  readonly kind: Kind;
  /** Whether the weights before it can take any order, so that it can be reshaped to a map. */
  readonly isFree?: boolean;
}

type Choice = readonly [weight: number, make: (x: Value) => Value];

/**
 * A random network, made here and described for torch_graphs.py, which builds the same as a PyTorch
 * user would: convolutions on [channels, height, width], flattened and reshaped in that order.
 */
export function randomGraph(seed: number): Graph {
  return new GraphMaker(seed).make();
}

class GraphMaker {
  private readonly random: () => number;
  private readonly nodes: Record<string, unknown>[] = [];
  private readonly tensors: tf.SymbolicTensor[] = [];
  private readonly inputs: { symbol: tf.SymbolicTensor; value: tf.Tensor; kind: Kind }[] = [];
  private readonly layers: tf.layers.Layer[] = [];
  private prefix = '';

  constructor(seed: number) {
    this.random = seededRandom(seed + 1);
    for (let i = 0; i < 3; i++) this.random();
  }

  make(): Graph {
    let x = this.start();
    const numSteps = 4 + this.below(6);
    const heads: Value[] = [];
    for (let i = 0; i < numSteps; i++) {
      x = this.step(x);
      if (x.kind === 'vector' && this.chance(0.15)) heads.push(this.dense(x, 2));
    }
    if (x.kind === 'map' && x.isFree !== true && this.chance(0.3)) heads.push(x);
    heads.push(this.dense(x.kind === 'vector' ? x : this.flat(x), 3));
    const model = tf.model({
      inputs: this.inputs.map(({ symbol }) => symbol),
      outputs: heads.map(({ node }) => this.tensors[node]),
    });
    this.randomiseWeights(model);
    return {
      model,
      inputs: this.inputs.map(({ value }) => value),
      description: {
        nodes: this.nodes,
        outputs: heads.map(({ node }) => node),
        outputKinds: heads.map(({ kind }) => kind),
        inputs: this.inputs.map(({ value, kind }) => ({
          kind,
          shape: value.shape,
          values: [...value.dataSync()],
        })),
      },
    };
  }

  private start(): Value {
    const channels = 1 + this.below(3);
    return this.pick<() => Value>([
      [4, () => this.input('map', [5 + this.below(2), 4 + this.below(3), channels])],
      [2, () => this.input('vector', [3 + this.below(4)])],
      [1, () => this.input('sequence', [6, 2 + this.below(2)])],
      [1, () => this.embedding(this.input('ids', [4]))],
    ])();
  }

  private step(x: Value): Value {
    const choices: Record<Kind, Choice[]> = {
      map: this.mapChoices(x),
      vector: this.vectorChoices(x),
      convolution: this.convolutionChoices(x),
      sequence: this.sequenceChoices(),
      ids: [],
    };
    return this.pick(choices[x.kind])(x);
  }

  private mapChoices(x: Value): Choice[] {
    const [height, width, channels] = this.shape(x);
    const isLarge = height > 3 && width > 3;
    if (x.isFree)
      return [
        [1, (y) => this.conv(y)],
        [1, (y) => this.convTranspose(y)],
      ];
    return [
      ...(isLarge ? ([[3, (y) => this.conv(y)]] as Choice[]) : []),
      [1, (y) => this.conv(y, 1)],
      ...(height < 6 && width < 6 ? ([[1, (y) => this.convTranspose(y)]] as Choice[]) : []),
      [1, (y) => this.keeping('batchNorm', y, { in: channels, rank: 3 }, bn)],
      [1, (y) => this.activation(y)],
      [
        1,
        (y) =>
          this.keeping('prelu', y, { in: channels }, (name) =>
            tf.layers.prelu({ name, sharedAxes: [1, 2] } as never),
          ),
      ],
      [
        1,
        (y) => {
          const times = 1 + this.below(2);
          return this.keeping('depthwise', y, { in: channels, kernel: 1, times }, (name) =>
            tf.layers.depthwiseConv2d({ name, kernelSize: 1, depthMultiplier: times }),
          );
        },
      ],
      [1, (y) => this.separable(y)],
      [
        1,
        (y) =>
          this.keeping('layerNormMap', y, { shape: [height, width, channels] }, (name) =>
            tf.layers.layerNormalization({ name, axis: [1, 2, 3] }),
          ),
      ],
      ...(isLarge
        ? ([
            [
              1,
              (y) => this.keeping('maxPool', y, {}, () => tf.layers.maxPooling2d({ poolSize: 2 })),
            ],
            [
              1,
              (y) =>
                this.keeping('avgPool', y, {}, () => tf.layers.averagePooling2d({ poolSize: 2 })),
            ],
          ] as Choice[])
        : ([
            [0.5, (y) => this.keeping('upsample', y, {}, () => tf.layers.upSampling2d({}))],
            [0.5, (y) => this.keeping('zeroPad', y, {}, () => tf.layers.zeroPadding2d())],
          ] as Choice[])),
      [1, (y) => this.residual(y)],
      [1, (y) => this.joinedMaps(y)],
      [0.5, (y) => this.gated(y)],
      [1, (y) => this.nested(y, () => this.conv(y, 1))],
      [0.5, (y) => this.siamese(y)],
      [3, (y) => this.flat(y)],
      [0.5, (y) => this.nested(y, () => this.dense(this.flat(y), 4))],
    ];
  }

  private vectorChoices(x: Value): Choice[] {
    const [length] = this.shape(x);
    return [
      [2, (y) => this.dense(y, 2 + this.below(4))],
      [
        2,
        (y) => ({
          ...this.keeping('batchNorm', y, { in: length, rank: 1 }, bn),
          isFree: y.isFree,
        }),
      ],
      [1, (y) => ({ ...this.activation(y), isFree: y.isFree })],
      [
        1,
        (y) => ({
          ...this.keeping('dropout', y, {}, () => tf.layers.dropout({ rate: 0.5 })),
          isFree: y.isFree,
        }),
      ],
      [
        1,
        (y) => ({
          ...this.keeping('prelu', y, { in: length }, (name) => tf.layers.prelu({ name })),
          isFree: y.isFree,
        }),
      ],
      [
        1,
        (y) => ({
          ...this.keeping('layerNorm', y, { in: length }, (name) =>
            tf.layers.layerNormalization({ name }),
          ),
          isFree: y.isFree,
        }),
      ],
      [1, (y) => this.concatenated(y)],
      [0.5, (y) => this.addedDense(y)],
      ...(x.isFree ? [] : ([[1, (y) => this.unflattened(y)]] as Choice[])),
      [1, (y) => this.unflattened(y)],
    ];
  }

  private convolutionChoices(x: Value): Choice[] {
    const [length, channels] = this.shape(x);
    return [
      [1, (y) => this.conv1d(y, 1)],
      ...(length > 3
        ? ([
            [1, (y) => this.conv1d(y, 2)],
            [
              1,
              (y) => this.keeping('maxPool', y, {}, () => tf.layers.maxPooling1d({ poolSize: 2 })),
            ],
          ] as Choice[])
        : []),
      [1, (y) => this.keeping('batchNorm', y, { in: channels, rank: 2 }, bn)],
      [1, (y) => this.activation(y)],
      [1, (y) => this.recurrent(y)],
      [1, (y) => this.flat(y)],
      [
        1,
        (y) => ({
          ...this.keeping('globalMax', y, {}, () => tf.layers.globalMaxPooling1d({})),
          kind: 'vector',
        }),
      ],
    ];
  }

  private sequenceChoices(): Choice[] {
    return [
      [2, (y) => this.recurrent(y)],
      [1, (y) => this.conv1d(y, 2)],
      [1, (y) => this.activation(y)],
      [
        1,
        (y) => {
          const [, features] = this.shape(y);
          return this.keeping('denseEach', y, { in: features, out: 3 }, (name) =>
            this.chance(0.5)
              ? tf.layers.timeDistributed({ name, layer: tf.layers.dense({ units: 3 }) })
              : tf.layers.dense({ name, units: 3 }),
          );
        },
      ],
      [
        1,
        (y) =>
          this.keeping('layerNorm', y, { in: this.shape(y)[1] }, (name) =>
            tf.layers.layerNormalization({ name }),
          ),
      ],
    ];
  }

  private input(kind: Kind, shape: number[]): Value {
    const symbol = tf.input({ shape, dtype: kind === 'ids' ? 'int32' : 'float32' });
    const size = 2 * shape.reduce((product, length) => product * length, 1);
    const values = Array.from({ length: size }, () =>
      kind === 'ids' ? this.below(5) : this.random() - 0.5,
    );
    const value = tf.tensor(values, [2, ...shape], kind === 'ids' ? 'int32' : 'float32');
    this.nodes.push({ op: 'input', index: this.inputs.length });
    this.inputs.push({ symbol, value, kind });
    this.tensors.push(symbol);
    return { node: this.nodes.length - 1, kind };
  }

  /** Puts a layer after values; `op` and what else is said tell PyTorch's side what it is. */
  private put(
    op: string,
    inputs: readonly Value[],
    said: object,
    makeLayer: (name: string) => tf.layers.Layer,
    kind: Kind,
    isFree = false,
  ): Value {
    const name = `${op}${this.nodes.length}`;
    const layer = makeLayer(name);
    this.layers.push(layer);
    return this.apply(layer, { op, path: this.prefix + name, ...said }, inputs, kind, isFree);
  }

  private apply(
    layer: tf.layers.Layer,
    described: object,
    inputs: readonly Value[],
    kind: Kind,
    isFree = false,
  ): Value {
    const tensors = inputs.map(({ node }) => this.tensors[node]);
    const output = layer.apply(tensors.length === 1 ? tensors[0] : tensors) as tf.SymbolicTensor;
    this.nodes.push({ ...described, inputs: inputs.map(({ node }) => node) });
    this.tensors.push(output);
    return { node: this.nodes.length - 1, kind, isFree };
  }

  private keeping(
    op: string,
    x: Value,
    said: object,
    makeLayer: (name: string) => tf.layers.Layer,
  ): Value {
    return this.put(op, [x], said, makeLayer, x.kind);
  }

  private embedding(x: Value): Value {
    const make = (name: string) =>
      tf.layers.embedding({ name, inputDim: 5, outputDim: 3, inputLength: 4 });
    return this.put('embedding', [x], { in: 5, out: 3 }, make, 'sequence');
  }

  private conv(x: Value, kernel = 2): Value {
    const [inputs, filters] = [this.shape(x)[2], 1 + this.below(3)];
    const [activation, useBias] = [this.activationName(), this.chance(0.7)];
    const said = { in: inputs, out: filters, kernel, stride: 1, bias: useBias, activation };
    return this.put(
      'conv2d',
      [x],
      said,
      (name) => tf.layers.conv2d({ name, filters, kernelSize: kernel, activation, useBias }),
      'map',
    );
  }

  private convTranspose(x: Value): Value {
    const said = { in: this.shape(x)[2], out: 2, kernel: 2, stride: 1 + this.below(2) };
    const make = (name: string) =>
      tf.layers.conv2dTranspose({ name, filters: 2, kernelSize: 2, strides: said.stride });
    return this.put('conv2dTranspose', [x], said, make, 'map');
  }

  private separable(x: Value): Value {
    const said = { in: this.shape(x)[2], out: 2, kernel: 1, times: 1 + this.below(2) };
    const make = (name: string) =>
      tf.layers.separableConv2d({ name, filters: 2, kernelSize: 1, depthMultiplier: said.times });
    return this.put('separable', [x], said, make, 'map');
  }

  private conv1d(x: Value, kernel: number): Value {
    const said = { in: this.shape(x)[1], out: 1 + this.below(3), kernel, stride: 1, from: x.kind };
    const make = (name: string) =>
      tf.layers.conv1d({ name, filters: said.out, kernelSize: kernel });
    return this.put('conv1d', [x], said, make, 'convolution');
  }

  private recurrent(x: Value): Value {
    const op = (['lstm', 'bidirectional', 'rnn'] as const)[this.below(3)];
    const sequences = this.chance(0.5);
    const said = { in: this.shape(x)[1], out: 2, from: x.kind, sequences };
    const lstm = (name?: string) =>
      tf.layers.lstm({
        name,
        units: 2,
        returnSequences: sequences,
        recurrentActivation: 'sigmoid',
        recurrentInitializer: 'glorotUniform',
      });
    const make = (name: string) => {
      switch (op) {
        case 'lstm':
          return lstm(name);
        case 'bidirectional':
          return tf.layers.bidirectional({ name, layer: lstm() as never, mergeMode: 'concat' });
        case 'rnn':
          return tf.layers.simpleRNN({ name, units: 2, returnSequences: sequences });
      }
    };
    return this.put(op, [x], said, make, sequences ? 'sequence' : 'vector');
  }

  private dense(x: Value, units: number): Value {
    const activation = this.activationName();
    const said = { in: this.shape(x)[0], out: units, activation };
    const make = (name: string) => tf.layers.dense({ name, units, activation });
    return this.put('dense', [x], said, make, 'vector', true);
  }

  private activation(x: Value): Value {
    const name = (['elu', 'leaky', 'tanh', 'relu'] as const)[this.below(4)];
    const make = () => {
      if (name === 'leaky') return tf.layers.leakyReLU({ alpha: 0.3 });
      return name === 'elu' ? tf.layers.elu() : tf.layers.activation({ activation: name });
    };
    return this.keeping('activation', x, { activation: name }, make);
  }

  private flat(x: Value): Value {
    const shape = this.shape(x);
    const size = shape.reduce((product, length) => product * length, 1);
    const reshape = () => tf.layers.reshape({ targetShape: [size] });
    if (x.kind === 'map' && this.chance(0.2)) {
      const permute = this.keeping('dropout', x, {}, () => tf.layers.permute({ dims: [3, 1, 2] }));
      return this.put('flatten', [permute], {}, () => tf.layers.flatten(), 'vector');
    }
    if (x.kind === 'map' && this.chance(0.2)) {
      const make = () => tf.layers.globalAveragePooling2d({});
      return this.put('globalAverage', [x], {}, make, 'vector');
    }
    return this.put(
      'flatten',
      [x],
      {},
      this.chance(0.3) ? reshape : () => tf.layers.flatten(),
      'vector',
    );
  }

  /** A vector that weights stand before, reshaped: as what comes next needs it. */
  private unflattened(x: Value): Value {
    const [a, b, c] = [2 + this.below(2), 2 + this.below(2), 2 + this.below(2)];
    if (this.chance(0.7)) {
      const vector = this.hidden(this.dense(x, a * b * c));
      const make = () => tf.layers.reshape({ targetShape: [a, b, c] });
      return this.put('toMap', [vector], { shape: [a, b, c] }, make, 'map', true);
    }
    const vector = this.hidden(this.dense(x, a * b));
    const make = () => tf.layers.reshape({ targetShape: [a, b] });
    if (this.chance(0.5)) {
      const map = this.put('toConvolution', [vector], { shape: [a, b] }, make, 'convolution');
      return this.conv1d(map, 1);
    }
    return this.recurrent(this.put('toSequence', [vector], { shape: [a, b] }, make, 'sequence'));
  }

  /** What DCGAN has between its linear layer and its first map. */
  private hidden(x: Value): Value {
    if (this.chance(0.5)) return x;
    return this.activation(this.keeping('batchNorm', x, { in: this.shape(x)[0], rank: 1 }, bn));
  }

  private residual(x: Value): Value {
    const channels = this.shape(x)[2];
    const make = (name: string) => tf.layers.conv2d({ name, filters: channels, kernelSize: 1 });
    const said = { in: channels, out: channels, kernel: 1, stride: 1, bias: true };
    const branch = this.put('conv2d', [x], said, make, 'map');
    return this.put('add', [x, branch], {}, () => tf.layers.add(), 'map');
  }

  private joinedMaps(x: Value): Value {
    return this.put('concat', [x, this.conv(x, 1)], {}, () => tf.layers.concatenate(), 'map');
  }

  /** Squeeze and excitation: channels scaled by what a vector says of them. */
  private gated(x: Value): Value {
    const channels = this.shape(x)[2];
    const pool = () => tf.layers.globalAveragePooling2d({});
    const gate = this.dense(this.put('globalAverage', [x], {}, pool, 'vector'), channels);
    const make = () => tf.layers.reshape({ targetShape: [1, 1, channels] });
    const scale = this.put('dropout', [gate], {}, make, 'vector');
    return this.put('scale', [x, scale], {}, () => tf.layers.multiply(), 'map');
  }

  private concatenated(x: Value): Value {
    const others = this.chance(0.5)
      ? [this.input('vector', [2])]
      : [this.dense(x, 2), this.flat(this.conv(this.input('map', [3, 3, 2]), 2))];
    return this.put('concat', [x, ...others], {}, () => tf.layers.concatenate(), 'vector');
  }

  private addedDense(x: Value): Value {
    const branch = this.dense(x, this.shape(x)[0]);
    return this.put('add', [x, branch], {}, () => tf.layers.add(), 'vector');
  }

  /** One layer on two flattened maps. */
  private siamese(x: Value): Value {
    const filters = 2;
    const said = { in: this.shape(x)[2], out: filters, kernel: 1, stride: 1, bias: true };
    const make = (name: string) => tf.layers.conv2d({ name, filters, kernelSize: 1 });
    const flat = () => {
      const map = this.put('conv2d', [x], said, make, 'map');
      return this.put('flatten', [map], {}, () => tf.layers.flatten(), 'vector');
    };
    const [a, b] = [flat(), flat()];
    const described = { in: this.shape(a)[0], out: 3 };
    const first = this.put(
      'dense',
      [a],
      described,
      (name) => tf.layers.dense({ name, units: 3 }),
      'vector',
    );
    const layer = this.layers.at(-1) as tf.layers.Layer;
    const again = { ...this.nodes[first.node], again: true };
    const second = this.apply(layer, again, [b], 'vector');
    return this.put('concat', [first, second], {}, () => tf.layers.concatenate(), 'vector');
  }

  /** A model among the layers. */
  private nested(x: Value, build: () => Value): Value {
    const outer = this.tensors[x.node];
    const name = `model${this.nodes.length}`;
    const [prefix, inner] = [this.prefix, tf.input({ shape: this.shape(x) })];
    this.prefix = `${prefix}${name}.`;
    this.tensors[x.node] = inner;
    const y = build();
    this.prefix = prefix;
    this.tensors[x.node] = outer;
    const model = tf.model({ name, inputs: inner, outputs: this.tensors[y.node] });
    this.tensors[y.node] = model.apply(outer) as tf.SymbolicTensor;
    return y;
  }

  private shape({ node }: Value): number[] {
    return this.tensors[node].shape.slice(1) as number[];
  }

  private activationName(): 'linear' | 'relu' | 'tanh' | 'sigmoid' {
    return (['linear', 'relu', 'tanh', 'sigmoid'] as const)[this.below(4)];
  }

  private randomiseWeights(model: tf.LayersModel): void {
    for (const weight of model.weights) {
      const isVariance = weight.originalName.endsWith('moving_variance');
      const [low, high] = isVariance ? [0.5, 1.5] : [-0.7, 0.7];
      const size = (weight.shape as number[]).reduce((product, length) => product * length, 1);
      const values = Float32Array.from({ length: size }, () => low + (high - low) * this.random());
      tf.tidy(() => {
        weight.write(tf.tensor(values, weight.shape as number[]));
      });
    }
  }

  private pick<T>(choices: readonly (readonly [weight: number, value: T])[]): T {
    const total = choices.reduce((sum, [weight]) => sum + weight, 0);
    let at = this.random() * total;
    for (const [weight, value] of choices) {
      at -= weight;
      if (at < 0) return value;
    }
    return choices[0][1];
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  private chance(probability: number): boolean {
    return this.random() < probability;
  }
}

const bn = (name: string) => tf.layers.batchNormalization({ name });

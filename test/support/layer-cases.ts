import * as tf from '../../lib/notegrad/src/engine/tf';
import { Numbers } from './native-and-cpu';

type Layer = tf.layers.Layer;
type Shape = readonly number[];

/** A layer with its options, and the shape of its input (without the batch) or inputs. */
export interface LayerCase {
  readonly name: string;
  readonly inputs: readonly Shape[];
  /** How many ids there are, where the input is ids. */
  readonly numIds?: number;
  /** A layer before it. */
  readonly before?: () => Layer;
  readonly make: () => Layer;
}

interface Given<Options> {
  /** Shapes of the one input. */
  readonly shapes?: readonly Shape[];
  /** Shapes of several inputs. */
  readonly inputs?: readonly (readonly Shape[])[];
  readonly options?: { readonly [Name in keyof Options]?: readonly Options[Name][] };
  readonly numIds?: number;
  readonly before?: () => Layer;
}

/** How many random combinations of options are tried beside those with one option changed. */
const NUM_COMBINATIONS = 4;

/** The layer in each shape with the first options, with each one changed, and with random ones. */
function cases<Options extends object>(
  make: (options: Options) => Layer,
  { shapes, inputs = shapes?.map((shape) => [shape]) ?? [], options = {}, ...rest }: Given<Options>,
): Omit<LayerCase, 'name'>[] {
  return inputs.flatMap((each) =>
    combinations(options as Record<string, readonly unknown[]>).map((chosen) => ({
      ...rest,
      inputs: each,
      make: () => make({ ...chosen } as Options),
    })),
  );
}

function combinations(options: Record<string, readonly unknown[]>): object[] {
  const names = Object.keys(options);
  const first = Object.fromEntries(names.map((name) => [name, options[name][0]]));
  const numbers = new Numbers(names.length);
  const random = () => Object.fromEntries(names.map((n) => [n, numbers.oneOf(options[n])]));
  const all = [
    first,
    ...names.flatMap((name) =>
      options[name].slice(1).map((value) => ({ ...first, [name]: value })),
    ),
    ...Array.from({ length: names.length > 1 ? NUM_COMBINATIONS : 0 }, random),
  ];
  const key = (_: string, value: unknown) => (typeof value === 'function' ? `${value}` : value);
  return [...new Map(all.map((each) => [JSON.stringify(each, key), each])).values()];
}

const { layers } = tf;

type CenterCropOptions = NonNullable<Parameters<typeof layers.centerCrop>[0]>;
type RescalingOptions = NonNullable<Parameters<typeof layers.rescaling>[0]>;
type ResizingOptions = NonNullable<Parameters<typeof layers.resizing>[0]>;

type RnnLayerOptions = Parameters<typeof layers.rnn>[0];
type RnnOptions = Omit<RnnLayerOptions, 'cell'> & { cell: () => RnnLayerOptions['cell'] };

/** A layer that holds others, which are made anew each time. */
function wrapper<Inner, Options extends { layer: Inner }>(make: (options: Options) => Layer) {
  return ({ layer, ...options }: Omit<Options, 'layer'> & { layer: () => Inner }) =>
    make({ ...options, layer: layer() } as unknown as Options);
}
const booleans = [true, false];
const activations = [
  'linear',
  'relu',
  'elu',
  'selu',
  'relu6',
  'tanh',
  'sigmoid',
  'hardSigmoid',
  'softplus',
  'softsign',
  'softmax',
  'swish',
  'mish',
  'gelu',
  'gelu_new',
] as const;
const mostActivations = ['linear', 'relu', 'tanh', 'sigmoid', 'elu'] as const;
const l2 = () => tf.regularizers.l2({ l2: 0.1 });

const pool1d = {
  shapes: [
    [6, 3],
    [5, 1],
  ],
  options: { poolSize: [2, 3], strides: [2, 1], padding: ['valid', 'same'] },
} as const;
const pool2d = {
  shapes: [
    [5, 6, 2],
    [4, 4, 1],
  ],
  options: {
    poolSize: [2, 3, [2, 1] as [number, number]],
    strides: [2, 1],
    padding: ['valid', 'same'],
    dataFormat: ['channelsLast', 'channelsFirst'],
  },
} as const;
const pool3d = {
  shapes: [[4, 3, 4, 2]],
  options: { poolSize: [2, 1], strides: [2, 1], padding: ['valid', 'same'] },
} as const;
const global2d = {
  shapes: [
    [3, 4, 2],
    [1, 1, 3],
  ],
  options: { dataFormat: ['channelsLast', 'channelsFirst'] },
} as const;
const merges = {
  inputs: [
    [[3], [3]],
    [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
    [[1], [1]],
    [
      [2, 2, 3],
      [2, 2, 3],
    ],
  ],
} as const;
const recurrent = {
  shapes: [
    [4, 3],
    [1, 1],
  ],
  options: {
    units: [3, 1],
    returnSequences: [false, true],
    goBackwards: [false, true],
    useBias: [true, false],
    activation: ['tanh', 'relu'],
    dropout: [0, 0.3],
    recurrentDropout: [0, 0.2],
  },
} as const;

/** The cases of each layer that `tf.layers` makes, by its name there. */
const byLayer: Record<string, Omit<LayerCase, 'name'>[]> = {
  activation: cases(layers.activation, {
    shapes: [[4], [2, 3]],
    options: { activation: activations },
  }),
  add: cases(layers.add, merges),
  alphaDropout: cases(layers.alphaDropout, { shapes: [[6], [2, 3]], options: { rate: [0.3, 0] } }),
  average: cases(layers.average, merges),
  averagePooling1d: cases(layers.averagePooling1d, pool1d),
  averagePooling2d: cases(layers.averagePooling2d, pool2d),
  averagePooling3d: cases(layers.averagePooling3d, pool3d),
  batchNormalization: cases(layers.batchNormalization, {
    shapes: [[4], [3, 2], [3, 4, 2], [2, 3, 2, 2]],
    options: {
      axis: [-1, 1],
      scale: booleans,
      center: booleans,
      momentum: [0.9],
      epsilon: [1e-3, 0.1],
    },
  }),
  bidirectional: cases(wrapper(layers.bidirectional), {
    shapes: [
      [4, 3],
      [3, 1],
    ],
    options: {
      layer: [
        () => layers.lstm({ units: 2, returnSequences: true }) as tf.RNN,
        () => layers.gru({ units: 1 }) as tf.RNN,
        () => layers.simpleRNN({ units: 3 }) as tf.RNN,
      ],
      mergeMode: ['concat', 'sum', 'mul', 'ave'],
    },
  }),
  categoryEncoding: cases(layers.categoryEncoding, {
    shapes: [[3]],
    numIds: 5,
    options: { numTokens: [5], outputMode: ['multiHot', 'count', 'oneHot'] },
  }),
  centerCrop: cases((options: CenterCropOptions) => layers.centerCrop(options), {
    shapes: [[5, 6, 2]],
    options: { height: [3, 5], width: [4] },
  }),
  concatenate: cases(layers.concatenate, {
    inputs: [
      [[3], [2]],
      [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
      [[1], [1]],
    ],
    options: { axis: [-1, 1] },
  }),
  conv1d: cases(layers.conv1d, {
    shapes: [
      [6, 3],
      [5, 1],
    ],
    options: {
      filters: [2, 1],
      kernelSize: [3, 1],
      strides: [1, 2],
      padding: ['valid', 'same', 'causal'],
      dilationRate: [1, 2],
      activation: mostActivations,
      useBias: booleans,
    },
  }),
  conv2d: cases(layers.conv2d, {
    shapes: [
      [5, 6, 3],
      [4, 4, 1],
    ],
    options: {
      filters: [2, 1],
      kernelSize: [3, 1, [2, 3]],
      strides: [1, 2],
      padding: ['valid', 'same'],
      dilationRate: [1, 2],
      activation: activations,
      useBias: booleans,
      kernelRegularizer: [undefined, l2()],
      dataFormat: ['channelsLast', 'channelsFirst'],
    },
  }),
  conv2dTranspose: cases(layers.conv2dTranspose, {
    shapes: [
      [3, 4, 2],
      [2, 2, 1],
    ],
    options: {
      filters: [2, 1],
      kernelSize: [3, 2, 1],
      strides: [1, 2],
      padding: ['valid', 'same'],
      activation: mostActivations,
      useBias: booleans,
    },
  }),
  conv3d: cases(layers.conv3d, {
    shapes: [
      [3, 4, 4, 2],
      [3, 3, 3, 1],
    ],
    options: {
      filters: [2, 1],
      kernelSize: [2, 1],
      strides: [1, 2],
      padding: ['valid', 'same'],
      activation: mostActivations,
      useBias: booleans,
    },
  }),
  conv3dTranspose: cases(layers.conv3dTranspose, {
    shapes: [[2, 3, 2, 2]],
    options: {
      filters: [2, 1],
      kernelSize: [2, 1],
      strides: [1, 2],
      padding: ['valid', 'same'],
      activation: mostActivations,
      useBias: booleans,
    },
  }),
  convLstm2d: cases(layers.convLstm2d, {
    shapes: [[2, 4, 4, 2]],
    options: {
      filters: [2, 1],
      kernelSize: [2, 1],
      returnSequences: [false, true],
      padding: ['valid', 'same'],
      useBias: booleans,
    },
  }),
  cropping2D: cases(layers.cropping2D, {
    shapes: [[5, 6, 2]],
    options: {
      cropping: [
        1,
        [1, 2],
        [
          [0, 2],
          [1, 0],
        ],
      ],
    },
  }),
  dense: cases(layers.dense, {
    shapes: [[4], [1], [3, 2], [2, 2, 3]],
    options: {
      units: [3, 1],
      activation: activations,
      useBias: booleans,
      kernelRegularizer: [undefined, l2()],
      kernelConstraint: [undefined, tf.constraints.maxNorm({ maxValue: 0.5 })],
    },
  }),
  depthwiseConv2d: cases(layers.depthwiseConv2d, {
    shapes: [
      [5, 6, 3],
      [4, 4, 1],
    ],
    options: {
      kernelSize: [3, 1, [2, 3]],
      depthMultiplier: [1, 2],
      strides: [1, 2],
      padding: ['valid', 'same'],
      dilationRate: [1, 2],
      activation: mostActivations,
      useBias: booleans,
    },
  }),
  dot: cases(layers.dot, {
    inputs: [
      [[4], [4]],
      [[1], [1]],
      [
        [3, 2],
        [3, 2],
      ],
    ],
    options: { axes: [-1, 1], normalize: [false, true] },
  }),
  dropout: cases(layers.dropout, {
    shapes: [[6], [3, 2]],
    options: { rate: [0.4, 0], noiseShape: [undefined] },
  }),
  elu: cases(layers.elu, { shapes: [[4], [2, 3]], options: { alpha: [1] } }),
  embedding: [
    ...cases(layers.embedding, {
      shapes: [[4], [1]],
      numIds: 6,
      options: { inputDim: [6], outputDim: [3, 1], maskZero: [false, true] },
    }),
    ...cases(layers.embedding, {
      shapes: [[4]],
      numIds: 6,
      options: { inputDim: [6], outputDim: [2], embeddingsRegularizer: [l2()], inputLength: [4] },
    }),
  ],
  flatten: cases(layers.flatten, {
    shapes: [
      [2, 3],
      [2, 3, 2],
    ],
    options: { dataFormat: ['channelsLast', 'channelsFirst'] },
  }),
  gaussianDropout: cases(layers.gaussianDropout, { shapes: [[6]], options: { rate: [0.3, 0] } }),
  gaussianNoise: cases(layers.gaussianNoise, {
    shapes: [[6], [2, 3]],
    options: { stddev: [0.3, 0] },
  }),
  globalAveragePooling1d: cases(layers.globalAveragePooling1d, {
    shapes: [
      [4, 3],
      [1, 1],
    ],
  }),
  globalAveragePooling2d: cases(layers.globalAveragePooling2d, global2d),
  globalMaxPooling1d: cases(layers.globalMaxPooling1d, {
    shapes: [
      [4, 3],
      [1, 1],
    ],
  }),
  globalMaxPooling2d: cases(layers.globalMaxPooling2d, global2d),
  gru: cases(layers.gru, {
    ...recurrent,
    options: {
      ...recurrent.options,

      recurrentActivation: ['hardSigmoid', 'sigmoid'],
      implementation: [2, 1],
    },
  }),
  layerNormalization: cases(layers.layerNormalization, {
    shapes: [[4], [3, 2], [2, 3, 2]],
    options: { axis: [-1, 1], scale: booleans, center: booleans, epsilon: [1e-3] },
  }),
  leakyReLU: cases(layers.leakyReLU, { shapes: [[4], [2, 3]], options: { alpha: [0.3, 0] } }),
  lstm: [
    ...cases(layers.lstm, {
      ...recurrent,
      options: {
        ...recurrent.options,
        unitForgetBias: booleans,
        recurrentActivation: ['hardSigmoid', 'sigmoid'],
        implementation: [2, 1],
      },
    }),
    ...cases(layers.lstm, {
      shapes: [[4, 3]],
      options: { units: [2], returnSequences: [false, true] },
      before: () => layers.masking({ maskValue: 0 }),
    }),
    ...cases(layers.lstm, {
      shapes: [[4]],
      numIds: 5,
      options: { units: [2] },
      before: () => layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true }),
    }),
  ],
  masking: cases(layers.masking, { shapes: [[4, 3]], options: { maskValue: [0, 0.5] } }),
  maxPooling1d: cases(layers.maxPooling1d, pool1d),
  maxPooling2d: cases(layers.maxPooling2d, pool2d),
  maxPooling3d: cases(layers.maxPooling3d, pool3d),
  maximum: cases(layers.maximum, merges),
  minimum: cases(layers.minimum, merges),
  multiply: cases(layers.multiply, merges),
  permute: cases(layers.permute, {
    shapes: [[2, 3, 4]],
    options: {
      dims: [
        [2, 1, 3],
        [3, 1, 2],
        [1, 2, 3],
      ],
    },
  }),
  prelu: cases(layers.prelu, {
    shapes: [[4], [3, 2], [2, 3, 2]],
    options: { sharedAxes: [undefined, 1] },
  }),
  randomWidth: cases(layers.randomWidth, {
    shapes: [[4, 6, 2]],
    options: { factor: [0.3, [-0.2, 0.2]], interpolation: ['bilinear', 'nearest'], seed: [1] },
  }),
  reLU: cases(layers.reLU, { shapes: [[4], [2, 3]], options: { maxValue: [undefined, 0.5] } }),
  repeatVector: cases(layers.repeatVector, { shapes: [[3], [1]], options: { n: [4, 1] } }),
  rescaling: cases((options: RescalingOptions) => layers.rescaling(options), {
    shapes: [[3], [2, 2, 3]],
    options: { scale: [0.5, 2], offset: [0, -1] },
  }),
  reshape: cases(layers.reshape, {
    shapes: [[2, 6]],
    options: { targetShape: [[3, 4], [12], [-1, 2], [1, 12, 1]] },
  }),
  resizing: cases((options: ResizingOptions) => layers.resizing(options), {
    shapes: [[3, 4, 2]],
    options: {
      height: [6, 2],
      width: [5],
      interpolation: ['bilinear', 'nearest'],
      cropToAspectRatio: [false],
    },
  }),
  rnn: cases(
    ({ cell, ...options }: RnnOptions) => layers.rnn({ ...options, cell: cell() }) as Layer,
    {
      shapes: [
        [4, 3],
        [1, 1],
      ],
      options: {
        cell: [
          () => layers.lstmCell({ units: 2 }),
          () => layers.gruCell({ units: 2 }),
          () => layers.simpleRNNCell({ units: 3 }),
          () => [layers.gruCell({ units: 2 }), layers.lstmCell({ units: 1 })],
          () =>
            layers.stackedRNNCells({
              cells: [layers.lstmCell({ units: 2 }), layers.simpleRNNCell({ units: 2 })],
            }),
        ],
        returnSequences: [false, true],
        goBackwards: [false, true],
      },
    },
  ),
  separableConv2d: cases(layers.separableConv2d, {
    shapes: [
      [5, 6, 3],
      [4, 4, 1],
    ],
    options: {
      filters: [2, 1],
      kernelSize: [3, 1],
      depthMultiplier: [1, 2],
      strides: [1, 2],
      padding: ['valid', 'same'],
      activation: mostActivations,
      useBias: booleans,
    },
  }),
  simpleRNN: cases(layers.simpleRNN, recurrent),
  softmax: cases(layers.softmax, { shapes: [[4], [2, 3]], options: { axis: [-1, 1] } }),
  spatialDropout1d: cases(layers.spatialDropout1d, {
    shapes: [[4, 3]],
    options: { rate: [0.4, 0] },
  }),
  thresholdedReLU: cases(layers.thresholdedReLU, {
    shapes: [[4], [2, 3]],
    options: { theta: [0.2, 1] },
  }),
  timeDistributed: cases(wrapper(layers.timeDistributed), {
    shapes: [
      [3, 4],
      [1, 1],
    ],
    options: {
      layer: [
        () => layers.dense({ units: 2 }),
        () => layers.dense({ units: 1, activation: 'relu' }),
      ],
    },
  }),
  upSampling2d: cases(layers.upSampling2d, {
    shapes: [
      [3, 2, 2],
      [1, 1, 1],
    ],
    options: {
      size: [
        [2, 2],
        [3, 1],
      ],
      interpolation: ['nearest', 'bilinear'],
    },
  }),
  zeroPadding2d: cases(layers.zeroPadding2d, {
    shapes: [[3, 2, 2]],
    options: {
      padding: [
        1,
        [2, 1],
        [
          [0, 2],
          [1, 0],
        ],
      ],
    },
  }),
};

/** What is no layer by itself, or is another's name for one. */
const COVERED_BY: Record<string, string> = {
  Layer: 'all',
  RNN: 'rnn',
  RNNCell: 'rnn',
  avgPool1d: 'averagePooling1d',
  avgPool2d: 'averagePooling2d',
  avgPool3d: 'averagePooling3d',
  avgPooling1d: 'averagePooling1d',
  avgPooling2d: 'averagePooling2d',
  avgPooling3d: 'averagePooling3d',
  convLstm2dCell: 'convLstm2d',
  globalMaxPool1d: 'globalMaxPooling1d',
  globalMaxPool2d: 'globalMaxPooling2d',
  gruCell: 'rnn',
  input: 'all',
  inputLayer: 'all',
  lstmCell: 'rnn',
  maxPool1d: 'maxPooling1d',
  maxPool2d: 'maxPooling2d',
  simpleRNNCell: 'rnn',
  stackedRNNCells: 'rnn',
};

/** Layers of `tf.layers` that no case is of. */
export function layersWithoutCases(): string[] {
  return Object.keys(layers).filter((name) => !(name in byLayer) && !(name in COVERED_BY));
}

export const layerNames = Object.keys(byLayer);

export function casesOf(layerName: string): LayerCase[] {
  return byLayer[layerName].map((each) => {
    const options = JSON.stringify({ ...each.make().getConfig(), name: undefined });
    const before = each.before ? ` after ${each.before().getClassName()}` : '';
    return { ...each, name: `${layerName}${before} of [${each.inputs.join('], [')}] ${options}` };
  });
}

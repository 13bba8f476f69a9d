import { checkCountLists, checkFlags, checkKnown, checkLists } from '../checks';
import { described } from '../described';
import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import type { Seeded } from '../seeded';
import { type Initialization, type Initializer, normal, torchUniform } from './initializers';
import type { UntypedModel } from './model';
import { seedSequence } from './seed-sequence';

/** The activations that a layer can carry; 'linear' is none. */
export type Activation = 'linear' | 'relu' | 'sigmoid' | 'tanh' | 'elu' | 'selu' | 'softplus';

const ACTIVATIONS: readonly Activation[] = [
  'linear',
  'relu',
  'sigmoid',
  'tanh',
  'elu',
  'selu',
  'softplus',
];
const PADDINGS = ['same', 'valid'];
const INITIALIZATIONS: readonly Initialization[] = ['torch', 'he'];

/** How a convolution differs from the plain one. */
export interface ConvOptions {
  /** Default 'linear', which is none. */
  readonly activation?: Activation;
  /** Pixels from one place of the kernel to the next. Default 1. */
  readonly stride?: number;
  /** 'same' (default) or 'valid', as TensorFlow means them: at stride 2, 'same' pads the far side first. */
  readonly padding?: 'same' | 'valid';
  /** Whether a bias is added to each output. Default true. */
  readonly bias?: boolean;
}

/** How a linear layer differs from the plain one. */
export interface LinearOptions {
  /** Default 'linear', which is none. */
  readonly activation?: Activation;
  /** Whether a bias is added to each output. Default true. */
  readonly bias?: boolean;
}

/**
 * Makes a model's layers, named and seeded, in PyTorch's terms: input size, output size, kernel.
 * The layers draw their seeds in the order in which they are made.
 */
export interface LayerFactory {
  /** [batch, inputs] → [batch, outputs]; inputs·outputs + outputs parameters. */
  linear(name: string, inputs: number, outputs: number, options?: LinearOptions): tf.layers.Layer;
  /** [batch, h, w, inputs] → [batch, h′, w′, outputs]; kernel²·inputs·outputs + outputs parameters. */
  conv(
    name: string,
    inputs: number,
    outputs: number,
    kernel: number,
    options?: ConvOptions,
  ): tf.layers.Layer;
  /** A transposed convolution, which with 'same' padding multiplies height and width by the stride. */
  convTranspose(
    name: string,
    inputs: number,
    outputs: number,
    kernel: number,
    options?: ConvOptions,
  ): tf.layers.Layer;
  /** PyTorch's: momentum 0.1 (TensorFlow calls it 0.9) and ε = 1e-5; 2·channels parameters. */
  batchNorm(name: string): tf.layers.Layer;
  /** Drops with the given probability, other units at every step: see `seedRandom`. */
  dropout(probability: number): tf.layers.Layer;
}

interface WeightInitializers {
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
}

/** How the layers of a `layerFactory` begin. */
export interface LayerFactoryOptions extends Seeded {
  /** How weights begin. Default 'torch'. */
  readonly initialization?: Initialization;
}

/**
 * A maker of layers whose weights follow from one seed.
 *
 * @throws ModelError for an initialization, and its layers for an activation or a padding, that is unknown
 */
export function layerFactory(options: LayerFactoryOptions = {}): LayerFactory {
  const { initialization = 'torch', seed = 0, ...unknown } = optionsOf('layerFactory', options);
  refuseUnknown('layerFactory', unknown);
  checkKnown({ initialization }, INITIALIZATIONS, ModelError);
  const nextSeed = seedSequence(seed);

  function begin(fanIn: number, heStd: number): WeightInitializers {
    const [kernelSeed, biasSeed] = [nextSeed(), nextSeed()];
    switch (initialization) {
      case 'torch':
        return {
          kernelInitializer: torchUniform(fanIn, kernelSeed),
          biasInitializer: torchUniform(fanIn, biasSeed),
        };
      case 'he':
        return {
          kernelInitializer: normal(heStd, kernelSeed),
          biasInitializer: tf.initializers.zeros(),
        };
    }
  }

  function convolution(
    name: string,
    filters: number,
    kernel: number,
    [fanIn, fanOut]: readonly [fanIn: number, fanOut: number],
    { activation = 'linear', stride = 1, padding = 'same', bias = true }: ConvOptions = {},
  ) {
    checkKnown({ activation }, ACTIVATIONS, ModelError);
    checkKnown({ padding }, PADDINGS, ModelError);
    checkFlags({ bias }, ModelError);
    return {
      name,
      filters,
      kernelSize: kernel,
      strides: stride,
      padding,
      activation,
      useBias: bias,
      ...begin(fanIn * kernel ** 2, Math.sqrt(2 / (fanOut * kernel ** 2))),
    };
  }

  return {
    linear: (name, inputs, outputs, { activation = 'linear', bias = true } = {}) => {
      checkKnown({ activation }, ACTIVATIONS, ModelError);
      checkFlags({ bias }, ModelError);
      return tf.layers.dense({
        name,
        units: outputs,
        activation,
        useBias: bias,
        ...begin(inputs, 0.01),
      });
    },

    conv: (name, inputs, outputs, kernel, options) =>
      tf.layers.conv2d(convolution(name, outputs, kernel, [inputs, outputs], options)),

    // PyTorch keeps this kernel as [inputs, outputs, k, k] and counts fans by position.
    convTranspose: (name, inputs, outputs, kernel, options) =>
      tf.layers.conv2dTranspose(convolution(name, outputs, kernel, [outputs, inputs], options)),

    batchNorm: (name) => tf.layers.batchNormalization({ name, momentum: 0.9, epsilon: 1e-5 }),

    dropout: (probability) => tf.layers.dropout({ rate: probability }),
  };
}

/**
 * A model that applies layers one after another to inputs of the given shape (batch left out). Call it
 * `Model<X, Y>` to say what it maps.
 *
 * @param name of the model
 * @throws ModelError for what is no layer; tfjs, for layers that do not fit together
 */
export function stack(
  name: string,
  inputShape: readonly number[],
  layers: readonly tf.layers.Layer[],
): UntypedModel {
  checkCountLists({ inputShape }, ModelError);
  expectLayers(layers);
  const input = tf.layers.inputLayer({ inputShape: [...inputShape] });
  return tf.sequential({ name, layers: [input, ...layers] });
}

/**
 * What comes out when `x` goes through layers one after another, for models with branches.
 *
 * @param x what `tf.input` or a layer gave
 * @throws ModelError for what is no layer
 */
export function chain(x: tf.SymbolicTensor, layers: readonly tf.layers.Layer[]): tf.SymbolicTensor {
  expectLayers(layers);
  if (!(x instanceof tf.SymbolicTensor)) {
    throw new ModelError(`expected what tf.input gives, got ${described(x)}`);
  }
  return layers.reduce((input, layer) => layer.apply(input) as tf.SymbolicTensor, x);
}

function expectLayers(layers: readonly tf.layers.Layer[]): void {
  checkLists({ layers }, ModelError);
  for (const layer of layers) {
    if (typeof layer?.apply === 'function') continue;
    throw new ModelError(`expected layers, got ${described(layer)}`);
  }
}

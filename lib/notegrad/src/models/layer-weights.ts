import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import type { Place } from './layer-places';
import { axisWithoutBatch, channelAxis } from './layout-rules';
import { recurrentLayouts } from './recurrent-weights';
import { type Permutation, repeated } from './torch-layout';
import { arranged, type WeightLayout } from './weight-layout';

/** A layer's variable, as tfjs keeps it. */
type LayerVariable = tf.layers.Layer['weights'][number];

/** One weight of a layer, and how PyTorch names it (`encoder.conv1.weight`) and lays it out. */
export interface LayerWeight extends WeightLayout {
  readonly variable: LayerVariable;
}

/** A tensor that PyTorch's layer has and ours does without, such as a γ that is always 1. */
export interface ConstantWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly value: number;
}

export interface LayerWeights {
  readonly weights: readonly LayerWeight[];
  readonly constants: readonly ConstantWeight[];
}

/** The shapes of a layer's variables by the last part of their names, such as `kernel`. */
type Shapes = Readonly<Record<string, readonly number[]>>;
/** By the same names. */
type Layouts = Readonly<Record<string, WeightLayout>>;
type LayoutsOf = (layer: tf.layers.Layer, shapes: Shapes, place: Place) => Layouts;

const layouts: Readonly<Record<string, LayoutsOf>> = {
  Dense: convolution([1, 0]),
  // [w, in, out] → [out, in, w]
  Conv1D: convolution([2, 1, 0]),
  // [h, w, in, out] → [out, in, h, w]
  Conv2D: convolution([3, 2, 0, 1]),
  // [d, h, w, in, out] → [out, in, d, h, w]
  Conv3D: convolution([4, 3, 0, 1, 2]),
  // [h, w, out, in] → [in, out, h, w]
  Conv2DTranspose: transposedConvolution([3, 2, 0, 1]),
  // [d, h, w, out, in] → [in, out, d, h, w]
  Conv3DTranspose: transposedConvolution([4, 3, 0, 1, 2]),
  DepthwiseConv2D: (layer, { depthwise_kernel, bias }, place) => ({
    depthwise_kernel: depthwise('weight', depthwise_kernel, inputOrder(layer, place)),
    bias: vector('bias', bias, outputOrder(layer, place)),
  }),
  SeparableConv2D: separableConvolution,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  PReLU: (layer, { alpha }, place) => ({ alpha: slope(layer, alpha, place) }),
  Embedding: (_layer, { embeddings }, { output }) => ({
    embeddings: arranged('weight', embeddings, {
      orders: [undefined, output.orders.at(-1)?.resolve()],
    }),
  }),
  SimpleRNN: recurrent,
  LSTM: recurrent,
  GRU: recurrent,
  CharLstm: (_layer, shapes) =>
    mapped(shapes, (shape, name) =>
      arranged(name, shape, { axes: shape.map((_, axis) => shape.length - 1 - axis) }),
    ),
};

/**
 * The weights of a layer in PyTorch's terms. Those of a model among the layers have its path before
 * theirs; those of the layer that a TimeDistributed repeats have the TimeDistributed's.
 *
 * @param places of all layers, as `placesOf` finds them
 * @param path what stands for the layer in the names; default its own name
 * @throws when the layer has no counterpart in PyTorch, or needs an order that is not known
 */
export function layerWeights(
  layer: tf.layers.Layer,
  places: ReadonlyMap<tf.layers.Layer, Place>,
  path: string = layer.name,
): LayerWeights {
  if (layer.weights.length === 0) return { weights: [], constants: [] };
  if (layer instanceof tf.LayersModel) {
    const inner = layer.layers.map((each) => layerWeights(each, places, within(path, each.name)));
    return {
      weights: inner.flatMap(({ weights }) => weights),
      constants: inner.flatMap(({ constants }) => constants),
    };
  }
  const kind = layer.getClassName();
  if (kind === 'TimeDistributed') {
    return layerWeights((layer as unknown as { layer: tf.layers.Layer }).layer, places, path);
  }
  const place = places.get(layer);
  if (place === undefined)
    throw new ModelError(`layer ${layer.name} is not part of the model's graph`);
  return {
    weights: layoutsOf(layer, place).map((layout, i) => ({
      ...layout,
      names: layout.names.map((name) => `${path}.${name}`),
      variable: layer.weights[i],
    })),
    constants: constantsOf(layer, path),
  };
}

/** The path of a layer inside a model, which can stand in its own name already. */
function within(path: string, name: string): string {
  return name.startsWith(`${path}.`) ? name : `${path}.${name}`;
}

/** Of each variable of a layer. */
function layoutsOf(layer: tf.layers.Layer, place: Place): WeightLayout[] {
  const kind = layer.getClassName();
  if (kind === 'Bidirectional') return bidirectional(layer, place);
  if (!Object.hasOwn(layouts, kind)) {
    const known = [...Object.keys(layouts), 'Bidirectional', 'TimeDistributed'].join(', ');
    throw new ModelError(`layer ${layer.name}: no PyTorch layout for ${kind} (known: ${known})`);
  }
  try {
    const byName = layouts[kind](layer, shapesOf(layer.weights), place);
    return layer.weights.map((variable) => byName[variableName(variable)]);
  } catch (error) {
    const { message } = error as Error;
    throw message.startsWith(`layer ${layer.name}`)
      ? error
      : new ModelError(
          `layer ${layer.name} has no weights that are known to be PyTorch's: ${message}`,
        );
  }
}

/** PyTorch's has weights for both directions; the backward ones have another ending. */
function bidirectional(layer: tf.layers.Layer, { input }: Place): WeightLayout[] {
  const { className, config } = layer.getConfig().layer as {
    className: string;
    config: tf.serialization.ConfigDict;
  };
  const half = layer.weights.length / 2;
  return [layer.weights.slice(0, half), layer.weights.slice(half)].flatMap((variables, i) => {
    const suffix = i === 0 ? '' : '_reverse';
    const shapes = shapesOf(variables);
    const byName = recurrentLayouts(
      { name: layer.name, kind: className, config, suffix },
      shapes,
      input.orders.at(-1)?.resolve(),
    );
    return variables.map((variable) => byName[variableName(variable)]);
  });
}

function recurrent(layer: tf.layers.Layer, shapes: Shapes, { input }: Place): Layouts {
  const { name } = layer;
  return recurrentLayouts(
    { name, kind: layer.getClassName(), config: layer.getConfig() },
    shapes,
    input.orders.at(-1)?.resolve(),
  );
}

/** `kernel` of `encoder.fc1/kernel`. */
function variableName(variable: LayerVariable): string {
  return variable.originalName.split('/').at(-1) as string;
}

function shapesOf(variables: readonly LayerVariable[]): Shapes {
  return Object.fromEntries(
    variables.map((variable) => [variableName(variable), variable.shape as number[]]),
  );
}

function mapped(shapes: Shapes, of: (shape: readonly number[], name: string) => WeightLayout) {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, of(shape, name)]));
}

function inputOrder(layer: tf.layers.Layer, { input }: Place): Permutation {
  return input.orders[channelAxis(layer, input.shape.length)].resolve();
}

function outputOrder(layer: tf.layers.Layer, { output }: Place): Permutation {
  return output.orders[channelAxis(layer, output.shape.length)].resolve();
}

/** A weight for each channel. A layer without it does not ask for it. */
function vector(
  name: string,
  shape: readonly number[] | undefined,
  order: Permutation,
): WeightLayout {
  return arranged(name, shape ?? [0], { orders: [order] });
}

/** A kernel whose last two axes are inputs and outputs. */
function convolution(axes: readonly number[]): LayoutsOf {
  const rank = axes.length;
  return (layer, { kernel, bias }, place) => {
    const orders: Permutation[] = [];
    orders[rank - 2] = inputOrder(layer, place);
    orders[rank - 1] = outputOrder(layer, place);
    return {
      kernel: arranged('weight', kernel, { axes, orders }),
      bias: vector('bias', bias, orders[rank - 1]),
    };
  };
}

/** A kernel whose last two axes are outputs and inputs. */
function transposedConvolution(axes: readonly number[]): LayoutsOf {
  const rank = axes.length;
  return (layer, { kernel, bias }, place) => {
    const orders: Permutation[] = [];
    orders[rank - 1] = inputOrder(layer, place);
    orders[rank - 2] = outputOrder(layer, place);
    return {
      kernel: arranged('weight', kernel, { axes, orders }),
      bias: vector('bias', bias, orders[rank - 2]),
    };
  };
}

/** [h, w, in, multiplier] → [in·multiplier, 1, h, w], the kernel of a Conv2d with `groups=in`. */
function depthwise(
  name: string,
  [height, width, inputs, multiplier]: readonly number[],
  order: Permutation,
): WeightLayout {
  return arranged(name, [height, width, inputs, multiplier], {
    axes: [2, 3, 0, 1],
    orders: [undefined, undefined, order],
    torchShape: [inputs * multiplier, 1, height, width],
  });
}

/** In PyTorch two convolutions, named `depthwise` (groups, no bias) and `pointwise`. */
function separableConvolution(layer: tf.layers.Layer, shapes: Shapes, place: Place): Layouts {
  const [order, outputs] = [inputOrder(layer, place), outputOrder(layer, place)];
  const { depthwise_kernel, pointwise_kernel, bias } = shapes;
  return {
    depthwise_kernel: depthwise('depthwise.weight', depthwise_kernel, order),
    pointwise_kernel: arranged('pointwise.weight', pointwise_kernel, {
      axes: [3, 2, 0, 1],
      orders: [undefined, undefined, repeated(order, depthwise_kernel[3]), outputs],
    }),
    bias: vector('pointwise.bias', bias, outputs),
  };
}

function batchNormalization(layer: tf.layers.Layer, shapes: Shapes, { input }: Place): Layouts {
  const axis = axisWithoutBatch(Number(layer.getConfig().axis), input.shape.length);
  const order = input.orders[axis].resolve();
  return {
    gamma: vector('weight', shapes.gamma, order),
    beta: vector('bias', shapes.beta, order),
    moving_mean: vector('running_mean', shapes.moving_mean, order),
    moving_variance: vector('running_var', shapes.moving_variance, order),
  };
}

function layerNormalization(layer: tf.layers.Layer, shapes: Shapes, { input }: Place): Layouts {
  const numAxes = [layer.getConfig().axis].flat().length;
  const rank = input.shape.length;
  if (numAxes !== 1 && numAxes !== rank) {
    throw new ModelError(
      `layer ${layer.name} normalises ${numAxes} of ${rank} axes: only the last or all have the ` +
        'same weights in PyTorch',
    );
  }
  const axes = numAxes === 1 ? [0] : input.axes.resolve();
  const orders = input.orders.slice(-numAxes).map((order) => order.resolve());
  return {
    gamma: arranged('weight', shapes.gamma ?? [0], { axes, orders }),
    beta: arranged('bias', shapes.beta ?? [0], { axes, orders }),
  };
}

/** PyTorch's PReLU has one slope, or one a channel. */
function slope(layer: tf.layers.Layer, alpha: readonly number[], { input }: Place): WeightLayout {
  const channels = alpha.at(-1) as number;
  if (alpha.slice(0, -1).some((length) => length !== 1)) {
    const spatial = alpha.slice(0, -1).map((_, i) => i + 1);
    throw new ModelError(
      `layer ${layer.name} has a slope for each position, which PyTorch's PReLU cannot have: make ` +
        `it with { sharedAxes: [${spatial}] }`,
    );
  }
  const orders = channels === 1 ? [] : input.orders.map((order) => order.resolve());
  const ofChannels = alpha.map((_, axis) => (axis === alpha.length - 1 ? orders[axis] : undefined));
  return arranged('weight', alpha, { orders: ofChannels, torchShape: [channels] });
}

/** PyTorch's normalisations have a scale and a shift or neither. */
function constantsOf(layer: tf.layers.Layer, path: string): ConstantWeight[] {
  const kind = layer.getClassName();
  if (kind !== 'BatchNormalization' && kind !== 'LayerNormalization') return [];
  const { gamma, beta } = shapesOf(layer.weights);
  if (gamma !== undefined && beta === undefined) {
    return [{ name: `${path}.bias`, shape: gamma, value: 0 }];
  }
  if (beta !== undefined && gamma === undefined) {
    return [{ name: `${path}.weight`, shape: beta, value: 1 }];
  }
  return [];
}

import type * as tf from '../engine/tf';

/** A layer's variable, as tfjs keeps it. */
type LayerVariable = tf.layers.Layer['weights'][number];

/** One weight of a layer, and how PyTorch names it and lays it out. */
export interface LayerWeight {
  /** PyTorch's name, e.g. `encoder.conv1.weight`. */
  readonly name: string;
  readonly variable: LayerVariable;
  readonly torchShape: readonly number[];
  /** tfjs's layout → PyTorch's. */
  toTorch(value: tf.Tensor): tf.Tensor;
  /** PyTorch's layout → tfjs's. */
  fromTorch(value: tf.Tensor): tf.Tensor;
}

interface Layout {
  readonly torchName: string;
  readonly torchShape: (shape: readonly number[]) => number[];
  readonly toTorch: (value: tf.Tensor) => tf.Tensor;
  readonly fromTorch: (value: tf.Tensor) => tf.Tensor;
}

/** The same values in the same order under another name. */
function same(torchName: string): Layout {
  return {
    torchName,
    torchShape: (shape) => [...shape],
    toTorch: (value) => value.clone(),
    fromTorch: (value) => value,
  };
}

/** A kernel whose axes PyTorch has in another order: its axis i is ours `axes[i]`. */
function permuted(torchName: string, axes: readonly number[]): Layout {
  const inverse = axes.map((_, axis) => axes.indexOf(axis));
  return {
    torchName,
    torchShape: (shape) => axes.map((axis) => shape[axis]),
    toTorch: (value) => value.transpose([...axes]),
    fromTorch: (value) => value.transpose(inverse),
  };
}

const bias = same('bias');
// Conv2D: [h, w, in, out] → [out, in, h, w]; Conv2DTranspose: [h, w, out, in] → [in, out, h, w].
const convolution = { kernel: permuted('weight', [3, 2, 0, 1]), bias };
const layouts: Record<string, (layer: tf.layers.Layer) => Record<string, Layout>> = {
  Conv2D: () => convolution,
  Conv2DTranspose: () => convolution,
  BatchNormalization: () => ({
    gamma: same('weight'),
    beta: bias,
    moving_mean: same('running_mean'),
    moving_variance: same('running_var'),
  }),
  CharLstm: () => ({
    weight_ih_l0: permuted('weight_ih_l0', [1, 0]),
    weight_hh_l0: permuted('weight_hh_l0', [1, 0]),
    bias_ih_l0: same('bias_ih_l0'),
    bias_hh_l0: same('bias_hh_l0'),
  }),
  Dense: denseLayouts,
};

/**
 * The weights of a layer in PyTorch's terms, in the order of PyTorch's state dict.
 *
 * @throws when the layer is of a kind that has no counterpart here
 */
export function layerWeights(layer: tf.layers.Layer): LayerWeight[] {
  if (layer.weights.length === 0) return [];
  const kind = layer.getClassName();
  const layoutsOf = layouts[kind];
  if (layoutsOf === undefined) {
    const known = Object.keys(layouts).join(', ');
    throw new Error(`layer ${layer.name}: no PyTorch layout for ${kind} (known: ${known})`);
  }
  const byVariable = layoutsOf(layer);
  return layer.weights.map((variable) => {
    const { torchName, torchShape, toTorch, fromTorch } = byVariable[variableName(variable)];
    return {
      name: `${layer.name}.${torchName}`,
      variable,
      torchShape: torchShape(variable.shape as number[]),
      toTorch,
      fromTorch,
    };
  });
}

/** `kernel` of `encoder.fc1/kernel`. */
function variableName(variable: LayerVariable): string {
  return variable.originalName.split('/').at(-1) as string;
}

/**
 * A dense kernel is [inputs, outputs] here and [outputs, inputs] in PyTorch. Where its inputs are a
 * flattened map, or its outputs become one, ours run as [height, width, channel] and PyTorch's as
 * [channel, height, width].
 */
function denseLayouts(layer: tf.layers.Layer): Record<string, Layout> {
  const inputMap = flattenedMap(layer);
  const outputMap = unflattenedMap(layer);
  const [channelsFirst, channelsLast] = [
    [2, 0, 1],
    [1, 2, 0],
  ];
  const reorder = (value: tf.Tensor, axis: number, map: Map3D | undefined, toTorch: boolean) => {
    if (map === undefined) return value;
    const [h, w, c] = map;
    const from = toTorch ? [h, w, c] : [c, h, w];
    const order = toTorch ? channelsFirst : channelsLast;
    const [before, after] = [value.shape.slice(0, axis), value.shape.slice(axis + 1)];
    const axes = value.shape.flatMap((_, i) => {
      if (i === axis) return order.map((k) => axis + k);
      return i < axis ? i : i + 2;
    });
    return value
      .reshape([...before, ...from, ...after])
      .transpose(axes)
      .reshape(value.shape);
  };
  return {
    kernel: {
      torchName: 'weight',
      torchShape: ([inputs, outputs]) => [outputs, inputs],
      toTorch: (value) =>
        reorder(reorder(value, 0, inputMap, true), 1, outputMap, true).transpose(),
      fromTorch: (value) =>
        reorder(reorder(value.transpose(), 0, inputMap, false), 1, outputMap, false),
    },
    bias: {
      ...bias,
      toTorch: (value) => reorder(value.clone(), 0, outputMap, true),
      fromTorch: (value) => reorder(value, 0, outputMap, false),
    },
  };
}

type Map3D = readonly [height: number, width: number, channels: number];

/** Layers that change neither the number nor the order of the values. */
const keepOrder = new Set(['Dropout', 'Activation', 'ReLU', 'LeakyReLU']);

/** The map that a Flatten before this layer flattened. */
function flattenedMap(layer: tf.layers.Layer): Map3D | undefined {
  const before = layer.inboundNodes[0]?.inboundLayers[0];
  if (before === undefined) return undefined;
  if (keepOrder.has(before.getClassName())) return flattenedMap(before);
  return before.getClassName() === 'Flatten' ? mapOf(before.input) : undefined;
}

/** The map that a Reshape after this layer makes. */
function unflattenedMap(layer: tf.layers.Layer): Map3D | undefined {
  const after = layer.outboundNodes[0]?.outboundLayer;
  if (after === undefined) return undefined;
  if (keepOrder.has(after.getClassName())) return unflattenedMap(after);
  return after.getClassName() === 'Reshape' ? mapOf(after.output) : undefined;
}

function mapOf(tensor: tf.SymbolicTensor | tf.SymbolicTensor[]): Map3D | undefined {
  const [, ...shape] = (tensor as tf.SymbolicTensor).shape as number[];
  return shape.length === 3 ? (shape as unknown as Map3D) : undefined;
}

import * as tf from '../engine/tf';
import {
  type Axes,
  AxisOrder,
  agree,
  axesOf,
  channelsFirst,
  ElementOrder,
  flattened,
  isLine,
  isSame,
  joined,
  type Layout,
  repeated,
  type Shape,
  sameAxes,
  unflattened,
} from './torch-layout';

/**
 * How PyTorch lays out the output of a layer, stated by the author of the model: 'same' as here
 * (batch, then our axes in our order); 'channelsFirst', the last axis of ours before the others;
 * 'asInput', as the layer's first input, as when each element is made from the one at its place; or
 * the order of our axes in PyTorch, counted as `tf.layers.permute` counts them: [3, 1, 2] is
 * 'channelsFirst' of a map.
 */
export type StatedLayout = 'same' | 'channelsFirst' | 'asInput' | readonly number[];

/** Stated layouts, by the names of layers. */
export type StatedLayouts = Readonly<Record<string, StatedLayout>>;

/** The layouts of what a layer with weights takes and gives. */
export interface Place {
  readonly input: Layout;
  readonly output: Layout;
}

/** The axis of a layer's channels, the batch left out: the last unless it has `dataFormat: 'channelsFirst'`. */
export function channelAxis(layer: tf.layers.Layer, rank: number): number {
  return layer.getConfig().dataFormat === 'channelsFirst' ? 0 : rank - 1;
}

/** An axis of a layer's configuration, which counts the batch or from the end, with the batch left out. */
export function axisWithoutBatch(axis: number, rank: number): number {
  return axis < 0 ? rank + axis : axis - 1;
}

/**
 * Follows the layouts through the layers of models from their inputs to their outputs.
 *
 * @param stated what the author of the models says of some layers
 * @returns the place of each layer with weights that an output depends on
 * @throws when PyTorch cannot have the same weights: the layer and what it would mix up
 */
export function placesOf(
  models: readonly tf.LayersModel[],
  stated: StatedLayouts = {},
): Map<tf.layers.Layer, Place> {
  const follower = new Follower(stated);
  const outputs = models.map((model) => follower.follow(model));
  follower.check();
  follower.refuseUnknownNames();
  if (models.length > 1) outputs.flat().forEach(refuseReorderedVector);
  return follower.places;
}

interface NamedLayout {
  readonly name: string;
  readonly layout: Layout;
}

/** What joins the parts of a composite is out of sight, so a vector between them has to be the same. */
function refuseReorderedVector({ name, layout }: NamedLayout): void {
  if (layout.shape.length === 1 && layout.orders[0].resolve() !== undefined) {
    throw new Error(
      `layer ${name} is the output of a part, and its elements have another order in PyTorch: ` +
        'what takes it cannot be followed (put the flattening into the part that needs it)',
    );
  }
}

/** Layers that do the same to each element, or to all the elements of each sample. */
const KEEPS_ALL = new Set([
  ...['Activation', 'ReLU', 'LeakyReLU', 'ELU', 'ThresholdedReLU', 'Softmax'],
  ...['Dropout', 'SpatialDropout1D', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout'],
  ...['Masking', 'Rescaling'],
]);
const CONVOLUTIONS = new Set([
  ...['Conv1D', 'Conv2D', 'Conv3D', 'Conv2DTranspose', 'Conv3DTranspose', 'SeparableConv2D'],
]);
/** Layers that change height and width alone. */
const KEEPS_CHANNELS = new Set([
  ...['MaxPooling1D', 'MaxPooling2D', 'MaxPooling3D'],
  ...['AveragePooling1D', 'AveragePooling2D', 'AveragePooling3D'],
  ...['ZeroPadding2D', 'Cropping2D', 'UpSampling2D', 'Resizing', 'CenterCrop'],
  ...['RandomWidth', 'RandomHeight'],
]);
const GLOBAL_POOLINGS = new Set([
  ...['GlobalAveragePooling1D', 'GlobalMaxPooling1D'],
  ...['GlobalAveragePooling2D', 'GlobalMaxPooling2D'],
]);
const MERGES = new Set(['Add', 'Multiply', 'Average', 'Maximum', 'Minimum']);
const RECURRENT = new Set(['SimpleRNN', 'LSTM', 'GRU', 'RNN', 'Bidirectional']);

class Follower {
  readonly places = new Map<tf.layers.Layer, Place>();
  private readonly layouts = new Map<number, Layout>();
  private readonly checks: (() => void)[] = [];
  private readonly names = new Set<string>();

  constructor(private readonly stated: StatedLayouts) {}

  /** What a model gives for its own inputs, or for those it is called with. */
  follow(model: tf.LayersModel, inputs?: readonly Layout[]): NamedLayout[] {
    if (model.layers.length === 0) throw new Error(`model ${model.name} has no layers yet`);
    const layouts = inputs === undefined ? this.layouts : new Map<number, Layout>();
    model.inputs.forEach((input, i) => {
      const { name } = input.sourceLayer;
      const layout = inputs?.[i] ?? layouts.get(input.id) ?? inputLayout(name, withoutBatch(input));
      layouts.set(input.id, this.asStated(name, layout));
    });
    return model.outputs.map((output) => {
      const layout = this.layoutOf(output, layouts);
      if (inputs === undefined && layout.shape.length === 3) layout.axes.wish(channelsFirst(3));
      return { name: output.sourceLayer.name, layout };
    });
  }

  refuseUnknownNames(): void {
    const unknown = Object.keys(this.stated).find((name) => !this.names.has(name));
    if (unknown !== undefined) {
      throw new Error(
        `a layout is stated for layer ${unknown}, which is not there (known: ${[...this.names].join(', ')})`,
      );
    }
  }

  /** Looks at what has to hold; by then every layer has said what it takes. */
  check(): void {
    for (const check of this.checks) check();
  }

  private layoutOf(tensor: tf.SymbolicTensor, layouts: Map<number, Layout>): Layout {
    const known = layouts.get(tensor.id);
    if (known !== undefined) return known;
    const { sourceLayer: layer, nodeIndex } = tensor;
    const { inputTensors, outputTensors } = layer.inboundNodes[nodeIndex];
    const inputs = inputTensors.map((input) => this.layoutOf(input, layouts));
    const outputs = this.apply(layer, inputs, outputTensors.map(withoutBatch));
    outputTensors.forEach((output, i) => void layouts.set(output.id, outputs[i]));
    return layouts.get(tensor.id) as Layout;
  }

  private apply(layer: tf.layers.Layer, inputs: readonly Layout[], shapes: Shape[]): Layout[] {
    const outputs = this.outputsOf(layer, inputs, shapes);
    const [first, ...others] = outputs;
    const output = this.asStated(layer.name, first, inputs[0]);
    if (layer.weights.length > 0) this.place(layer, { input: inputs[0], output });
    return [output, ...others];
  }

  private outputsOf(
    layer: tf.layers.Layer,
    inputs: readonly Layout[],
    shapes: readonly Shape[],
  ): Layout[] {
    if (layer instanceof tf.LayersModel) {
      return this.follow(layer, inputs).map(({ layout }) => layout);
    }
    const kind = layer.getClassName();
    const [input] = inputs;
    const [shape] = shapes;
    if (KEEPS_ALL.has(kind)) return [input];
    if (CONVOLUTIONS.has(kind)) {
      return [this.overMap(layer, input, shape, () => ElementOrder.free())];
    }
    if (KEEPS_CHANNELS.has(kind)) return [this.overMap(layer, input, shape, (order) => order)];
    if (GLOBAL_POOLINGS.has(kind)) return [this.globalPooling(layer, input, shape)];
    if (MERGES.has(kind)) return [this.merge(layer, inputs, shape)];
    if (RECURRENT.has(kind)) return this.recurrent(layer, inputs, shapes);
    switch (kind) {
      case 'DepthwiseConv2D': {
        const times = Number(layer.getConfig().depthMultiplier);
        const widen = (order: ElementOrder) =>
          times === 1 ? order : ElementOrder.derived(() => repeated(order.resolve(), times));
        return [this.overMap(layer, input, shape, widen)];
      }
      case 'Dense':
        return [overFeatures(layer, input, shape, ElementOrder.free())];
      case 'BatchNormalization':
        return [overChannels(layer, input, Number(layer.getConfig().axis))];
      case 'PReLU':
        return [overChannels(layer, input, -1)];
      case 'LayerNormalization':
        return [layerNormalization(layer, input)];
      case 'Embedding':
        return [embedding(input, shape)];
      case 'RepeatVector':
        return [repeatVector(input, shape)];
      case 'Flatten': {
        const rank = input.shape.length;
        const first = layer.getConfig().dataFormat === 'channelsFirst';
        const turned = first ? permuted(input, [...sameAxes(rank).slice(1), 0]) : input;
        return [this.reshaped(layer, turned, shape)];
      }
      case 'Reshape':
        return [this.reshaped(layer, input, shape)];
      case 'Permute':
        return [permute(layer, input)];
      case 'Concatenate':
        return [this.concatenate(layer, inputs, shape)];
      case 'TimeDistributed':
        return [this.timeDistributed(layer as TimeDistributed, input, shape)];
      default:
        return shapes.map((each) => unknownLayer(layer, inputs, each));
    }
  }

  private place(layer: tf.layers.Layer, place: Place): void {
    const known = this.places.get(layer);
    if (known === undefined) {
      this.places.set(layer, place);
      return;
    }
    // A layer that is called twice has one set of weights, so both calls need the same order.
    for (const side of ['input', 'output'] as const) {
      const rank = place[side].shape.length;
      const axis = channelAxis(layer, rank);
      this.sameOrder(layer, place[side].orders[axis], known[side].orders[axis]);
      if (String(place[side].shape) !== String(known[side].shape)) continue;
      this.sameLayout(layer, place[side], known[side]);
    }
  }

  private sameOrder(layer: tf.layers.Layer, a: ElementOrder, b: ElementOrder): void {
    if (a.join(b)) return;
    this.checks.push(() => {
      if (String(a.resolve()) !== String(b.resolve())) {
        throw new Error(
          `layer ${layer.name} joins elements whose orders differ in PyTorch, so no weights can ` +
            `be the same there (${statement(layer.name)} if they do not differ)`,
        );
      }
    });
  }

  private sameLayout(layer: tf.layers.Layer, a: Layout, b: Layout): void {
    this.checks.push(() => {
      if (!agree(a.shape, axesOf(a), axesOf(b))) {
        throw new Error(
          `layer ${layer.name} is called with maps that PyTorch lays out differently`,
        );
      }
    });
  }

  /** Positions in space or time have a meaning, so their order cannot differ. */
  private positions(layer: tf.layers.Layer, orders: readonly ElementOrder[]): void {
    for (const order of orders) {
      order.join(ElementOrder.same());
      this.checks.push(() => {
        if (order.resolve() !== undefined) {
          throw new Error(
            `layer ${layer.name} takes for positions what has another order in PyTorch: a flattened ` +
              'map was reshaped across its channels, and no weights can be the same there',
          );
        }
      });
    }
  }

  /** A layer on maps: PyTorch's takes and gives channels first. */
  private overMap(
    layer: tf.layers.Layer,
    input: Layout,
    shape: Shape,
    channelsOf: (order: ElementOrder) => ElementOrder,
  ): Layout {
    const axis = channelAxis(layer, shape.length);
    const axes = channelsFirst(shape.length, axis);
    input.axes.wish(axes);
    this.positions(
      layer,
      input.orders.filter((_, k) => k !== axis),
    );
    const orders = shape.map((_, k) =>
      k === axis ? channelsOf(input.orders[axis]) : ElementOrder.same(),
    );
    return { shape, axes: AxisOrder.fixed(axes), orders };
  }

  private globalPooling(layer: tf.layers.Layer, input: Layout, shape: Shape): Layout {
    const axis = channelAxis(layer, input.shape.length);
    input.axes.wish(channelsFirst(input.shape.length, axis));
    return line(shape, input.orders[axis]);
  }

  /** A recurrent layer: PyTorch's (batch_first) takes and gives [time, features]. */
  private recurrent(
    layer: tf.layers.Layer,
    [input, ...states]: readonly Layout[],
    shapes: readonly Shape[],
  ): Layout[] {
    input.axes.wish(sameAxes(input.shape.length));
    this.positions(layer, [input.orders[0], ...states.flatMap(({ orders }) => orders)]);
    return shapes.map(sameLayout);
  }

  private merge(layer: tf.layers.Layer, inputs: readonly Layout[], shape: Shape): Layout {
    const padded = inputs.map((input) => withLeadingOnes(input, shape.length));
    const orders = shape.map((_, k) => {
      const long = padded.filter((input) => input.shape[k] !== 1).map((input) => input.orders[k]);
      for (const order of long.slice(1)) this.sameOrder(layer, long[0], order);
      return long[0] ?? ElementOrder.same();
    });
    return { shape, axes: mergedAxes(layer, padded, shape), orders };
  }

  private concatenate(layer: tf.layers.Layer, inputs: readonly Layout[], shape: Shape): Layout {
    const along = axisWithoutBatch(Number(layer.getConfig().axis), shape.length);
    const orders = shape.map((_, k) => {
      const parts = inputs.map((input) => input.orders[k]);
      if (parts.length === 1) return parts[0];
      if (k !== along) {
        for (const order of parts.slice(1)) this.sameOrder(layer, parts[0], order);
        return parts[0];
      }
      return ElementOrder.derived(() => {
        const resolved = parts.map((order) => order.resolve());
        if (resolved.every((order) => order === undefined)) return undefined;
        return joined(resolved.map((order, i) => ({ order, length: Number(inputs[i].shape[k]) })));
      });
    });
    return { shape, axes: mergedAxes(layer, inputs, shape), orders };
  }

  private reshaped(layer: tf.layers.Layer, input: Layout, shape: Shape): Layout {
    const long = (lengths: Shape) => sameAxes(lengths.length).filter((axis) => lengths[axis] !== 1);
    const [from, to] = [long(input.shape), long(shape)];
    const lengths = (all: Shape, axes: readonly number[]) => String(axes.map((axis) => all[axis]));
    if (lengths(input.shape, from) === lengths(shape, to)) return respaced(input, shape, from, to);
    if (![...input.shape, ...shape].every((length) => length !== null)) {
      return unknownLayer(layer, [input], shape);
    }
    const vector = flatten(layer, input);
    const stated = Object.hasOwn(this.stated, layer.name) ? this.stated[layer.name] : undefined;
    if (stated === undefined || stated === 'asInput') {
      return unflatten(layer, vector, shape as number[], []);
    }
    const axes = axesOfStatement(layer.name, stated, shape);
    return unflatten(layer, vector, shape as number[], [axes]);
  }

  private timeDistributed(layer: TimeDistributed, input: Layout, shape: Shape): Layout {
    this.positions(layer, [input.orders[0]]);
    const inner: Layout = {
      shape: input.shape.slice(1),
      orders: input.orders.slice(1),
      axes: AxisOrder.from(
        [input.axes],
        () => {
          const [steps, ...axes] = axesOf(input);
          if (steps === 0) return axes.map((axis) => axis - 1);
          throw doubt(layer.name, 'is given steps that PyTorch does not have first');
        },
        (wish) => [0, ...wish.map((axis) => axis + 1)],
      ),
    };
    const [output] = this.apply(layer.layer, [inner], [shape.slice(1)]);
    return {
      shape,
      orders: [ElementOrder.same(), ...output.orders],
      axes: AxisOrder.from([], () => [0, ...axesOf(output).map((axis) => axis + 1)]),
    };
  }

  private asStated(name: string, output: Layout, input?: Layout): Layout {
    this.names.add(name);
    const stated = Object.hasOwn(this.stated, name) ? this.stated[name] : undefined;
    if (stated === undefined) return output;
    const { shape } = output;
    if (stated !== 'asInput')
      return { ...sameLayout(shape), axes: AxisOrder.fixed(axesOfStatement(name, stated, shape)) };
    if (String(input?.shape) !== String(shape)) {
      throw new Error(`layer ${name} cannot be laid out as its input: their shapes differ`);
    }
    return input as Layout;
  }
}

function axesOfStatement(name: string, stated: StatedLayout, { length: rank }: Shape): Axes {
  if (stated === 'same') return sameAxes(rank);
  if (stated === 'channelsFirst') return channelsFirst(rank);
  const axes = Array.isArray(stated) ? stated.map((axis) => axis - 1) : [];
  if (String(axes.toSorted((a, b) => a - b)) !== String(sameAxes(rank)) || rank === 0) {
    throw new Error(
      `unknown layout of layer ${name}: ${stated} (known: same, channelsFirst, asInput, or the ` +
        `numbers 1 to ${rank} in the order of PyTorch's axes)`,
    );
  }
  return axes;
}

type TimeDistributed = tf.layers.Layer & { readonly layer: tf.layers.Layer };

function withoutBatch({ shape }: tf.SymbolicTensor): Shape {
  return shape.slice(1);
}

function sameLayout(shape: Shape): Layout {
  return {
    shape,
    axes: AxisOrder.fixed(sameAxes(shape.length)),
    orders: shape.map(() => ElementOrder.same()),
  };
}

/** A vector. */
function line(shape: Shape, order: ElementOrder): Layout {
  return { shape, axes: AxisOrder.fixed([0]), orders: [order] };
}

const statement = (name: string) => `state { layouts: { '${name}': … } }`;

function doubt(name: string, what: string): Error {
  return new Error(
    `layer ${name} ${what}, so the order of its elements in PyTorch is not known: say how PyTorch ` +
      `lays out its output, as { layouts: { '${name}': 'same' } } (or 'channelsFirst', 'asInput')`,
  );
}

/** What an input is in PyTorch if nothing else is said: images have their channels first. */
function usualAxes(name: string, rank: number): Axes {
  if (rank > 3) throw doubt(name, `has ${rank} axes besides the batch, any of them the channels`);
  return rank === 3 ? channelsFirst(rank) : sameAxes(rank);
}

function inputLayout(name: string, shape: Shape): Layout {
  const rank = shape.length;
  const axes = AxisOrder.wished((wishes) => {
    const [wish] = wishes;
    if (wishes.length === 1 && rank > 3) return wish;
    const usual = usualAxes(name, rank);
    if (wishes.every((each) => agree(shape, each, usual))) return usual;
    throw doubt(name, 'is given to layers that take other layouts in PyTorch');
  });
  return { shape, axes, orders: shape.map(() => ElementOrder.same()) };
}

/** A layer on the last axis, which PyTorch has to have last for it. */
function overFeatures(
  layer: tf.layers.Layer,
  input: Layout,
  shape: Shape,
  features: ElementOrder,
): Layout {
  const rank = shape.length;
  if (rank > 1) input.axes.wish(sameAxes(rank));
  return {
    shape,
    orders: [...input.orders.slice(0, -1), features],
    axes: AxisOrder.from([], () => {
      const axes = axesOf(input);
      if (agree(shape, axes, [...axes.filter((axis) => axis !== rank - 1), rank - 1])) return axes;
      throw doubt(layer.name, 'acts on channels, which PyTorch has to put last for it');
    }),
  };
}

function layerNormalization(layer: tf.layers.Layer, input: Layout): Layout {
  const axes = [layer.getConfig().axis].flat();
  if (axes.length === input.shape.length) return input;
  return overFeatures(layer, input, input.shape, input.orders.at(-1) as ElementOrder);
}

/** A layer with a weight for each channel: PyTorch's takes [batch, channels, …]. */
function overChannels(layer: tf.layers.Layer, input: Layout, axis: number): Layout {
  const rank = input.shape.length;
  if (rank === 1) return input;
  const first = channelsFirst(rank, axisWithoutBatch(axis, rank));
  input.axes.wish(first);
  return {
    ...input,
    axes: AxisOrder.from([input.axes], () => {
      const axes = axesOf(input);
      if (agree(input.shape, axes, first)) return axes;
      throw doubt(layer.name, 'acts on channels, which PyTorch has to put first for it');
    }),
  };
}

function embedding(input: Layout, shape: Shape): Layout {
  const rank = shape.length;
  return {
    shape,
    orders: [...input.orders, ElementOrder.free()],
    axes: AxisOrder.from([], () => [...axesOf(input), rank - 1]),
  };
}

function repeatVector(input: Layout, shape: Shape): Layout {
  return {
    shape,
    orders: [ElementOrder.same(), input.orders[0]],
    axes: AxisOrder.fixed(sameAxes(2)),
  };
}

function permute(layer: tf.layers.Layer, input: Layout): Layout {
  const dims = (layer.getConfig().dims as number[]).map((dim) => dim - 1);
  const output = permuted(input, dims);
  const same = sameAxes(dims.length);
  return {
    ...output,
    axes: AxisOrder.from(
      [input.axes],
      () => {
        const isSameAfter = agree(output.shape, axesOf(output), same);
        const isSameBefore = agree(input.shape, axesOf(input), same);
        if (isSameAfter || isSameBefore) return same;
        throw doubt(layer.name, 'permutes axes that PyTorch has in another order');
      },
      (wish) => wish.map((axis) => dims[axis]),
    ),
  };
}

/** The same elements at the same places in PyTorch, our axes in another order. */
function permuted(input: Layout, dims: readonly number[]): Layout {
  return {
    shape: dims.map((dim) => input.shape[dim]),
    orders: dims.map((dim) => input.orders[dim]),
    axes: AxisOrder.from(
      [input.axes],
      () => axesOf(input).map((axis) => dims.indexOf(axis)),
      (wish) => wish.map((axis) => dims[axis]),
    ),
  };
}

function flatten(layer: tf.layers.Layer, { shape, axes, orders }: Layout): ElementOrder {
  if (isLine(shape)) return orders[longAxis(shape)];
  return ElementOrder.derived(() => {
    const resolved = axes.resolve();
    const isTrivial =
      orders.every((order) => order.resolve() === undefined) &&
      agree(shape, resolved, sameAxes(shape.length));
    if (isTrivial) return undefined;
    return flattened(
      known(layer, shape),
      resolved,
      orders.map((order) => order.resolve()),
    );
  });
}

function longAxis(shape: Shape): number {
  return Math.max(
    0,
    shape.findIndex((length) => length !== 1),
  );
}

function known(layer: tf.layers.Layer, shape: Shape): number[] {
  if (shape.includes(null)) throw doubt(layer.name, 'reshapes what has an unknown length');
  return shape as number[];
}

/**
 * A vector reshaped. If it is free, it takes the order in which PyTorch's reshape reads it.
 *
 * @param stated the one order of axes that the author states, if any
 */
function unflatten(
  layer: tf.layers.Layer,
  vector: ElementOrder,
  shape: readonly number[],
  stated: readonly Axes[],
): Layout {
  if (isLine(shape)) {
    const orders = shape.map(() => ElementOrder.same());
    orders[longAxis(shape)] = vector;
    return { shape, axes: AxisOrder.fixed(sameAxes(shape.length)), orders };
  }
  const { isFree } = vector;
  const orders = shape.map(() => ElementOrder.free());
  const axes = AxisOrder.wished((wishes) => {
    if (stated.length > 0) return stated[0];
    return isFree ? freeAxes(layer, shape, wishes) : provedAxes(layer, vector, shape, wishes);
  });
  if (isFree) {
    vector.settle(() =>
      flattened(
        shape,
        axes.resolve(),
        orders.map((order) => order.resolve()),
      ),
    );
    return { shape, axes, orders };
  }
  return {
    shape,
    axes,
    orders: shape.map((_, k) =>
      ElementOrder.derived(() => unflattened(vector.resolve(), shape, axes.resolve())?.[k]),
    ),
  };
}

/** How PyTorch reshapes a vector whose order the layer before it can choose: as what follows takes it. */
function freeAxes(layer: tf.layers.Layer, shape: Shape, wishes: readonly Axes[]): Axes {
  const wished = distinct(shape, wishes);
  if (wished.length === 1) return wished[0];
  if (wished.length > 1) throw doubt(layer.name, 'is followed by layers of several layouts');
  return usualAxes(layer.name, shape.length);
}

/** How PyTorch reshapes a vector of a known order, if only one way keeps the axes apart. */
function provedAxes(
  layer: tf.layers.Layer,
  vector: ElementOrder,
  shape: readonly number[],
  wishes: readonly Axes[],
): Axes {
  const order = vector.resolve();
  const fits = (axes: Axes) => unflattened(order, shape, axes) !== undefined;
  const wished = distinct(shape, wishes);
  const fitting = wished.filter(fits);
  if (fitting.length === 1 && wished.length === 1) return fitting[0];
  const rank = shape.length;
  const possible = distinct(shape, [sameAxes(rank), channelsFirst(rank)]).filter(fits);
  // A vector in our order could be reshaped to our axes, or to PyTorch's, which is another map.
  const isProved = possible.length === 1 && (order !== undefined || wished.length === 0);
  if (isProved) return possible[0];
  throw doubt(layer.name, 'reshapes a vector into what PyTorch may read otherwise');
}

function distinct(shape: Shape, all: readonly Axes[]): Axes[] {
  return all.filter((axes, i) => !all.slice(0, i).some((earlier) => agree(shape, axes, earlier)));
}

/** A reshape that only adds or takes away axes of length 1. */
function respaced(
  input: Layout,
  shape: Shape,
  from: readonly number[],
  to: readonly number[],
): Layout {
  const orders = shape.map(() => ElementOrder.same());
  for (const [i, axis] of to.entries()) orders[axis] = input.orders[from[i]];
  /** An order of one's axes as one of the other's: the axes of length 1 stand before all others. */
  const translated = (
    axes: Axes,
    long: readonly number[],
    into: readonly number[],
    rank: number,
  ) => [
    ...sameAxes(rank).filter((axis) => !into.includes(axis)),
    ...axes.filter((axis) => long.includes(axis)).map((axis) => into[long.indexOf(axis)]),
  ];
  return {
    shape,
    orders,
    axes: AxisOrder.from(
      [input.axes],
      () => translated(axesOf(input), from, to, shape.length),
      (wish) => translated(wish, to, from, input.shape.length),
    ),
  };
}

/** tfjs broadcasts to the last axes. */
function withLeadingOnes(input: Layout, rank: number): Layout {
  const missing = rank - input.shape.length;
  if (missing === 0) return input;
  const ones = Array.from({ length: missing }, () => 1);
  return respaced(
    input,
    [...ones, ...input.shape],
    sameAxes(input.shape.length),
    sameAxes(input.shape.length).map((axis) => axis + missing),
  );
}

/** The order of axes that joined maps have in common. */
function mergedAxes(layer: tf.layers.Layer, inputs: readonly Layout[], shape: Shape): AxisOrder {
  for (const { axes } of inputs) {
    if (axes.settled === undefined) continue;
    for (const other of inputs) other.axes.wish(axes.settled);
  }
  return AxisOrder.from(
    inputs.map(({ axes }) => axes),
    () => {
      if (isLine(shape)) return sameAxes(shape.length);
      const numLong = (input: Layout) => input.shape.filter((length) => length !== 1).length;
      const [largest, ...others] = inputs.toSorted((a, b) => numLong(b) - numLong(a));
      const axes = largest.axes.resolve();
      const agrees = (other: Layout) =>
        isLine(largest.shape)
          ? agree(shape, other.axes.resolve(), axes)
          : agree(other.shape, axesOf(other), axes);
      if (others.every(agrees)) return axes;
      throw doubt(layer.name, 'joins maps that PyTorch lays out differently');
    },
  );
}

/** Of a layer without a rule, what is the same before can be taken to be the same after. */
function unknownLayer(layer: tf.layers.Layer, inputs: readonly Layout[], shape: Shape): Layout {
  const prove = () => {
    if (inputs.every(isSame)) return;
    throw doubt(layer.name, `(${layer.getClassName()}) is given a map or a flattened one`);
  };
  const [input] = inputs;
  const isAxiswise = inputs.length === 1 && input.shape.length === shape.length && shape.length > 1;
  const orders = shape.map(() =>
    ElementOrder.derived(() => {
      if (!isAxiswise) prove();
      else if (input.orders.some((order) => order.resolve() !== undefined)) prove();
      return undefined;
    }),
  );
  const axes = AxisOrder.from(isAxiswise ? [input.axes] : [], () => {
    if (isAxiswise) return axesOf(input);
    prove();
    return sameAxes(shape.length);
  });
  return { shape, axes, orders };
}

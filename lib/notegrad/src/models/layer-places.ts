import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import {
  axisWithoutBatch,
  channelAxis,
  embedding,
  inputLayout,
  layerNormalization,
  line,
  mergedAxes,
  overChannels,
  overFeatures,
  repeatVector,
  sameLayout,
  unknownLayer,
} from './layout-rules';
import { flatten, permute, permuted, respaced, unflatten, withLeadingOnes } from './reshape-rules';
import {
  axesOfStatement,
  doubt,
  looksLikePyTorchs,
  type StatedLayouts,
  statement,
} from './stated-layouts';
import {
  AxisOrder,
  agree,
  axesOf,
  channelsFirst,
  ElementOrder,
  joined,
  type Layout,
  repeated,
  type Shape,
  sameAxes,
} from './torch-layout';

/** The layouts of what a layer with weights takes and gives. */
export interface Place {
  readonly input: Layout;
  readonly output: Layout;
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
    throw new ModelError(
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
    if (model.layers.length === 0) throw new ModelError(`model ${model.name} has no layers yet`);
    const layouts = inputs === undefined ? this.layouts : new Map<number, Layout>();
    model.inputs.forEach((input, i) => {
      const { name } = input.sourceLayer;
      const layout = inputs?.[i] ?? layouts.get(input.id) ?? inputLayout(name, withoutBatch(input));
      layouts.set(input.id, this.asStated(name, layout));
    });
    return model.outputs.map((output) => {
      const layout = this.layoutOf(output, layouts);
      const isImage = layout.shape.length === 3 && !looksLikePyTorchs(layout.shape);
      if (inputs === undefined && isImage) layout.axes.wish(channelsFirst(3));
      return { name: output.sourceLayer.name, layout };
    });
  }

  refuseUnknownNames(): void {
    const unknown = Object.keys(this.stated).find((name) => !this.names.has(name));
    if (unknown !== undefined) {
      throw new ModelError(
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
      const [a, b] = [place[side], known[side]];
      const isOfOneShape = String(a.shape) === String(b.shape);
      const rank = a.shape.length;
      for (const axis of isOfOneShape ? sameAxes(rank) : [channelAxis(layer, rank)]) {
        this.sameOrder(layer, a.orders[axis], b.orders[axis]);
      }
    }
    if (layer.getClassName() === 'LayerNormalization') {
      this.sameAxisOrder(layer, place.input, known.input);
    }
  }

  private sameOrder(layer: tf.layers.Layer, a: ElementOrder, b: ElementOrder): void {
    if (a.join(b)) return;
    this.checks.push(() => {
      if (String(a.resolve()) !== String(b.resolve())) {
        throw new ModelError(
          `layer ${layer.name} joins elements whose orders differ in PyTorch, so no weights can ` +
            `be the same there (${statement(layer.name)} if they do not differ)`,
        );
      }
    });
  }

  private sameAxisOrder(layer: tf.layers.Layer, a: Layout, b: Layout): void {
    this.checks.push(() => {
      if (!agree(a.shape, axesOf(a), axesOf(b))) {
        throw new ModelError(
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
          throw new ModelError(
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
    const vector = flatten(input);
    const stated = Object.hasOwn(this.stated, layer.name) ? this.stated[layer.name] : undefined;
    if ([...input.shape, ...shape].includes(null)) {
      if (stated !== undefined) return sameLayout(shape);
      throw doubt(layer.name, 'reshapes what has an unknown length');
    }
    const isStated = stated !== undefined && stated !== 'asInput';
    const axes = isStated ? axesOfStatement(layer.name, stated, shape) : undefined;
    return unflatten(layer, vector, shape as number[], axes);
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
    if (stated !== 'asInput') {
      return { ...sameLayout(shape), axes: AxisOrder.fixed(axesOfStatement(name, stated, shape)) };
    }
    if (String(input?.shape) !== String(shape)) {
      throw new ModelError(`layer ${name} cannot be laid out as its input: their shapes differ`);
    }
    return input as Layout;
  }
}

type TimeDistributed = tf.layers.Layer & { readonly layer: tf.layers.Layer };

function withoutBatch({ shape }: tf.SymbolicTensor): Shape {
  return shape.slice(1);
}

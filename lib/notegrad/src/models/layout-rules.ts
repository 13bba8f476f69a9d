import type * as tf from '../engine/tf';
import { doubt, usualAxes } from './stated-layouts';
import {
  AxisOrder,
  agree,
  axesOf,
  channelsFirst,
  ElementOrder,
  isLine,
  isSame,
  type Layout,
  type Shape,
  sameAxes,
} from './torch-layout';

/**
 * What each kind of layer does to the layout of what it is given, in PyTorch beside here.
 */

/** The axis of a layer's channels, the batch left out: the last unless it has `dataFormat: 'channelsFirst'`. */
export function channelAxis(layer: tf.layers.Layer, rank: number): number {
  return layer.getConfig().dataFormat === 'channelsFirst' ? 0 : rank - 1;
}

/** An axis of a layer's configuration, which counts the batch or from the end, with the batch left out. */
export function axisWithoutBatch(axis: number, rank: number): number {
  return axis < 0 ? rank + axis : axis - 1;
}

export function sameLayout(shape: Shape): Layout {
  return {
    shape,
    axes: AxisOrder.fixed(sameAxes(shape.length)),
    orders: shape.map(() => ElementOrder.same()),
  };
}

/** A vector. */
export function line(shape: Shape, order: ElementOrder): Layout {
  return { shape, axes: AxisOrder.fixed([0]), orders: [order] };
}

/** An input. Which axes are the channels is said by the layers that take it, or by custom. */
export function inputLayout(name: string, shape: Shape): Layout {
  const rank = shape.length;
  const axes = AxisOrder.wished((wishes) => {
    const [wish] = wishes;
    if (wishes.length === 1 && rank > 3) return wish;
    const usual = wishes.length > 0 && rank === 3 ? channelsFirst(rank) : usualAxes(name, shape);
    if (wishes.every((each) => agree(shape, each, usual))) return usual;
    throw doubt(name, 'is given to layers that take other layouts in PyTorch');
  });
  return { shape, axes, orders: shape.map(() => ElementOrder.same()) };
}

/** A layer on the last axis, which PyTorch has to have last for it. */
export function overFeatures(
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

export function layerNormalization(layer: tf.layers.Layer, input: Layout): Layout {
  const axes = [layer.getConfig().axis].flat();
  if (axes.length === input.shape.length) return input;
  return overFeatures(layer, input, input.shape, input.orders.at(-1) as ElementOrder);
}

/** A layer with a weight for each channel: PyTorch's takes [batch, channels, …]. */
export function overChannels(layer: tf.layers.Layer, input: Layout, axis: number): Layout {
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

export function embedding(input: Layout, shape: Shape): Layout {
  const rank = shape.length;
  return {
    shape,
    orders: [...input.orders, ElementOrder.free()],
    axes: AxisOrder.from([], () => [...axesOf(input), rank - 1]),
  };
}

export function repeatVector(input: Layout, shape: Shape): Layout {
  return {
    shape,
    orders: [ElementOrder.same(), input.orders[0]],
    axes: AxisOrder.fixed(sameAxes(2)),
  };
}

/** The order of axes that joined maps have in common. */
export function mergedAxes(
  layer: tf.layers.Layer,
  inputs: readonly Layout[],
  shape: Shape,
): AxisOrder {
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
export function unknownLayer(
  layer: tf.layers.Layer,
  inputs: readonly Layout[],
  shape: Shape,
): Layout {
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

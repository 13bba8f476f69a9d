import type * as tf from '../engine/tf';
import { doubt, usualAxes } from './stated-layouts';
import {
  type Axes,
  AxisOrder,
  agree,
  axesOf,
  channelsFirst,
  ElementOrder,
  flattened,
  isLine,
  type Layout,
  type Shape,
  sameAxes,
  unflattened,
} from './torch-layout';

/**
 * What flattening, reshaping and permuting do to layouts: PyTorch does each in its own order of axes.
 */

export function permute(layer: tf.layers.Layer, input: Layout): Layout {
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
export function permuted(input: Layout, dims: readonly number[]): Layout {
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

export function flatten({ shape, axes, orders }: Layout): ElementOrder {
  if (isLine(shape)) return orders[longAxis(shape)];
  return ElementOrder.derived(() => {
    const resolved = axes.resolve();
    const isTrivial =
      orders.every((order) => order.resolve() === undefined) &&
      agree(shape, resolved, sameAxes(shape.length));
    if (isTrivial) return undefined;
    return flattened(
      shape as number[],
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

/**
 * A vector reshaped. If it is free, it takes the order in which PyTorch's reshape reads it.
 *
 * @param stated the order of axes that the author states, if any
 */
export function unflatten(
  layer: tf.layers.Layer,
  vector: ElementOrder,
  shape: readonly number[],
  stated: Axes | undefined,
): Layout {
  if (isLine(shape)) {
    const orders = shape.map(() => ElementOrder.same());
    orders[longAxis(shape)] = vector;
    return { shape, axes: AxisOrder.fixed(sameAxes(shape.length)), orders };
  }
  const { isFree } = vector;
  const orders = shape.map(() => ElementOrder.free());
  const axes = AxisOrder.wished((wishes) => {
    if (stated !== undefined) return stated;
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
  return usualAxes(layer.name, shape);
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
export function respaced(
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
export function withLeadingOnes(input: Layout, rank: number): Layout {
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

import * as tf from '../engine/tf';
import { inverse, type Permutation } from './torch-layout';

/** How PyTorch names and lays out what is one variable here, of the shape that it was made for. */
export interface WeightLayout {
  /** PyTorch's names, e.g. `weight`; several where it has a sum for what is one variable here. */
  readonly names: readonly string[];
  /** The shape of each of PyTorch's tensors. */
  readonly torchShape: readonly number[];
  /** Our layout → PyTorch's. */
  toTorch(value: tf.Tensor): tf.Tensor[];
  /** PyTorch's layout → ours. */
  fromTorch(values: readonly tf.Tensor[]): tf.Tensor;
}

export interface Arrangement {
  /** PyTorch's axis i is ours `axes[i]`. Default: the same. */
  readonly axes?: readonly number[];
  /** The order of the elements along each of our axes. Default: the same. */
  readonly orders?: readonly Permutation[];
  /** PyTorch's shape, where it has joined or split axes besides. Default: ours with the axes in its order. */
  readonly torchShape?: readonly number[];
}

/** One tensor, its elements and axes in the order of PyTorch's. */
export function arranged(
  name: string,
  shape: readonly number[],
  { axes = shape.map((_, axis) => axis), orders = [], torchShape }: Arrangement = {},
): WeightLayout {
  const turnedShape = axes.map((axis) => shape[axis]);
  const back = axes.map((_, axis) => axes.indexOf(axis));
  const finalShape = torchShape ?? turnedShape;
  return {
    names: [name],
    torchShape: finalShape,
    toTorch: (value) => [
      reordered(value, orders)
        .transpose([...axes])
        .reshape([...finalShape]),
    ],
    fromTorch: ([value]) =>
      reordered(
        value.reshape(turnedShape).transpose(back),
        orders.map((order) => order && inverse(order)),
      ),
  };
}

/** A bias that PyTorch keeps as the sum of two: ours goes to the first, and the second is 0. */
export function sumOfTwo(names: readonly [string, string], shape: readonly number[]): WeightLayout {
  return {
    names,
    torchShape: shape,
    toTorch: (value) => [value.clone(), tf.zerosLike(value)],
    fromTorch: ([first, second]) => first.add(second),
  };
}

function reordered(value: tf.Tensor, orders: readonly Permutation[]): tf.Tensor {
  return orders.reduce<tf.Tensor>((result, order, axis) => {
    return order === undefined ? result : tf.gather(result, tf.tensor1d(order, 'int32'), axis);
  }, value);
}

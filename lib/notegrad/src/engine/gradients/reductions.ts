import * as tf from '../tfjs';
import { keepingAxes, spreadOver } from './broadcasting';

const { parseAxisParam, sizeFromShape } = tf.util;

/** The axes that a reduction's attributes name, from 0 on; all where they name none. */
function axesOf(shape: number[], { axis, reductionIndices }: tf.NamedAttrMap): number[] {
  return parseAxisParam((axis ?? reductionIndices ?? null) as number[], shape);
}

/** tfjs multiplies by a tensor of ones. */
function additive(kernelName: string, share: (count: number) => number): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () => {
        const axes = axesOf(x.shape, attrs);
        const part = share(sizeFromShape(axes.map((axis) => x.shape[axis])));
        const each = part === 1 ? (dy as tf.Tensor) : tf.mul(dy as tf.Tensor, part);
        return spreadOver(each, x.shape, axes);
      },
    }),
  };
}

/**
 * Equally large elements share the gradient, as in PyTorch's `amax`: their shares add up to 1, and
 * no order of the elements is preferred. (tfjs gives the whole of it to each.)
 */
function extreme(kernelName: string): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attrs) => ({
      x: () => {
        const axes = axesOf(x.shape, attrs);
        const isExtreme = tf.cast(tf.equal(x, keepingAxes(y, x.shape, axes)), 'float32');
        const count = tf.sum(isExtreme, axes, true);
        return tf.mul(isExtreme, tf.div(keepingAxes(dy as tf.Tensor, x.shape, axes), count));
      },
    }),
  };
}

/** The product of all others, which stays right where some factors are 0. */
const product: tf.GradConfig = {
  kernelName: tf.Prod,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({
    x: () => {
      const axes = axesOf(x.shape, attrs);
      const others = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
      const order = [...others, ...axes];
      const lengths = order.map((axis) => x.shape[axis]);
      const factors = tf.reshape(tf.transpose(tf.cast(x, 'float32'), order), [
        ...others.map((axis) => x.shape[axis]),
        sizeFromShape(axes.map((axis) => x.shape[axis])),
      ]);
      const last = factors.rank - 1;
      const before = tf.cumprod(factors, last, true);
      const after = tf.cumprod(factors, last, true, true);
      const rest = tf.transpose(
        tf.reshape(tf.mul(before, after), lengths),
        tf.backend_util.getUndoAxesPermutation(order),
      );
      return tf.mul(keepingAxes(dy as tf.Tensor, x.shape, axes), rest);
    },
  }),
};

/** Sums, means, products and extremes along any axes. */
export const reductionGradients: tf.GradConfig[] = [
  additive(tf.Sum, () => 1),
  additive(tf.Mean, (count) => 1 / Math.max(count, 1)),
  extreme(tf.Max),
  extreme(tf.Min),
  product,
];

import * as tf from '../tfjs';
import { run } from './register';
import { taps } from './windows';

interface Pooling {
  readonly forward: string;
  readonly backward: string;
  readonly isMaximum: boolean;
}

const poolings: readonly Pooling[] = [
  { forward: tf.MaxPool, backward: tf.MaxPoolGrad, isMaximum: true },
  { forward: tf.AvgPool, backward: tf.AvgPoolGrad, isMaximum: false },
  { forward: tf.MaxPool3D, backward: tf.MaxPool3DGrad, isMaximum: true },
  { forward: tf.AvgPool3D, backward: tf.AvgPool3DGrad, isMaximum: false },
];

function windowsOf(shape: number[], attrs: tf.NamedAttrMap) {
  if (shape.length === 5) {
    const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.MaxPool3DAttrs;
    const volumes = shape as [number, number, number, number, number];
    return tf.backend_util.computePool3DInfo(volumes, filterSize, strides, 1, pad, dimRoundingMode);
  }
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.MaxPoolAttrs;
  const images = shape as [number, number, number, number];
  return tf.backend_util.computePool2DInfo(images, filterSize, strides, 1, pad, dimRoundingMode);
}

/** tfjs takes windows of one pixel, as many as there are pixels, for these, wherever the windows lie. */
function isIdentity(x: tf.Tensor, attrs: tf.NamedAttrMap): boolean {
  const { filterHeight, filterWidth, outShape } = windowsOf(x.shape, attrs);
  const isPixelwise = x.rank === 4 && filterHeight === 1 && filterWidth === 1;
  return isPixelwise && tf.util.arraysEqual(x.shape, outShape);
}

/** Of each window, the element of `chosen` at the place where that of `x` is the first greatest. */
function atMaxima(x: tf.Tensor, chosen: tf.Tensor, attrs: tf.NamedAttrMap): tf.Tensor {
  const windows = windowsOf(x.shape, attrs);
  const values = taps(x, windows, Number.NEGATIVE_INFINITY);
  const [first, ...others] = taps(chosen, windows, 0);
  let [greatest] = values;
  return others.reduce((picked, tap, i) => {
    const isGreater = tf.greater(values[i + 1], greatest);
    greatest = tf.where(isGreater, values[i + 1], greatest);
    return tf.where(isGreater, tap, picked);
  }, first);
}

function gradientsOf({ forward, backward, isMaximum }: Pooling): tf.GradConfig[] {
  return [
    {
      kernelName: forward,
      inputsToSave: ['x'],
      outputsToSave: [isMaximum],
      gradFunc: (dy, [x, y], attrs) => ({
        x: () =>
          isIdentity(x, attrs)
            ? tf.clone(dy as tf.Tensor)
            : run(
                backward,
                { dy: dy as tf.Tensor, input: x, ...(isMaximum && { output: y }) },
                attrs,
              ),
      }),
    },
    {
      kernelName: backward,
      inputsToSave: ['input'],
      // Linear in dy, and the same for all inputs near by.
      gradFunc: (ddx, [input], attrs) => ({
        dy: () =>
          isMaximum
            ? atMaxima(input, ddx as tf.Tensor, attrs)
            : run(forward, { x: ddx as tf.Tensor }, attrs),
        input: () => tf.zeros(input.shape),
        output: () => tf.zeros(windowsOf(input.shape, attrs).outShape),
      }),
    },
  ];
}

/** Maxima and averages of windows, and the gradients of those gradients. */
export const poolingGradients: tf.GradConfig[] = poolings.flatMap(gradientsOf);

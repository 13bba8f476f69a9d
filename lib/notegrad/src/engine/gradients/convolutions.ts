import * as tf from '../tfjs';
import { withGaps, withoutGaps } from './along-axis';
import { isDifferentiatedAgain, run } from './register';
import { taps } from './windows';

/** The three kernels of a kind of convolution, each of which is linear in both of its inputs. */
interface Convolution {
  readonly forward: string;
  /** dy, filter → dx */
  readonly toInput: string;
  /** x, dy → dFilter */
  readonly toFilter: string;
  /** The filter's axes before its channels. */
  readonly spatialRank: number;
}

const convolutions: readonly Convolution[] = [
  {
    forward: tf.Conv2D,
    toInput: tf.Conv2DBackpropInput,
    toFilter: tf.Conv2DBackpropFilter,
    spatialRank: 2,
  },
  {
    forward: tf.DepthwiseConv2dNative,
    toInput: tf.DepthwiseConv2dNativeBackpropInput,
    toFilter: tf.DepthwiseConv2dNativeBackpropFilter,
    spatialRank: 2,
  },
  {
    forward: tf.Conv3D,
    toInput: tf.Conv3DBackpropInputV2,
    toFilter: tf.Conv3DBackpropFilterV2,
    spatialRank: 3,
  },
];

/** How far apart the taps of the filter are, along each of its spatial axes. */
function dilationsOf({ dilations }: tf.NamedAttrMap, spatialRank: number): number[] {
  const given = (dilations ?? 1) as number | number[];
  return typeof given === 'number' ? new Array(spatialRank).fill(given) : given.slice(-spatialRank);
}

/** A dilated filter is one with zeros between its taps, which every engine can differentiate. */
const dilated = (filter: tf.Tensor, dilations: readonly number[]): tf.Tensor =>
  dilations.reduce((wider, dilation, axis) => withGaps(wider, axis, dilation), filter);

const undilated = (filter: tf.Tensor, dilations: readonly number[]): tf.Tensor =>
  dilations.reduce((narrower, dilation, axis) => withoutGaps(narrower, axis, dilation), filter);

/** The attributes of the two backward kernels: those of the forward one, without dilation. */
function undilatedAttrs(attrs: tf.NamedAttrMap): tf.NamedAttrMap {
  const { strides, pad, dataFormat, dimRoundingMode } = attrs;
  return { strides, pad, dataFormat, dimRoundingMode, dilations: 1 };
}

function gradientsOf({ forward, toInput, toFilter, spatialRank }: Convolution): tf.GradConfig[] {
  const apply = (x: tf.Tensor, filter: tf.Tensor, attrs: object) =>
    run(forward, { x, filter }, attrs);
  const input = (dy: tf.Tensor, filter: tf.Tensor, inputShape: number[], attrs: object) =>
    run(toInput, { dy, filter }, { ...attrs, inputShape });
  const weights = (x: tf.Tensor, dy: tf.Tensor, filterShape: number[], attrs: object) =>
    run(toFilter, { x, dy }, { ...attrs, filterShape });

  return [
    {
      kernelName: forward,
      inputsToSave: ['x', 'filter'],
      gradFunc: (given, [x, filter], forwardAttrs) => {
        const [dy, attrs] = [given as tf.Tensor, undilatedAttrs(forwardAttrs)];
        const dilations = dilationsOf(forwardAttrs, spatialRank);
        return {
          x: () => input(dy, dilated(filter, dilations), x.shape, attrs),
          filter: () => {
            const [shape, isDilated] = [filter.shape.slice(), dilations.some((d) => d > 1)];
            if (!isDilated) return weights(x, dy, shape, attrs);
            const wide = shape.map((n, axis) => (n - 1) * (dilations[axis] ?? 1) + 1);
            return undilated(weights(x, dy, wide, attrs), dilations);
          },
        };
      },
    },
    {
      kernelName: toInput,
      inputsToSave: ['dy', 'filter'],
      gradFunc: (given, [dy, filter], backwardAttrs) => {
        const [ddx, attrs] = [given as tf.Tensor, undilatedAttrs(backwardAttrs)];
        const dilations = dilationsOf(backwardAttrs, spatialRank);
        return {
          dy: () => apply(ddx, dilated(filter, dilations), attrs),
          filter: () => {
            const wide = filter.shape.map((n, axis) => (n - 1) * (dilations[axis] ?? 1) + 1);
            return undilated(weights(ddx, dy, wide, attrs), dilations);
          },
        };
      },
    },
    {
      kernelName: toFilter,
      inputsToSave: ['x', 'dy'],
      gradFunc: (given, [x, dy], backwardAttrs) => {
        const [ddw, attrs] = [given as tf.Tensor, undilatedAttrs(backwardAttrs)];
        const filter = dilated(ddw, dilationsOf(backwardAttrs, spatialRank));
        return {
          x: () => input(dy, filter, x.shape, attrs),
          dy: () => apply(x, filter, attrs),
        };
      },
    },
  ];
}

/** Grey-scale dilation as a maximum of operations that can be differentiated twice. */
function composedDilation(x: tf.Tensor4D, filter: tf.Tensor3D, attrs: tf.NamedAttrMap): tf.Tensor {
  const { strides, pad, dilations } = attrs as unknown as tf.Dilation2DAttrs;
  const info = tf.backend_util.computeDilation2DInfo(
    x.shape,
    filter.shape,
    strides,
    pad,
    'NHWC',
    dilations,
  );
  const weights = tf.unstack(tf.reshape(filter, [-1, filter.shape[2]]));
  const sums = taps(x, info, Number.NEGATIVE_INFINITY).map((tap, i) => tf.add(tap, weights[i]));
  return tf.max(tf.stack(sums), 0);
}

const firstOrderDilation = tf.getGradient(tf.Dilation2D);

const dilation2d: tf.GradConfig = {
  ...firstOrderDilation,
  gradFunc: (dy, saved, attrs) => {
    if (!isDifferentiatedAgain()) return firstOrderDilation.gradFunc(dy, saved, attrs);
    const [x, filter] = tf.grads((a, b) =>
      composedDilation(a as tf.Tensor4D, b as tf.Tensor3D, attrs),
    )(saved, dy as tf.Tensor);
    return { x: () => x, filter: () => filter };
  },
};

/** Convolutions of images and volumes, their transposes, and the gradients of both. */
export const convolutionGradients: tf.GradConfig[] = [
  ...convolutions.flatMap(gradientsOf),
  dilation2d,
];

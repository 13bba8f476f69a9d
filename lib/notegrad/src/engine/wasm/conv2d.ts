import * as tf from '../tf';
import { type Call, floats, Steps, zeros } from './kernel';
import { convolutionWindows, type Shape4D, type Windows } from './windows';

/**
 * The gradient of a convolution with respect to its filter is a convolution as well: of the input
 * with its channels as batch and its batch as channels, by the output gradient as the filter,
 * dilated by the stride.
 *
 * `x` [N, H, W, C] and `dy` [N, H', W', K] → dW [kh, kw, C, K].
 */
export function conv2dBackpropFilter({ inputs: { x, dy }, attrs, backend }: Call): tf.TensorInfo {
  const filterShape = attrs.filterShape as Shape4D;
  const windows = convolutionWindows(attrs, x.shape, filterShape);
  if (isEmpty(x) || isEmpty(dy)) return zeros(backend, filterShape).output;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = windows;

  const steps = new Steps(backend);
  const gradient = convolve(steps, {
    x: steps.transpose(x, [3, 1, 2, 0]),
    filter: steps.transpose(ofOutput(steps, dy, windows), [1, 2, 0, 3]),
    dilations: [strideHeight, strideWidth],
    before: [padInfo.top, padInfo.left],
    outputSize: [filterHeight, filterWidth],
  });
  return steps.finish(steps.transpose(gradient, [1, 2, 0, 3]));
}

/**
 * The gradient of a convolution with respect to its input: a convolution of the output gradient,
 * with zeros between its pixels where the stride leapt, by the filter turned round and with its
 * channels swapped. It is the transposed convolution.
 *
 * `dy` [N, H', W', K] and `filter` [kh, kw, C, K] → dx [N, H, W, C].
 */
export function conv2dBackpropInput({
  inputs: { dy, filter },
  attrs,
  backend,
}: Call): tf.TensorInfo {
  const inputShape = attrs.inputShape as Shape4D;
  const windows = convolutionWindows(attrs, inputShape, filter.shape);
  if (isEmpty(dy) || isEmpty(filter)) return zeros(backend, inputShape).output;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = windows;

  const steps = new Steps(backend);
  return steps.finish(
    convolve(steps, {
      x: spread(steps, ofOutput(steps, dy, windows), strideHeight, strideWidth),
      filter: turn(steps, steps.transpose(filter, [0, 1, 3, 2])),
      dilations: [1, 1],
      before: [filterHeight - 1 - padInfo.top, filterWidth - 1 - padInfo.left],
      outputSize: [windows.inHeight, windows.inWidth],
    }),
  );
}

const isEmpty = ({ shape }: tf.TensorInfo): boolean => shape.includes(0);

interface Convolution {
  readonly x: tf.TensorInfo;
  readonly filter: tf.TensorInfo;
  readonly dilations: [number, number];
  /** Zeros above and to the left of x; a negative number leaves out that much of the result. */
  readonly before: [number, number];
  readonly outputSize: [number, number];
}

/** A convolution with stride 1 and whatever zeros after x the wanted size of the output takes. */
function convolve(
  steps: Steps,
  { x, filter, dilations, before, outputSize }: Convolution,
): tf.TensorInfo {
  const sides = [0, 1].map((i) => {
    const reach = (filter.shape[i] - 1) * dilations[i];
    const skipped = Math.max(0, -before[i]);
    const padBefore = Math.max(0, before[i]);
    const missing = outputSize[i] + skipped + reach - x.shape[i + 1] - padBefore;
    return { skipped, pad: [padBefore, Math.max(0, missing)] };
  });
  const pad = [[0, 0], sides[0].pad, sides[1].pad, [0, 0]];
  const attrs = { strides: [1, 1], dilations, pad, dataFormat: 'NHWC' };
  const y = steps.run('Conv2D', { x, filter }, attrs);
  const begin = [0, sides[0].skipped, sides[1].skipped, 0];
  return cut(steps, y, begin, [y.shape[0], ...outputSize, y.shape[3]]);
}

/** The part of dy that belongs to the output: tfjs lets a transposed convolution take a larger one. */
function ofOutput(steps: Steps, dy: tf.TensorInfo, windows: Windows): tf.TensorInfo {
  const [batch, , , channels] = dy.shape;
  return cut(steps, dy, [0, 0, 0, 0], [batch, windows.outHeight, windows.outWidth, channels]);
}

function cut(steps: Steps, x: tf.TensorInfo, begin: number[], size: number[]): tf.TensorInfo {
  return tf.util.arraysEqual(x.shape, size) ? x : steps.run('Slice', { x }, { begin, size });
}

/** Turns a filter by half a turn: what was its first row and column is its last. */
function turn(steps: Steps, filter: tf.TensorInfo): tf.TensorInfo {
  const [height, width, ...channels] = filter.shape;
  const size = tf.util.sizeFromShape(channels);
  const turned = steps.own(steps.backend.makeOutput(filter.shape, 'float32'));
  const [from, to] = [floats(steps.backend, filter), floats(steps.backend, turned)];
  for (let tap = 0, last = height * width - 1; tap <= last; tap++) {
    to.set(from.subarray((last - tap) * size, (last - tap + 1) * size), tap * size);
  }
  return turned;
}

/** Puts `strideHeight` − 1 rows and `strideWidth` − 1 columns of zeros after each pixel. */
function spread(
  steps: Steps,
  dy: tf.TensorInfo,
  strideHeight: number,
  strideWidth: number,
): tf.TensorInfo {
  if (strideHeight === 1 && strideWidth === 1) return dy;
  const [batch, height, width, channels] = dy.shape;
  const padRows = (x: tf.TensorInfo, rowSize: number, stride: number): tf.TensorInfo => {
    const count = tf.util.sizeFromShape(x.shape) / rowSize;
    const rows = steps.reshape(x, [count, rowSize]);
    const paddings = [
      [0, 0],
      [0, (stride - 1) * rowSize],
    ];
    return steps.run('PadV2', { x: rows }, { paddings, constantValue: 0 });
  };
  const wide = padRows(dy, channels, strideWidth);
  const tall = padRows(wide, width * strideWidth * channels, strideHeight);
  return steps.reshape(tall, [batch, height * strideHeight, width * strideWidth, channels]);
}

import type * as tf from '../tf';
import { type Call, floats, zeros } from './kernel';
import { poolingWindows, type Windows } from './windows';

/**
 * The gradient of max pooling: each output's gradient goes to the first of the greatest inputs of
 * its window. `dy` [N, H', W', C], `input` [N, H, W, C] → dx [N, H, W, C].
 */
export function maxPoolGrad({ inputs: { dy, input }, attrs, backend }: Call): tf.TensorInfo {
  const windows = poolingWindows(attrs, input.shape);
  const { inChannels, inWidth } = windows;
  const { output, values: dx } = zeros(backend, input.shape);
  const [x, gradient] = [floats(backend, input), floats(backend, dy)];
  forEachWindow(windows, (y, image, rows, columns) => {
    for (let c = 0; c < inChannels; c++) {
      let greatest = Number.NEGATIVE_INFINITY;
      let place = -1;
      for (let row = rows.from; row < rows.to; row++) {
        for (let column = columns.from; column < columns.to; column++) {
          const index = image + (row * inWidth + column) * inChannels + c;
          if (x[index] > greatest) {
            greatest = x[index];
            place = index;
          }
        }
      }
      if (place >= 0) dx[place] += gradient[y + c];
    }
  });
  return output;
}

/**
 * The gradient of average pooling: each output's gradient in equal parts to those inputs of its
 * window that are in the image, over which the average is. (tfjs's own kernels divide by the size of
 * the whole window, which is not the derivative at the edges.)
 */
export function avgPoolGrad({ inputs: { dy, input }, attrs, backend }: Call): tf.TensorInfo {
  const windows = poolingWindows(attrs, input.shape);
  const { inChannels, inWidth } = windows;
  const { output, values: dx } = zeros(backend, input.shape);
  const gradient = floats(backend, dy);
  forEachWindow(windows, (y, image, rows, columns) => {
    const share = 1 / ((rows.to - rows.from) * (columns.to - columns.from));
    for (let row = rows.from; row < rows.to; row++) {
      for (let column = columns.from; column < columns.to; column++) {
        const pixel = image + (row * inWidth + column) * inChannels;
        for (let c = 0; c < inChannels; c++) dx[pixel + c] += share * gradient[y + c];
      }
    }
  });
  return output;
}

/** The rows or columns of a window that are in the image. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Calls `visit` with the place of each output pixel, that of its image and what its window sees. */
function forEachWindow(
  windows: Windows,
  visit: (y: number, image: number, rows: Span, columns: Span) => void,
): void {
  const { inChannels, inHeight, inWidth, outHeight, outWidth, padInfo } = windows;
  const span = (i: number, stride: number, pad: number, size: number, length: number): Span => ({
    from: Math.max(0, i * stride - pad),
    to: Math.min(length, i * stride - pad + size),
  });
  const { strideHeight, strideWidth, filterHeight, filterWidth } = windows;
  let y = 0;
  for (let n = 0; n < windows.batchSize; n++) {
    const image = n * inHeight * inWidth * inChannels;
    for (let i = 0; i < outHeight; i++) {
      const rows = span(i, strideHeight, padInfo.top, filterHeight, inHeight);
      for (let j = 0; j < outWidth; j++, y += inChannels) {
        visit(y, image, rows, span(j, strideWidth, padInfo.left, filterWidth, inWidth));
      }
    }
  }
}

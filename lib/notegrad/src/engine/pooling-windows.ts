import type * as tf from './tfjs';

type Windows2D = tf.backend_util.Conv2DInfo;
type Windows3D = tf.backend_util.Conv3DInfo;

/** How undilated windows lie on images [N, H, W, C] or volumes [N, D, H, W, C], as tfjs computes it. */
export type PoolingWindows = Windows2D | Windows3D;

/** The pixels of a window along one axis that are in the image. */
interface Span {
  readonly from: number;
  readonly to: number;
}

interface Axis {
  readonly length: number;
  readonly count: number;
  readonly span: (i: number) => Span;
}

/**
 * The maxima of windows, channels last. NaN is greater than all, as in PyTorch: a window that has
 * seen one says so. (tfjs passes over it.)
 */
export function maxPool(y: Values, x: Values, windows: PoolingWindows): void {
  forEachWindow(windows, (output, pixels) => {
    for (let c = 0; c < windows.inChannels; c++) {
      const place = placeOfMaximum(x, pixels, c);
      y[output + c] = place < 0 ? Number.NEGATIVE_INFINITY : x[place];
    }
  });
}

/** Adds each output's gradient to the first of the greatest inputs of its window. */
export function addMaxPoolGradient(
  dx: Values,
  x: Values,
  dy: Values,
  windows: PoolingWindows,
): void {
  forEachWindow(windows, (output, pixels) => {
    for (let c = 0; c < windows.inChannels; c++) {
      const place = placeOfMaximum(x, pixels, c);
      if (place >= 0) dx[place] += dy[output + c];
    }
  });
}

/**
 * Adds each output's gradient in equal parts to those inputs of its window that are in the image,
 * over which the average is. (tfjs's own kernels divide by the size of the whole window, which is not
 * the derivative at the edges.)
 */
export function addAveragePoolGradient(dx: Values, dy: Values, windows: PoolingWindows): void {
  forEachWindow(windows, (output, pixels) => {
    const share = 1 / pixels.length;
    for (const pixel of pixels) {
      for (let c = 0; c < windows.inChannels; c++) dx[pixel + c] += share * dy[output + c];
    }
  });
}

type Values = Float32Array | Int32Array | Uint8Array;

/** The place of a channel's first greatest value, or −1 where no pixel has any. */
function placeOfMaximum(x: Values, pixels: readonly number[], channel: number): number {
  let greatest = Number.NEGATIVE_INFINITY;
  let place = -1;
  for (const pixel of pixels) {
    const value = x[pixel + channel];
    if (place < 0 || value > greatest || Number.isNaN(value)) {
      greatest = value;
      place = pixel + channel;
    }
  }
  return place;
}

/** Calls `visit` with the place of each output pixel and the places of those that its window sees. */
function forEachWindow(
  windows: PoolingWindows,
  visit: (output: number, pixels: readonly number[]) => void,
): void {
  const { batchSize, inChannels } = windows;
  const [depth, height, width] = axesOf(windows);
  let output = 0;
  for (let n = 0; n < batchSize; n++) {
    for (let i = 0; i < depth.count; i++) {
      const planes = depth.span(i);
      for (let j = 0; j < height.count; j++) {
        const rows = height.span(j);
        for (let k = 0; k < width.count; k++) {
          const columns = width.span(k);
          const pixels: number[] = [];
          for (let plane = planes.from; plane < planes.to; plane++) {
            for (let row = rows.from; row < rows.to; row++) {
              const line = ((n * depth.length + plane) * height.length + row) * width.length;
              for (let column = columns.from; column < columns.to; column++) {
                pixels.push((line + column) * inChannels);
              }
            }
          }
          visit(output, pixels);
          output += inChannels;
        }
      }
    }
  }
}

function axesOf(w: PoolingWindows): [depth: Axis, height: Axis, width: Axis] {
  const axis = (
    length: number,
    count: number,
    stride: number,
    size: number,
    pad: number,
  ): Axis => ({
    length,
    count,
    span: (i) => ({
      from: Math.max(0, i * stride - pad),
      to: Math.min(length, i * stride - pad + size),
    }),
  });
  const { padInfo } = w;
  return [
    'inDepth' in w
      ? axis(w.inDepth, w.outDepth, w.strideDepth, w.filterDepth, w.padInfo.front)
      : axis(1, 1, 1, 1, 0),
    axis(w.inHeight, w.outHeight, w.strideHeight, w.filterHeight, padInfo.top),
    axis(w.inWidth, w.outWidth, w.strideWidth, w.filterWidth, padInfo.left),
  ];
}

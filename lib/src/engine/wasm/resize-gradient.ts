import type * as tf from '../tf';
import { type Call, floats, type Kernel, zeros } from './kernel';

interface Options {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** The input pixels that one output pixel is made of along an axis, with their shares. */
type Taps = readonly (readonly [index: number, share: number])[];

/**
 * The gradient of resizing to the nearest pixel: `dy` [N, H', W', C], `images` [N, H, W, C] →
 * [N, H, W, C]. tfjs's own kernels read every image's part of dy at the place of another image.
 */
export const nearestResizeGradient: Kernel = (call) => resizeGradient(call, nearestTaps);

/** The gradient of bilinear resizing. tfjs's own kernels swap the height and width of the result. */
export const bilinearResizeGradient: Kernel = (call) => resizeGradient(call, bilinearTaps);

function resizeGradient(
  { inputs: { dy, images }, attrs, backend }: Call,
  tapsOf: typeof nearestTaps,
): tf.TensorInfo {
  const options = attrs as unknown as Options;
  const [batch, height, width, channels] = images.shape;
  const [, yHeight, yWidth] = dy.shape;
  const rows = tapsOf(height, yHeight, options);
  const columns = tapsOf(width, yWidth, options);
  const { output, values: dx } = zeros(backend, images.shape);
  const gradient = floats(backend, dy);

  let from = 0;
  for (let n = 0; n < batch; n++) {
    for (const rowTaps of rows) {
      for (const columnTaps of columns) {
        for (const [row, rowShare] of rowTaps) {
          for (const [column, columnShare] of columnTaps) {
            const to = ((n * height + row) * width + column) * channels;
            const share = rowShare * columnShare;
            for (let c = 0; c < channels; c++) dx[to + c] += share * gradient[from + c];
          }
        }
        from += channels;
      }
    }
  }
  return output;
}

function nearestTaps(length: number, yLength: number, options: Options): Taps[] {
  const { alignCorners, halfPixelCenters } = options;
  const scale = scaleOf(length, yLength, alignCorners);
  return Array.from({ length: yLength }, (_, i) => {
    const place = scale * (halfPixelCenters ? i + 0.5 : i);
    const index = alignCorners ? Math.round(place) : Math.floor(place);
    return [[Math.min(length - 1, index), 1]];
  });
}

function bilinearTaps(length: number, yLength: number, options: Options): Taps[] {
  const { alignCorners, halfPixelCenters } = options;
  const scale = scaleOf(length, yLength, alignCorners);
  return Array.from({ length: yLength }, (_, i) => {
    const place = halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i;
    const before = Math.max(0, Math.floor(place));
    const after = Math.min(length - 1, Math.ceil(place));
    const share = place - before;
    return [
      [before, 1 - share],
      [after, share],
    ];
  });
}

function scaleOf(length: number, yLength: number, alignCorners: boolean): number {
  return alignCorners && yLength > 1 ? (length - 1) / (yLength - 1) : length / yLength;
}

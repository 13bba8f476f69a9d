/** How tfjs's resizing places the pixels. */
export interface ResizeOptions {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** A gradient of resizing: what it is of, and what came back from the resized images. */
export interface ResizeGradient extends ResizeOptions {
  /** [N, H, W, C] of the images before resizing. */
  readonly shape: readonly number[];
  /** [N, H', W', C] of the resized images. */
  readonly yShape: readonly number[];
  /** The gradient of the resized images, row by row. */
  readonly dy: Float32Array;
}

/** The input pixels that one output pixel is made of along an axis, with their shares. */
type Taps = readonly (readonly [index: number, share: number])[];

type TapsOf = (length: number, yLength: number, options: ResizeOptions) => Taps[];

/**
 * Adds the gradient of resizing to the nearest pixel to `dx`, the values of [N, H, W, C]. tfjs's own
 * kernels read every image's part of dy at the place of another image.
 */
export function addNearestGradient(dx: Float32Array, gradient: ResizeGradient): void {
  addGradient(dx, gradient, nearestTaps);
}

/** The same for bilinear resizing. tfjs's own kernels swap the height and width of the result. */
export function addBilinearGradient(dx: Float32Array, gradient: ResizeGradient): void {
  addGradient(dx, gradient, bilinearTaps);
}

function addGradient(dx: Float32Array, gradient: ResizeGradient, tapsOf: TapsOf): void {
  const { shape, yShape, dy } = gradient;
  const [batch, height, width, channels] = shape;
  const rows = tapsOf(height, yShape[1], gradient);
  const columns = tapsOf(width, yShape[2], gradient);
  let from = 0;
  for (let n = 0; n < batch; n++) {
    for (const rowTaps of rows) {
      for (const columnTaps of columns) {
        for (const [row, rowShare] of rowTaps) {
          for (const [column, columnShare] of columnTaps) {
            const to = ((n * height + row) * width + column) * channels;
            const share = rowShare * columnShare;
            for (let c = 0; c < channels; c++) dx[to + c] += share * dy[from + c];
          }
        }
        from += channels;
      }
    }
  }
}

function nearestTaps(length: number, yLength: number, options: ResizeOptions): Taps[] {
  const { alignCorners, halfPixelCenters } = options;
  const scale = scaleOf(length, yLength, alignCorners);
  return Array.from({ length: yLength }, (_, i) => {
    const place = scale * (halfPixelCenters ? i + 0.5 : i);
    const index = alignCorners ? Math.round(place) : Math.floor(place);
    return [[Math.min(length - 1, index), 1]];
  });
}

function bilinearTaps(length: number, yLength: number, options: ResizeOptions): Taps[] {
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

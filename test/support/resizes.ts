import * as tf from '../../lib/notegrad/src/engine/tf';

export interface Resize {
  /** What it does, in words. */
  readonly how: string;
  /** [height, width] of the result. */
  readonly size: readonly [number, number];
  readonly apply: (images: tf.Tensor) => tf.Tensor4D;
}

const SIZES: [number, number][] = [
  [8, 6],
  [4, 3],
  [7, 9],
  [2, 2],
  [1, 1],
];
const OPTIONS = [
  [false, false],
  [true, false],
  [false, true],
];
const KINDS = {
  nearest: tf.image.resizeNearestNeighbor,
  bilinear: tf.image.resizeBilinear,
};

/** Ways to resize images of 4×3 pixels: both kinds, larger, smaller and the same, all options. */
export const resizes: readonly Resize[] = Object.entries(KINDS).flatMap(([kind, resize]) =>
  SIZES.flatMap((size) =>
    OPTIONS.map(([alignCorners, halfPixelCenters]) => ({
      how: `${kind} resizing to ${size.join(' × ')}${alignCorners ? ', corners aligned' : ''}${
        halfPixelCenters ? ', from pixel centres' : ''
      }`,
      size,
      apply: (images: tf.Tensor) =>
        resize(images as tf.Tensor4D, size, alignCorners, halfPixelCenters),
    })),
  ),
);

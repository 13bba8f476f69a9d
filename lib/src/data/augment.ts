import { type ImageSet, imageSize } from './images';
import { random } from './random';

export interface AugmentOptions {
  /** Moves each image by up to so many pixels each way; what comes in is 0. Default 0. */
  readonly shift?: number;
  /** Mirrors each image left to right with probability ½. Default false. */
  readonly flip?: boolean;
  /** Default 0. */
  readonly seed?: number;
  /** Other changes each epoch, the same each time for the same seed and epoch. Default 0. */
  readonly epoch?: number;
}

/**
 * The set with every image moved and mirrored at random: as many images that a label also fits, so
 * that a model does not learn the pixels by heart. For training sets only.
 */
export function augmented<S extends ImageSet>(
  set: S,
  { shift = 0, flip = false, seed = 0, epoch = 0 }: AugmentOptions,
): S {
  const [count, height, width, channels] = set.shape;
  if (!(Number.isInteger(shift) && shift >= 0 && shift < Math.min(height, width))) {
    throw new Error(`invalid shift: ${shift} (expected 0 … ${Math.min(height, width) - 1} pixels)`);
  }
  const rng = random(seed, epoch);
  const offset = () => rng.integer(2 * shift + 1) - shift;
  const size = imageSize(set);
  const pixels = new Uint8Array(set.pixels.length);
  for (let i = 0; i < count; i++) {
    const [down, right, mirrored] = [offset(), offset(), flip && rng.integer(2) === 1];
    for (let row = Math.max(0, down); row < Math.min(height, height + down); row++) {
      const to = i * size + row * width * channels;
      const from = to - down * width * channels;
      for (let column = Math.max(0, right); column < Math.min(width, width + right); column++) {
        const source = mirrored ? width - 1 - (column - right) : column - right;
        for (let channel = 0; channel < channels; channel++) {
          pixels[to + column * channels + channel] = set.pixels[from + source * channels + channel];
        }
      }
    }
  }
  return { ...set, pixels };
}

import { checkFlags } from '../../checks';
import { DataError } from '../../errors';
import { optionsOf, refuseUnknown } from '../../options';
import type { Seeded } from '../../seeded';
import { random } from '../random';
import { expectImages, type ImageSet, imageSize } from '../samples/images';

/** How `augmented` changes images. */
export interface AugmentOptions extends Seeded {
  /** Moves each image by up to so many pixels each way; what comes in is 0. Default 0. */
  readonly shift?: number;
  /** Mirrors each image left to right with probability ½. Default false. */
  readonly flip?: boolean;
  /**
   * Turns each image by 0, 90, 180 or 270 degrees, each equally likely; images must be square. For what
   * has no up, such as galaxies. Default false.
   */
  readonly turn?: boolean;
  /** Other changes each epoch, the same each time for the same seed and epoch. Default 0. */
  readonly epoch?: number;
}

/**
 * The set with every image moved, mirrored and turned at random: as many images that a label also fits, so
 * that a model does not learn the pixels by heart. For training sets only.
 *
 * @throws DataError for a shift that leaves nothing, or for turning images that are not square
 */
export function augmented<S extends ImageSet>(set: S, options: AugmentOptions): S {
  const {
    shift = 0,
    flip = false,
    turn = false,
    seed = 0,
    epoch = 0,
    ...unknown
  } = optionsOf('augmented', options);
  refuseUnknown('augmented', unknown);
  checkFlags({ flip, turn }, DataError);
  expectImages(set);
  const [count, height, width, channels] = set.shape;
  if (!(Number.isInteger(shift) && shift >= 0 && shift < Math.min(height, width))) {
    throw new DataError(
      `invalid shift: ${shift} (expected 0 … ${Math.min(height, width) - 1} pixels)`,
    );
  }
  if (turn && height !== width) {
    throw new DataError(`cannot turn images that are not square: ${height}×${width}`);
  }
  const rng = random(seed, epoch);
  const offset = () => rng.integer(2 * shift + 1) - shift;
  const size = imageSize(set);
  const pixels = new Uint8Array(set.pixels.length);
  for (let i = 0; i < count; i++) {
    const [down, right, mirrored] = [offset(), offset(), flip && rng.integer(2) === 1];
    const quarters = turn ? rng.integer(4) : 0;
    for (let row = Math.max(0, down); row < Math.min(height, height + down); row++) {
      for (let column = Math.max(0, right); column < Math.min(width, width + right); column++) {
        const unmirrored = mirrored ? width - 1 - (column - right) : column - right;
        const source = turned(row - down, unmirrored, quarters, width);
        const to = i * size + (row * width + column) * channels;
        const from = i * size + source * channels;
        for (let channel = 0; channel < channels; channel++) {
          pixels[to + channel] = set.pixels[from + channel];
        }
      }
    }
  }
  return { ...set, pixels };
}

/** Which pixel, counted row by row, a number of quarter turns puts at this row and column. */
function turned(row: number, column: number, quarters: number, width: number): number {
  const end = width - 1;
  switch (quarters) {
    case 1:
      return column * width + (end - row);
    case 2:
      return (end - row) * width + (end - column);
    case 3:
      return (end - column) * width + row;
    default:
      return row * width + column;
  }
}

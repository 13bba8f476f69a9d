import { DataError } from '../../errors';
import { optionsOf } from '../../options';
import type { ImageSet } from './images';
import { expectImages } from './images';

/** Mean and standard deviation of all pixels of images. */
export interface Moments {
  readonly mean: number;
  readonly std: number;
}

/** Of each channel of images, or each column of a table. */
export interface ChannelMoments {
  /** [channels] */
  readonly mean: readonly number[];
  /** [channels] */
  readonly std: readonly number[];
}

/**
 * Mean and standard deviation of all pixels of a set, in units of [0, 1]: MNIST's 0.1307, 0.3081. Pixels
 * that are all alike keep a deviation of 1.
 *
 * @throws DataError for a set without pixels
 */
export function pixelMoments(set: ImageSet): Moments {
  expectImages(set);
  const { name, pixels } = set;
  return momentsOfEvery(1, 0, name, pixels);
}

/**
 * Mean and standard deviation of each channel of a set, in units of [0, 1]: take those of the training
 * set for all sets. A channel that is constant keeps a deviation of 1.
 *
 * @throws DataError for a set without pixels
 */
export function channelMoments(set: ImageSet): ChannelMoments {
  expectImages(set);
  const {
    name,
    pixels,
    shape: [, , , channels],
  } = set;
  const moments = Array.from({ length: channels }, (_, channel) =>
    momentsOfEvery(channels, channel, name, pixels),
  );
  return { mean: moments.map(({ mean }) => mean), std: moments.map(({ std }) => std) };
}

function momentsOfEvery(step: number, first: number, name: string, pixels: Uint8Array): Moments {
  if (pixels.length === 0) throw new DataError(`${name} has no pixels to take the mean of`);
  const counts = new Float64Array(256);
  for (let i = first; i < pixels.length; i += step) counts[pixels[i]]++;
  // Not told by the deviation: rounding leaves that of a constant a little above 0.
  if (counts.filter((count) => count > 0).length === 1)
    return { mean: pixels[first] / 255, std: 1 };
  const average = (of: (value: number) => number) =>
    counts.reduce((sum, count, byte) => sum + count * of(byte / 255), 0) / (pixels.length / step);
  const mean = average((value) => value);
  return { mean, std: Math.sqrt(average((value) => (value - mean) ** 2)) };
}

/** @throws DataError unless means are finite, and deviations above 0 */
export function checkedMoments<M extends Moments | ChannelMoments>(moments: M): M {
  const { mean, std } = optionsOf('normalise', moments);
  const each = (of: unknown): unknown[] => (Array.isArray(of) ? of : [of]);
  if (
    each(mean).every(Number.isFinite) &&
    each(std).every((of) => Number.isFinite(of) && Number(of) > 0)
  ) {
    return moments;
  }
  throw new DataError(
    `invalid normalise: mean ${mean}, std ${std} (expected finite numbers, std above 0)`,
  );
}

import { checkCounts, checkNumbers, checkRange, checkTensors } from '../../checks';
import { oneHotRows } from '../../engine/one-hot';
import * as tf from '../../engine/tf';
import { DataError } from '../../errors';
import { optionsOf, refuseUnknown } from '../../options';
import { checkSeed, type Seeded } from '../../seeded';
import type { ChannelMoments, Moments } from '../samples/moments';
import { checkedMoments } from '../samples/moments';

/**
 * (x − mean) / std, for pixels already in [0, 1]; moments of channels go with the last axis.
 *
 * @param moments `pixelMoments` or `channelMoments` of the training set
 * @throws when there are not as many moments as channels, or a deviation is not above 0
 */
export function normalise<T extends tf.Tensor>(x: T, moments: Moments | ChannelMoments): T {
  const { mean, std } = checkedFor(x, moments);
  return tf.tidy(() => x.sub(mean).div<T>(std));
}

/** x · std + mean: undoes `normalise`, to show what a network was given. */
export function denormalise<T extends tf.Tensor>(x: T, moments: Moments | ChannelMoments): T {
  const { mean, std } = checkedFor(x, moments);
  return tf.tidy(() => x.mul(std).add<T>(mean));
}

/** Moments of another number of channels would be broadcast. */
function checkedFor(
  x: tf.Tensor,
  moments: Moments | ChannelMoments,
): { mean: number | number[]; std: number | number[] } {
  checkTensors({ x }, DataError);
  const { shape } = x;
  const { mean, std } = checkedMoments(moments);
  const channels = shape.at(-1);
  for (const of of [mean, std]) {
    if (typeof of !== 'number' && of.length !== channels) {
      throw new DataError(`moments of ${of.length} channels do not fit the shape [${shape}]`);
    }
  }
  const numbers = (of: number | readonly number[]) => (typeof of === 'number' ? of : [...of]);
  return { mean: numbers(mean), std: numbers(std) };
}

/** What noise `addNoise` adds. */
export interface NoiseOptions extends Seeded {
  /** Standard deviation, in the units of x. */
  readonly std: number;
  /** Keeps the result within these bounds. Default [0, 1]; `null` leaves it as it is. */
  readonly bounds?: readonly [low: number, high: number] | null;
}

/**
 * x with Gaussian noise, as a denoising autoencoder is trained on; the same seed gives the same noise.
 *
 * @throws when the deviation is negative, or bounds are not [low, high]
 */
export function addNoise<T extends tf.Tensor>(x: T, options: NoiseOptions): T {
  const { std, seed = 0, bounds = [0, 1], ...unknown } = optionsOf('addNoise', options, 'bounds');
  refuseUnknown('addNoise', unknown);
  checkNumbers({ std }, DataError, 0);
  checkTensors({ x }, DataError);
  checkSeed(seed);
  if (bounds !== null) checkRange({ bounds }, DataError);
  return tf.tidy(() => {
    const noisy = x.add<T>(tf.randomNormal(x.shape, 0, std, 'float32', seed));
    return bounds ? (noisy.clipByValue(...bounds) as T) : noisy;
  });
}

/**
 * Class ids as rows with a single 1: [count, numClasses], float32.
 *
 * @param labels class ids, [count] int32
 * @throws when an id is not from 0 to numClasses − 1
 */
export function oneHot(labels: tf.Tensor1D, numClasses: number): tf.Tensor2D {
  checkTensors({ labels }, DataError, 1);
  checkCounts({ numClasses }, DataError);
  return oneHotRows(labels, numClasses);
}

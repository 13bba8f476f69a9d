import { checkCounts, checkNumbers, checkRange, checkTensors } from '../../checks';
import * as tf from '../../engine/tf';
import { DataError } from '../../errors';
import { optionsOf, refuseUnknown } from '../../options';
import { checkSeed, type Seeded } from '../../seeded';
import type { ChannelMoments, Moments } from '../samples/moments';
import { checkedMoments } from '../samples/moments';

/** (x − mean) / std, for pixels already in [0, 1]; moments of channels go with the last axis. */
export function normalise<T extends tf.Tensor>(x: T, moments: Moments | ChannelMoments): T {
  const { mean, std } = checkedFor(x, moments);
  return tf.tidy(() => x.sub(mean).div<T>(std));
}

/** What `normalise` was given. */
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

export interface NoiseOptions extends Seeded {
  /** Standard deviation, in the units of x. */
  readonly std: number;
  /** Keeps the result within these bounds. Default [0, 1]; `null` leaves it as it is. */
  readonly bounds?: readonly [low: number, high: number] | null;
}

/** x with Gaussian noise; the same seed gives the same noise. */
export function addNoise<T extends tf.Tensor>(x: T, options: NoiseOptions): T {
  const { std, seed = 0, bounds = [0, 1], ...unknown } = optionsOf('addNoise', options);
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
 * Class ids [n] as rows with a single 1: [n, depth], float32.
 *
 * @throws when an id is not from 0 to depth − 1
 */
export function oneHot(y: tf.Tensor1D, depth: number): tf.Tensor2D {
  checkTensors({ y }, DataError, 1);
  checkCounts({ depth }, DataError);
  return tf.tidy(() => {
    // `gather` refuses ids out of range, which `tf.oneHot` takes for no class at all.
    const zeros = tf.gather(tf.zeros([depth]), y);
    return tf.add(tf.oneHot(y, depth), tf.expandDims(zeros, 1)) as tf.Tensor2D;
  });
}

import { checkCounts, checkFlags, checkLists } from '../../checks';
import * as tf from '../../engine/tf';
import { DataError } from '../../errors';
import { optionsOf, refuseUnknown } from '../../options';
import type { Seeded } from '../../seeded';
import { random } from '../random';
import {
  checkImageSet,
  type ImageSet,
  imageSize,
  type Target,
  type Targets,
} from '../samples/images';
import type { Labels } from '../samples/labels';
import type { ChannelMoments, Moments } from '../samples/moments';
import { checkedMoments } from '../samples/moments';
import { permutation } from '../shuffle';

/** Images and their class ids on the engine; whoever takes a batch disposes it. */
export type Batch = {
  /** [batchSize, height, width, channels], float32: pixels in [0, 1], or normalised. */
  readonly x: tf.Tensor4D;
  /** [batchSize], int32 class ids. */
  readonly y: tf.Tensor1D;
};

/** A batch of a set that has targets: each a tensor [batchSize] or, wider than one, [batchSize, width]. */
export type TargetBatch<T extends Targets> = Batch & {
  readonly targets: { readonly [Name in keyof T]: tf.Tensor };
};

/** What can be gone through again and again, like an array, and says how long it is. */
export interface Sized<T> extends Iterable<T> {
  readonly length: number;
}

export interface OrderOptions extends Seeded {
  /** Images a batch; the last may have fewer. */
  readonly batchSize: number;
  /** Another order each epoch, the same each time for the same seed and epoch. Default 0. */
  readonly epoch?: number;
  /** Default true; false keeps the set's order. */
  readonly shuffle?: boolean;
  /** Leaves out a last batch smaller than the rest. Default false. */
  readonly dropLast?: boolean;
}

/** How `batches` divides an epoch, and what it makes of pixels. */
export interface BatchOptions extends OrderOptions {
  /**
   * Gives x as (pixel / 255 − mean) / std, with one mean and std for all pixels (`pixelMoments`) or for
   * each channel (`channelMoments`), those of the training set for all sets. Default: pixel / 255.
   */
  readonly normalise?: Moments | ChannelMoments;
}

/** One epoch of batches in a seeded order, made one by one as they are taken. */
export function batches<T extends Targets>(
  set: ImageSet & { readonly targets: T },
  options: BatchOptions,
): Sized<TargetBatch<T>>;
export function batches(set: ImageSet, options: BatchOptions): Sized<Batch>;
export function batches(set: ImageSet, options: BatchOptions): Sized<Batch> {
  checkImageSet(set);
  const { normalise, ...order } = optionsOf('batches', options);
  const values = byteValues(set, normalise);
  return mapEach(batchIndices(set.shape[0], order), (indices) => ({
    x: gather(set, indices, values),
    y: labelTensor(set.labels, indices),
    ...(set.targets && { targets: targetTensors(set.targets, indices) }),
  }));
}

/** The sample indices of each batch of an epoch. */
export function batchIndices(count: number, options: OrderOptions): Sized<Uint32Array> {
  const {
    batchSize,
    seed = 0,
    epoch = 0,
    shuffle = true,
    dropLast = false,
    ...unknown
  } = optionsOf('batches', options);
  refuseUnknown('batches', unknown);
  checkCounts({ batchSize }, DataError);
  checkCounts({ epoch }, DataError, 0);
  checkFlags({ shuffle, dropLast }, DataError);
  const order = shuffle
    ? permutation(count, random(seed, epoch))
    : Uint32Array.from({ length: count }, (_, i) => i);
  const end = dropLast ? count - (count % batchSize) : count;
  const starts = Array.from({ length: Math.ceil(end / batchSize) }, (_, i) => i * batchSize);
  return mapEach(starts, (start) => order.subarray(start, Math.min(start + batchSize, end)));
}

/** Images of a set as one tensor [count, height, width, channels] in [0, 1]. Default: all of them. */
export function imageTensor(set: ImageSet, indices?: ArrayLike<number>): tf.Tensor4D {
  checkImageSet(set);
  if (indices !== undefined) checkLists({ indices }, DataError);
  return gather(set, indices ?? Array.from(set.labels.keys()), byteValues(set));
}

/** As many values as there are items, each made when it is asked for. */
export function mapEach<A, B>(items: Sized<A>, make: (item: A) => B): Sized<B> {
  return {
    length: items.length,
    *[Symbol.iterator]() {
      for (const item of items) yield make(item);
    },
  };
}

/** The rows of a [count, width] array at these indices: [n] or, wider than one, [n, width]. */
function rowTensor(
  values: Target['values'] | Labels,
  width: number,
  indices: ArrayLike<number>,
): tf.Tensor {
  const float = values instanceof Float32Array;
  const length = indices.length * width;
  const gathered = float ? new Float32Array(length) : new Int32Array(length);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] * width;
    for (let j = 0; j < width; j++) gathered[i * width + j] = values[from + j];
  }
  const shape = width === 1 ? [indices.length] : [indices.length, width];
  return tf.tensor(gathered, shape, float ? 'float32' : 'int32');
}

/** The class ids at these indices: [n], int32. */
export function labelTensor(labels: Labels, indices: ArrayLike<number>): tf.Tensor1D {
  return rowTensor(labels, 1, indices) as tf.Tensor1D;
}

/** Each target at these indices: [n] or, wider than one, [n, width]. */
export function targetTensors(
  targets: Targets,
  indices: ArrayLike<number>,
): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(targets).map(([name, { values, width }]) => [
      name,
      rowTensor(values, width, indices),
    ]),
  );
}

/**
 * What each byte 0 … 255 is as a float, for all channels or for each: a look-up is quicker than
 * dividing every pixel.
 */
function byteValues(
  { name, shape: [, , , channels] }: ImageSet,
  moments: Moments | ChannelMoments = { mean: 0, std: 1 },
): readonly Float32Array[] {
  const { mean, std } = checkedMoments(moments);
  const [means, stds] = [mean, std].map((of) => (typeof of === 'number' ? [of] : of));
  const isForAll = means.length === 1 && stds.length === 1;
  if (!isForAll && (means.length !== channels || stds.length !== channels)) {
    throw new DataError(
      `invalid normalise: ${means.length} means, ${stds.length} stds (${name} has ${channels} channels)`,
    );
  }
  const large = means.find((of) => of > 1);
  if (large !== undefined) {
    throw new DataError(
      `invalid normalise: mean ${large} (pixels are in [0, 1] here: divide mean and std by 255)`,
    );
  }
  return means.map((of, channel) =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - of) / stds[channel]),
  );
}

function gather(
  set: ImageSet,
  indices: ArrayLike<number>,
  values: readonly Float32Array[],
): tf.Tensor4D {
  const [count, height, width, channels] = set.shape;
  const size = imageSize(set);
  const pixels = set.pixels;
  const floats = new Float32Array(indices.length * size);
  for (let i = 0, at = 0; i < indices.length; i++) {
    const index = indices[i];
    if (!(index >= 0 && index < count)) {
      throw new DataError(`invalid image index: ${index} (${set.name} has ${count} images)`);
    }
    const [start, end] = [index * size, (index + 1) * size];
    if (values.length === 1) {
      const [value] = values;
      for (let from = start; from < end; from++) floats[at++] = value[pixels[from]];
    } else {
      for (let from = start; from < end; from++) {
        floats[at++] = values[(from - start) % channels][pixels[from]];
      }
    }
  }
  return tf.tensor4d(floats, [indices.length, height, width, channels]);
}

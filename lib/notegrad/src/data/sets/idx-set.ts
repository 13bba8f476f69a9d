import { checkFlags } from '../../checks';
import { DataError } from '../../errors';
import { optionsOf, refuseOthers } from '../../options';
import { parseIdx } from '../files/idx';
import { type ReadFile, readDecompressed } from '../files/whole-file';
import type { ImageSet } from '../samples/images';
import { type NumberedClasses, numberedLabels, UNLABELLED } from '../samples/labels';

/** Which files `idxSet` reads, and what their labels mean. */
export interface IdxSetOptions extends NumberedClasses {
  /** Path of the IDX file of images, plain or gzipped, whatever its name. */
  readonly images: string;
  /** Path of the IDX file of labels. Default: none, and all images are of the class `unlabelled`. */
  readonly labels?: string;
  /** For people. Default: the path of the images. */
  readonly name?: string;
  /** Swaps rows and columns: EMNIST's files have them so. Default false. */
  readonly transposed?: boolean;
}

const OPTIONS: Readonly<Record<keyof IdxSetOptions, true>> = {
  images: true,
  labels: true,
  name: true,
  transposed: true,
  classNames: true,
  firstLabel: true,
};

/**
 * Grey images in the form of MNIST's files, such as EMNIST or KMNIST: [count, height, width, 1].
 *
 * ```ts
 * const letters = await idxSet({
 *   images: 'emnist-letters-train-images-idx3-ubyte.gz',
 *   labels: 'emnist-letters-train-labels-idx1-ubyte.gz',
 *   firstLabel: 1, classNames: [...'abcdefghijklmnopqrstuvwxyz'], transposed: true,
 * });
 * ```
 *
 * @throws DataError naming the file for one that is not IDX, holds other numbers than unsigned bytes,
 * is cut off, or has a label that is not of the classes
 */
export async function idxSet(options: IdxSetOptions): Promise<ImageSet> {
  const {
    images,
    labels,
    name = images,
    transposed = false,
    ...classes
  } = optionsOf('idxSet', options);
  refuseOthers('idxSet', options, OPTIONS);
  checkFlags({ transposed }, DataError);
  const [imageFile, labelFile] = await Promise.all([
    readIdxFile(images),
    labels === undefined ? undefined : readIdxFile(labels),
  ]);
  const set = idxImageSet(imageFile, labelFile, { name, source: images, ...classes });
  return transposed ? withTransposedImages(set) : set;
}

/** Puts an IDX file of images and one of labels together: grey images [count, height, width, 1]. */
export function idxImageSet(
  images: ReadFile,
  labels: ReadFile | undefined,
  { name, source, ...classes }: Pick<ImageSet, 'name' | 'source'> & NumberedClasses,
): ImageSet {
  const { shape, values: pixels } = parseIdx(images.bytes, images.path, 3);
  const [count, height, width] = shape;
  if (count > 0 && pixels.length === 0) {
    throw new DataError(`${images.path}: expected images, found the shape [${shape}]`);
  }
  const set = { name, source, pixels, shape: [count, height, width, 1] } as const;
  if (labels === undefined) {
    return { ...set, labels: new Uint8Array(count), classNames: UNLABELLED };
  }
  const { values: numbers } = parseIdx(labels.bytes, labels.path, 1);
  if (count !== numbers.length) {
    throw new DataError(
      `${labels.path}: expected ${count} labels, one for each image of ${images.path}, found ${numbers.length}`,
    );
  }
  return { ...set, ...numberedLabels(labels.path, numbers, classes, (i) => `for image ${i}`) };
}

async function readIdxFile(path: string): Promise<ReadFile> {
  return { path, bytes: await readDecompressed(path) };
}

function withTransposedImages(set: ImageSet): ImageSet {
  const [count, height, width] = set.shape;
  const pixels = new Uint8Array(set.pixels.length);
  for (let i = 0, to = 0; i < count; i++) {
    const start = i * height * width;
    for (let row = 0; row < width; row++) {
      for (let column = 0; column < height; column++) {
        pixels[to++] = set.pixels[start + column * width + row];
      }
    }
  }
  return { ...set, pixels, shape: [count, width, height, 1] };
}

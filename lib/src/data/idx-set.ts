import { DataError } from './errors';
import { parseIdx } from './idx';
import type { ImageSet } from './images';

/** A file that was read: its bytes, and its path for messages. */
export interface ReadFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Puts an IDX file of images and one of labels together: grey images [count, height, width, 1]. */
export function idxImageSet(
  images: ReadFile,
  labels: ReadFile,
  { name, source, classNames }: Pick<ImageSet, 'name' | 'source' | 'classNames'>,
): ImageSet {
  const { shape, values: pixels } = parseIdx(images.bytes, images.path, 3);
  const { values: ids } = parseIdx(labels.bytes, labels.path, 1);
  const [count, height, width] = shape;
  if (count !== ids.length) {
    throw new DataError(
      `${labels.path}: expected ${count} labels, one for each image of ${images.path}, found ${ids.length}`,
    );
  }
  if (count > 0 && pixels.length === 0) {
    throw new DataError(`${images.path}: expected images, found the shape [${shape}]`);
  }
  const wrong = ids.findIndex((id) => id >= classNames.length);
  if (wrong >= 0) {
    throw new DataError(
      `${labels.path}: expected labels 0 … ${classNames.length - 1}, found ${ids[wrong]} for image ${wrong}`,
    );
  }
  return { name, source, pixels, shape: [count, height, width, 1], labels: ids, classNames };
}

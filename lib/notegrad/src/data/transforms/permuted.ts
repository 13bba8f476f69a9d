import { checkLists } from '../../checks';
import { DataError } from '../../errors';
import { optionsOf, refuseUnknown } from '../../options';
import type { Seeded } from '../../seeded';
import { random } from '../random';
import type { ImageSet } from '../samples/images';
import { expectImages, imageShapeOf } from '../samples/images';
import { permutation } from '../shuffle';

/** Where each pixel of a permuted image comes from: [height · width]. */
export type PixelOrder = Uint32Array;

/** A fixed order of an image's pixels, drawn from the seed: one for train, validation and test. */
export function pixelOrder(set: Pick<ImageSet, 'shape'>, options: Seeded = {}): PixelOrder {
  const [, height, width] = imageShapeOf(set);
  const { seed = 0, ...unknown } = optionsOf('pixelOrder', options);
  refuseUnknown('pixelOrder', unknown);
  return permutation(height * width, random(seed));
}

/** The order that undoes `order`: [height · width]. */
export function inverseOrder(order: PixelOrder): PixelOrder {
  checkLists({ order }, DataError);
  const inverse = new Uint32Array(order.length);
  order.forEach((from, to) => {
    inverse[from] = to;
  });
  return inverse;
}

/**
 * Every image with its pixels in the same new order: pixel i is the image's pixel order[i].
 *
 * @throws DataError for an order of images of another size
 */
export function permuted<S extends ImageSet>(set: S, order: PixelOrder): S {
  checkLists({ order }, DataError);
  expectImages(set);
  const [count, height, width, channels] = set.shape;
  const numPixels = height * width;
  if (order.length !== numPixels) {
    throw new DataError(
      `invalid pixel order: ${order.length} pixels (${set.name} has ${height} × ${width} = ${numPixels})`,
    );
  }
  const pixels = new Uint8Array(set.pixels.length);
  for (let i = 0, to = 0; i < count; i++) {
    const start = i * numPixels;
    for (let j = 0; j < numPixels; j++) {
      const from = (start + order[j]) * channels;
      for (let channel = 0; channel < channels; channel++)
        pixels[to++] = set.pixels[from + channel];
    }
  }
  return { ...set, name: `permuted ${set.name}`, pixels };
}

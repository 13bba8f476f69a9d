import { DataError } from '../../errors';
import { expectImages, type ImageSet, imageSize } from '../samples/images';

/** Height and width, or one number for both. */
export type Size = number | readonly [height: number, width: number];

/**
 * Every image at another size, by linear interpolation between pixel centres; when shrinking, each
 * new pixel is the triangle-weighted mean of all it covers (as Pillow's and torchvision's `Resize`).
 *
 * @throws DataError for a size that is no whole number above 0
 */
export function resizeImages<S extends ImageSet>(set: S, size: Size): S {
  expectImages(set);
  const [count, height, width, channels] = set.shape;
  const [newHeight, newWidth] = checkSize(size);
  const down = linearTaps(height, newHeight);
  const across = linearTaps(width, newWidth);
  const pixels = new Uint8Array(count * newHeight * newWidth * channels);
  const widened = new Float32Array(height * newWidth * channels);
  const from = imageSize(set);
  for (let i = 0, to = 0; i < count; i++) {
    for (let row = 0, at = 0; row < height; row++) {
      for (const { first, weights } of across) {
        const start = i * from + (row * width + first) * channels;
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          for (let k = 0; k < weights.length; k++) {
            sum += weights[k] * set.pixels[start + k * channels + channel];
          }
          widened[at++] = sum;
        }
      }
    }
    const stride = newWidth * channels;
    for (const { first, weights } of down) {
      for (let column = 0; column < stride; column++) {
        let sum = 0.5;
        for (let k = 0; k < weights.length; k++) {
          sum += weights[k] * widened[(first + k) * stride + column];
        }
        pixels[to++] = sum;
      }
    }
  }
  return { ...set, pixels, shape: [count, newHeight, newWidth, channels] };
}

/**
 * Every image with a margin of so many pixels of `value` (default 0) on each side: 28 + 2·2 = 32.
 *
 * @param value a byte, 0 … 255
 * @throws DataError for a margin that is no whole number, or a value that is no byte
 */
export function padImages<S extends ImageSet>(set: S, margin: number, value = 0): S {
  expectImages(set);
  if (!(Number.isInteger(margin) && margin >= 0)) {
    throw new DataError(`invalid margin: ${margin} (expected a whole number)`);
  }
  const [count, height, width, channels] = set.shape;
  const [newHeight, newWidth] = [height + 2 * margin, width + 2 * margin];
  checkByte(value);
  const pixels = new Uint8Array(count * newHeight * newWidth * channels).fill(value);
  const rowLength = width * channels;
  for (let i = 0, from = 0; i < count; i++) {
    for (let row = 0; row < height; row++, from += rowLength) {
      const to = ((i * newHeight + row + margin) * newWidth + margin) * channels;
      pixels.set(set.pixels.subarray(from, from + rowLength), to);
    }
  }
  return { ...set, pixels, shape: [count, newHeight, newWidth, channels] };
}

function checkByte(value: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= 255) return;
  throw new DataError(`invalid value: ${value} (expected a byte, 0 … 255)`);
}

/** What an output pixel is made of: weights, adding up to 1, of input pixels from `first` on. */
interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

function linearTaps(length: number, newLength: number): Taps[] {
  const scale = length / newLength;
  const radius = Math.max(scale, 1);
  return Array.from({ length: newLength }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(Math.floor(centre - radius + 0.5), 0);
    const end = Math.min(Math.floor(centre + radius + 0.5), length);
    const weights = Float64Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / radius),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** Height and width, checked. */
export function checkSize(size: Size): readonly [number, number] {
  const [height, width] = Array.isArray(size) ? size : [size, size];
  for (const length of [height, width]) {
    if (!(Number.isInteger(length) && length > 0)) {
      throw new DataError(`invalid size: ${size} (expected whole numbers above 0)`);
    }
  }
  return [height, width];
}

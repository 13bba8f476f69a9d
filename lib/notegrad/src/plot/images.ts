import { checkLists, checkRecords } from '../checks';
import { PlotError } from '../errors';
/** Images as numbers. An `ImageSet` is one, and so is `{ pixels: t.dataSync(), shape: t.shape }`. */
export interface Images {
  /** Row-major; bytes (0…255) in a Uint8Array, else floats in [0, 1]. */
  readonly pixels: ArrayLike<number>;
  /** [count, height, width] or [count, height, width, channels]; channels are 1 (grey) or 3 (RGB). */
  readonly shape: readonly number[];
}

/** One image as RGBA bytes, which a canvas takes. */
export interface RgbaImage {
  readonly rgba: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** A float image with values beyond this was meant as bytes. */
const LARGEST_FLOAT = 20;

/**
 * Images one by one, as a canvas takes them. Floats a little outside [0, 1] (noise, a decoder
 * without sigmoid) are clipped.
 *
 * @throws when the shape is not that of images, does not fit the pixels, or a value is no pixel
 */
export function rgbaImages(images: Images): RgbaImage[] {
  checkRecords({ images }, PlotError);
  const { pixels, shape } = images;
  checkLists({ pixels, shape }, PlotError);
  const [count, height, width, channels] = imageShape(shape);
  const size = height * width * channels;
  if (pixels.length !== count * size) {
    throw new PlotError(
      `${pixels.length} pixel values do not fill images of shape [${shape.join(', ')}]`,
    );
  }
  if (count === 0) throw new PlotError('no images to show');
  const isBytes = pixels instanceof Uint8Array || pixels instanceof Uint8ClampedArray;
  const byteAt = isBytes ? (i: number) => pixels[i] : (i: number) => 255 * floatPixel(pixels[i], i);
  return Array.from({ length: count }, (_, image) => {
    const rgba = new Uint8ClampedArray(4 * height * width).fill(255);
    for (let p = 0; p < height * width; p++) {
      for (let c = 0; c < 3; c++) {
        rgba[4 * p + c] = byteAt(image * size + p * channels + (channels === 3 ? c : 0));
      }
    }
    return { rgba, width, height };
  });
}

function imageShape(shape: readonly number[]): [number, number, number, number] {
  const [count, height, width, channels = 1] = shape;
  const isRank = shape.length === 3 || shape.length === 4;
  if (!isRank || !(height > 0 && width > 0) || (channels !== 1 && channels !== 3)) {
    throw new PlotError(
      `unknown image shape: [${shape.join(', ')}] ` +
        '(known: [count, height, width] and [count, height, width, 1 or 3])',
    );
  }
  return [count, height, width, channels];
}

function floatPixel(value: number, index: number): number {
  if (Number.isNaN(value)) throw new PlotError(`pixel ${index} is NaN`);
  if (Math.abs(value) > LARGEST_FLOAT) {
    throw new PlotError(
      `pixel ${index} is ${value}, but float images hold 0 to 1: divide by 255, or give a Uint8Array`,
    );
  }
  return value;
}

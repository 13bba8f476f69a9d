import { DataError } from '../../../errors';
import { decodeImages, type OpenImage } from '../../files/decode-images';
import type { OnProgress } from '../../files/progress-line';
import type { GalaxyFile } from './galaxy-files';
import { GALAXY_COLUMNS } from './galaxy-tree';
import type { GalaxyArrays } from './synthetic-galaxies';

/** Height and width of the images of Kaggle's Galaxy Challenge. */
export const GALAXY_IMAGE_SIZE = 424;

export interface DecodeOptions {
  readonly size: number;
  readonly crop: number;
  readonly onProgress?: OnProgress;
}

export interface DecodedGalaxies extends GalaxyArrays {
  /** Images that could not be decoded, a line each; they are not in the arrays. */
  readonly problems: readonly string[];
  /** What was done to images that are in the arrays, a line each. */
  readonly notes: readonly string[];
}

/** Decodes the images: the middle crop×crop pixels at size×size, RGB, upright as EXIF has it. */
export async function decodeGalaxies(
  galaxies: readonly GalaxyFile[],
  { size, crop, onProgress }: DecodeOptions,
): Promise<DecodedGalaxies> {
  const orientations = new Map<number, number>();
  const { pixels, kept, problems } = await decodeImages(
    galaxies.map(({ path }) => path),
    size * size * 3,
    async (open, bytes, i) => {
      const { width, height, orientation = 1 } = await open(bytes).metadata();
      if (width !== GALAXY_IMAGE_SIZE || height !== GALAXY_IMAGE_SIZE) {
        const expected = `${GALAXY_IMAGE_SIZE}×${GALAXY_IMAGE_SIZE}`;
        throw new DataError(`expected ${expected} pixels, found ${width}×${height}`);
      }
      const middle = await decodeMiddle(open, bytes, size, crop);
      if (orientation > 1) orientations.set(i, orientation);
      return middle;
    },
    onProgress,
  );
  const width = GALAXY_COLUMNS.length;
  return {
    pixels,
    probabilities: Float32Array.from(
      { length: kept.length * width },
      (_, at) => galaxies[kept[Math.floor(at / width)]].probabilities[at % width],
    ),
    ids: Int32Array.from(kept, (i) => galaxies[i].id),
    problems,
    notes: [...orientations]
      .sort(([a], [b]) => a - b)
      .map(([i, orientation]) => `${galaxies[i].path}: turned as EXIF says (${orientation})`),
  };
}

async function decodeMiddle(
  open: OpenImage,
  bytes: Uint8Array,
  size: number,
  crop: number,
): Promise<Uint8Array> {
  const margin = Math.floor((GALAXY_IMAGE_SIZE - crop) / 2);
  return open(bytes)
    .autoOrient()
    .extract({ left: margin, top: margin, width: crop, height: crop })
    .resize(size, size)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();
}

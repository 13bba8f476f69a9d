import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Sharp, SharpOptions } from 'sharp';
import type { GalaxyFile } from './galaxy-files';
import { GALAXY_COLUMNS } from './galaxy-tree';
import type { OnProgress } from './progress';
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
}

type OpenImage = (input: Uint8Array, options?: SharpOptions) => Sharp;

/**
 * Decodes the images, several at a time: the middle crop×crop pixels at size×size, RGB. No more is in
 * memory than the result and the images being decoded.
 */
export async function decodeGalaxies(
  galaxies: readonly GalaxyFile[],
  { size, crop, onProgress }: DecodeOptions,
): Promise<DecodedGalaxies> {
  const { default: sharp } = await import('sharp');
  const imageSize = size * size * 3;
  const pixels = new Uint8Array(galaxies.length * imageSize);
  const problemsByIndex = new Map<number, string>();
  let next = 0;
  let done = 0;
  const work = async () => {
    while (next < galaxies.length) {
      const i = next++;
      try {
        pixels.set(await decode(sharp, galaxies[i].path, size, crop), i * imageSize);
      } catch (error) {
        const [problem] = (error as Error).message.split('\n');
        problemsByIndex.set(i, `${galaxies[i].path}: ${problem}`);
      }
      onProgress?.(++done, galaxies.length);
    }
  };
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, work));
  return withoutProblems(galaxies, pixels, imageSize, problemsByIndex);
}

async function decode(
  open: OpenImage,
  path: string,
  size: number,
  crop: number,
): Promise<Uint8Array> {
  const bytes = await readFile(path);
  const { width, height } = await open(bytes).metadata();
  if (width !== GALAXY_IMAGE_SIZE || height !== GALAXY_IMAGE_SIZE) {
    const expected = `${GALAXY_IMAGE_SIZE}×${GALAXY_IMAGE_SIZE}`;
    throw new Error(`expected ${expected} pixels, found ${width}×${height}`);
  }
  const margin = Math.floor((GALAXY_IMAGE_SIZE - crop) / 2);
  return open(bytes)
    .extract({ left: margin, top: margin, width: crop, height: crop })
    .resize(size, size)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();
}

/** Moves the images together where some are missing; the array shrinks without a copy. */
function withoutProblems(
  galaxies: readonly GalaxyFile[],
  pixels: Uint8Array,
  imageSize: number,
  problemsByIndex: ReadonlyMap<number, string>,
): DecodedGalaxies {
  const kept = [...galaxies.keys()].filter((i) => !problemsByIndex.has(i));
  kept.forEach((from, to) => {
    if (from !== to) pixels.copyWithin(to * imageSize, from * imageSize, (from + 1) * imageSize);
  });
  return {
    pixels: pixels.subarray(0, kept.length * imageSize),
    probabilities: Float32Array.from({ length: kept.length * GALAXY_COLUMNS.length }, (_, at) => {
      const width = GALAXY_COLUMNS.length;
      return galaxies[kept[Math.floor(at / width)]].probabilities[at % width];
    }),
    ids: Int32Array.from(kept, (i) => galaxies[i].id),
    problems: [...problemsByIndex.keys()].sort((a, b) => a - b).map((i) => problemsByIndex.get(i)!),
  };
}

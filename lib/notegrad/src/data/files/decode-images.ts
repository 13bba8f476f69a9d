import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Sharp, SharpOptions } from 'sharp';
import { DataError } from '../../errors';
import type { OnProgress } from './progress-line';

/** sharp's own function. */
export type OpenImage = (input: Uint8Array, options?: SharpOptions) => Sharp;

export interface DecodedImages {
  /** Of the images that could be decoded, one after the other. */
  readonly pixels: Uint8Array;
  /** Which of the paths these are. */
  readonly kept: readonly number[];
  /** What is wrong with the others, a line each. */
  readonly problems: readonly string[];
}

/**
 * Decodes image files, several at a time. No more is in memory than the result and the images being
 * decoded.
 *
 * @param imageSize bytes that `decode` gives for each image
 * @param decode the pixels of a file's bytes; what it throws is a problem of that file
 */
export async function decodeImages(
  paths: readonly string[],
  imageSize: number,
  decode: (open: OpenImage, bytes: Uint8Array, index: number) => Promise<Uint8Array>,
  onProgress?: OnProgress,
): Promise<DecodedImages> {
  const { default: sharp } = await import('sharp');
  const pixels = new Uint8Array(paths.length * imageSize);
  const problemsByIndex = new Map<number, string>();
  let next = 0;
  let done = 0;
  const work = async () => {
    while (next < paths.length) {
      const i = next++;
      try {
        const image = await decode(sharp, await readFile(paths[i]), i);
        if (image.length !== imageSize) {
          throw new DataError(`expected ${imageSize} bytes of pixels, found ${image.length}`);
        }
        pixels.set(image, i * imageSize);
      } catch (error) {
        const [problem] = (error as Error).message.split('\n');
        problemsByIndex.set(i, `${paths[i]}: ${problem}`);
      }
      onProgress?.(++done, paths.length);
    }
  };
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, work));
  const kept = [...paths.keys()].filter((i) => !problemsByIndex.has(i));
  return {
    pixels: moveTogether(pixels, imageSize, kept),
    kept,
    problems: [...problemsByIndex.keys()].sort((a, b) => a - b).map((i) => problemsByIndex.get(i)!),
  };
}

/** The images at these indices; the array shrinks without a copy. */
function moveTogether(pixels: Uint8Array, imageSize: number, kept: readonly number[]): Uint8Array {
  kept.forEach((from, to) => {
    if (from !== to) pixels.copyWithin(to * imageSize, from * imageSize, (from + 1) * imageSize);
  });
  return pixels.subarray(0, kept.length * imageSize);
}

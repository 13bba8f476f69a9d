import { DataError } from '../../../errors';
import type { Seeded } from '../../../seeded';
import type { OnProgress } from '../../files/progress-line';
import { random } from '../../random';
import { drawImage } from './galaxy-image';
import { drawGalaxy, voteOn } from './galaxy-model';
import { GALAXY_COLUMNS } from './galaxy-tree';

export interface SyntheticGalaxiesOptions extends Seeded {
  /** Height and width. */
  readonly size: number;
  readonly count: number;
  /** The number of the first: each galaxy depends on the seed and its number alone. Default 0. */
  readonly first?: number;
  readonly onProgress?: OnProgress;
}

/** Decoded galaxies, real or generated: what a galaxy set is made of. */
export interface GalaxyArrays {
  /** [count, size, size, 3] */
  readonly pixels: Uint8Array;
  /** [count, 37] */
  readonly probabilities: Float32Array;
  /** [count] */
  readonly ids: Int32Array;
}

const SMALLEST_DRAWN = 64;

/** Galaxies drawn from a parametric model, with the votes that they would get. */
export function syntheticGalaxies({
  size,
  count,
  first = 0,
  seed = 0,
  onProgress,
}: SyntheticGalaxiesOptions): GalaxyArrays {
  if (!(Number.isInteger(count) && count > 0)) {
    throw new DataError(`invalid limit: ${count} (expected a whole number above 0)`);
  }
  const imageSize = size * size * 3;
  const numColumns = GALAXY_COLUMNS.length;
  const pixels = new Uint8Array(count * imageSize);
  const probabilities = new Float32Array(count * numColumns);
  // Thin disks would fall between the pixels of a small image: it is drawn larger, then averaged.
  const factor = Math.ceil(SMALLEST_DRAWN / size);
  const drawn = new Uint8Array(imageSize * factor ** 2);
  for (let i = 0; i < count; i++) {
    const rng = random(seed, first + i);
    const galaxy = drawGalaxy(rng);
    probabilities.set(voteOn(galaxy, rng), i * numColumns);
    drawImage(galaxy, size * factor, drawn, rng);
    averageBlocks(drawn, factor, size, pixels.subarray(i * imageSize, (i + 1) * imageSize));
    onProgress?.(i + 1, count);
  }
  return { pixels, probabilities, ids: Int32Array.from({ length: count }, (_, i) => first + i) };
}

/** Each pixel of `small` [size, size, 3] is the mean of factor×factor pixels of `large`. */
function averageBlocks(large: Uint8Array, factor: number, size: number, small: Uint8Array): void {
  if (factor === 1) {
    small.set(large);
    return;
  }
  const stride = size * factor * 3;
  for (let row = 0, at = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let y = 0; y < factor; y++) {
          const start = (row * factor + y) * stride + column * factor * 3 + channel;
          for (let x = 0; x < factor; x++) sum += large[start + 3 * x];
        }
        small[at++] = sum / factor ** 2 + 0.5;
      }
    }
  }
}

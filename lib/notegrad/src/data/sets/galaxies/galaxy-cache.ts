import { join } from 'node:path';
import { bytesOf, cachedArrays } from '../../files/array-cache';
import { fingerprint } from '../../files/fingerprint';
import type { DecodedGalaxies } from './galaxy-decode';
import type { GalaxySources } from './galaxy-files';

/** Decoded galaxies, and the ids of all that were to be decoded, also of those that could not be. */
export interface ChosenGalaxies extends DecodedGalaxies {
  readonly chosen: readonly number[];
}

/** Raise when decoding changes what it gives. */
const VERSION = 2;

interface About {
  readonly version: number;
  readonly sources: string;
  /** The fingerprint of the chosen images. */
  readonly images: string;
  readonly chosen: readonly number[];
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/**
 * What `decode` gives, kept in the file `name` of the folder's cache. The file is used while
 * solutions and images are the same.
 */
export async function cachedGalaxies(
  sources: GalaxySources,
  name: string,
  decode: () => Promise<ChosenGalaxies>,
): Promise<ChosenGalaxies> {
  const imagesFingerprint = (chosen: readonly number[]) =>
    fingerprint(chosen.map((id) => sources.images.get(id)));
  const { about, arrays } = await cachedArrays<About>(
    join(sources.folder, 'cache', `${name}.bin`),
    async ({ version, sources: sha256, images, chosen }) =>
      version === VERSION &&
      sha256 === sources.sha256 &&
      images === (await imagesFingerprint(chosen)),
    async () => {
      const { chosen, pixels, probabilities, ids, problems, notes } = await decode();
      const images = await imagesFingerprint(chosen);
      return {
        about: { version: VERSION, sources: sources.sha256, images, chosen, problems, notes },
        arrays: [pixels, bytesOf(probabilities), bytesOf(ids)],
      };
    },
  );
  const [pixels, probabilities, ids] = arrays;
  return {
    chosen: about.chosen,
    problems: about.problems,
    notes: about.notes,
    pixels,
    // Copies, as numbers of four bytes may stand only at multiples of four.
    probabilities: new Float32Array(probabilities.slice().buffer),
    ids: new Int32Array(ids.slice().buffer),
  };
}

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../write-atomically';
import type { DecodedGalaxies } from './galaxy-decode';
import { fingerprint, type GalaxySources } from './galaxy-files';
import { readWhole, sha256 } from './whole-file';

/** Decoded galaxies, and the ids of all that were to be decoded, also of those that could not be. */
export interface ChosenGalaxies extends DecodedGalaxies {
  readonly chosen: readonly number[];
}

/** Raise when decoding changes what it gives. */
const VERSION = 1;

/** What a cache file begins with, as one line of JSON. */
interface Header {
  readonly version: number;
  readonly sources: string;
  /** The fingerprint of the chosen images. */
  readonly images: string;
  readonly chosen: readonly number[];
  readonly lengths: readonly [pixels: number, probabilities: number, ids: number];
  readonly problems: readonly string[];
  /** Of all that follows the line. */
  readonly sha256: string;
}

/**
 * What `decode` gives, kept in the file `name` of the folder's cache. The file is used while
 * solutions and images are the same; where it cannot be written, nothing is kept.
 */
export async function cachedGalaxies(
  sources: GalaxySources,
  name: string,
  decode: () => Promise<ChosenGalaxies>,
): Promise<ChosenGalaxies> {
  const folder = join(sources.folder, 'cache');
  const file = join(folder, `${name}.bin`);
  const cached = await readCache(file, sources);
  if (cached) return cached;
  const decoded = await decode();
  if (decoded.chosen.length > 0) await writeCache(file, sources, decoded);
  return decoded;
}

/** The file's content; undefined where there is none, or it is broken or of other sources. */
async function readCache(
  file: string,
  sources: GalaxySources,
): Promise<ChosenGalaxies | undefined> {
  try {
    const bytes = await readWhole(file);
    const line = bytes.indexOf('\n');
    const header = JSON.parse(bytes.toString('utf8', 0, line)) as Header;
    const same =
      header.version === VERSION &&
      header.sources === sources.sha256 &&
      header.images === (await imagesFingerprint(sources, header.chosen)) &&
      header.sha256 === sha256(bytes.subarray(line + 1));
    if (!same) return undefined;

    const [numPixels, numProbabilities, numIds] = header.lengths;
    const at = bytes.byteOffset + line + 1;
    const numbers = at + numPixels;
    const ids = numbers + 4 * numProbabilities;
    return {
      chosen: header.chosen,
      pixels: new Uint8Array(bytes.buffer, at, numPixels),
      probabilities: new Float32Array(bytes.buffer.slice(numbers, ids)),
      ids: new Int32Array(bytes.buffer.slice(ids, ids + 4 * numIds)),
      problems: header.problems,
    };
  } catch {
    return undefined;
  }
}

function imagesFingerprint(sources: GalaxySources, chosen: readonly number[]): Promise<string> {
  return fingerprint(chosen.map((id) => sources.images.get(id)));
}

async function writeCache(
  file: string,
  sources: GalaxySources,
  { chosen, pixels, probabilities, ids, problems }: ChosenGalaxies,
): Promise<void> {
  const body = [pixels, bytesOf(probabilities), bytesOf(ids)];
  const header: Header = {
    version: VERSION,
    sources: sources.sha256,
    images: await imagesFingerprint(sources, chosen),
    chosen,
    lengths: [pixels.length, probabilities.length, ids.length],
    problems,
    sha256: sha256(...body),
  };
  try {
    writeAtomically(file, [Buffer.from(`${JSON.stringify(header)}\n`), ...body]);
  } catch {
    // A cache is only there for speed: a read-only folder or a full disk goes without.
    await rm(file, { force: true }).catch(() => undefined);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

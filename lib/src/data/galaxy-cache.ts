import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DecodedGalaxies } from './galaxy-decode';
import { fingerprint, type GalaxyFile } from './galaxy-files';
import { readWhole, sha256, writeWhole } from './whole-file';

export interface CacheKey {
  readonly size: number;
  readonly crop: number;
  readonly chosen: readonly GalaxyFile[];
  readonly solutionsSha256: string;
}

/** Raise when decoding changes what it gives. */
const VERSION = 1;

/** What a cache file begins with, as one line of JSON. */
interface Header {
  readonly sources: string;
  readonly lengths: readonly [pixels: number, probabilities: number, ids: number];
  readonly problems: readonly string[];
  /** Of all that follows the line. */
  readonly sha256: string;
}

/**
 * What `decode` gives, kept in one file of `folder` a choice of galaxies, size and crop. The file is
 * used while solutions and images are the same; where it cannot be written, nothing is kept.
 */
export async function cachedGalaxies(
  folder: string,
  key: CacheKey,
  decode: () => Promise<DecodedGalaxies>,
): Promise<DecodedGalaxies> {
  const { size, crop, chosen } = key;
  const choice = sha256(chosen.map(({ id }) => id).join()).slice(0, 12);
  const file = join(folder, `${size}x${size}-crop${crop}-${choice}.bin`);
  const fingerprints = await Promise.all(chosen.map(fingerprint));
  const sources = sha256([VERSION, key.solutionsSha256, ...fingerprints].join('\n'));

  const cached = await readCache(file, sources);
  if (cached) return cached;
  const decoded = await decode();
  await writeCache(folder, file, sources, decoded);
  return decoded;
}

async function readCache(file: string, sources: string): Promise<DecodedGalaxies | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readWhole(file);
  } catch {
    return undefined;
  }
  try {
    const line = bytes.indexOf('\n');
    const header = JSON.parse(bytes.toString('utf8', 0, line)) as Header;
    const body = bytes.subarray(line + 1);
    if (header.sources !== sources || header.sha256 !== sha256(body)) return undefined;
    const [numPixels, numProbabilities, numIds] = header.lengths;
    const at = bytes.byteOffset + line + 1;
    const numbers = at + numPixels;
    const ids = numbers + 4 * numProbabilities;
    return {
      pixels: new Uint8Array(bytes.buffer, at, numPixels),
      probabilities: new Float32Array(bytes.buffer.slice(numbers, ids)),
      ids: new Int32Array(bytes.buffer.slice(ids, ids + 4 * numIds)),
      problems: header.problems,
    };
  } catch {
    return undefined;
  }
}

async function writeCache(
  folder: string,
  file: string,
  sources: string,
  { pixels, probabilities, ids, problems }: DecodedGalaxies,
): Promise<void> {
  const body = [pixels, bytesOf(probabilities), bytesOf(ids)];
  const header: Header = {
    sources,
    lengths: [pixels.length, probabilities.length, ids.length],
    problems,
    sha256: sha256(...body),
  };
  try {
    await mkdir(folder, { recursive: true });
    await writeWhole(file, [Buffer.from(`${JSON.stringify(header)}\n`), ...body]);
  } catch {
    // A cache is only there for speed: a read-only folder or a full disk goes without.
    await rm(file, { force: true }).catch(() => undefined);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

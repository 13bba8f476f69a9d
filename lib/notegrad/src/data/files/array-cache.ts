import { rm } from 'node:fs/promises';
import { writeAtomically } from '../../write-atomically';
import { readWhole, sha256 } from './whole-file';

/** Arrays that were long in the making, and what is known about them, as JSON. */
export interface CachedArrays<About> {
  readonly about: About;
  readonly arrays: readonly Uint8Array[];
}

/** What a cache file begins with, as one line of JSON. */
interface Header<About> {
  readonly about: About;
  /** Of the arrays, in bytes. */
  readonly lengths: readonly number[];
  /** Of all that follows the line. */
  readonly sha256: string;
}

/**
 * What `make` gives, kept in a file. The file is used while `isCurrent`; where it is broken it is made
 * anew, and where it cannot be written nothing is kept.
 */
export async function cachedArrays<About>(
  file: string,
  isCurrent: (about: About) => boolean | Promise<boolean>,
  make: () => Promise<CachedArrays<About>>,
): Promise<CachedArrays<About>> {
  const cached = await readCache(file, isCurrent);
  if (cached) return cached;
  const made = await make();
  if (made.arrays.some((array) => array.length > 0)) await writeCache(file, made);
  return made;
}

/** The bytes of an array of numbers. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

async function readCache<About>(
  file: string,
  isCurrent: (about: About) => boolean | Promise<boolean>,
): Promise<CachedArrays<About> | undefined> {
  try {
    const bytes = await readWhole(file);
    const line = bytes.indexOf('\n');
    const {
      about,
      lengths,
      sha256: expected,
    } = JSON.parse(bytes.toString('utf8', 0, line)) as Header<About>;
    if (!(await isCurrent(about)) || expected !== sha256(bytes.subarray(line + 1)))
      return undefined;
    let at = bytes.byteOffset + line + 1;
    const arrays = lengths.map((length) => {
      at += length;
      return new Uint8Array(bytes.buffer, at - length, length);
    });
    return { about, arrays };
  } catch {
    return undefined;
  }
}

async function writeCache<About>(
  file: string,
  { about, arrays }: CachedArrays<About>,
): Promise<void> {
  const lengths = arrays.map((array) => array.length);
  const header: Header<About> = { about, lengths, sha256: sha256(...arrays) };
  try {
    writeAtomically(file, [Buffer.from(`${JSON.stringify(header)}\n`), ...arrays]);
  } catch {
    // A cache is only there for speed: a read-only folder or a full disk goes without.
    await rm(file, { force: true }).catch(() => undefined);
  }
}

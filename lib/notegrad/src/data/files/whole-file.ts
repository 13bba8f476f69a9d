import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip as gunzipWithCallback } from 'node:zlib';
import { checkTexts } from '../../checks';
import { DataError } from '../../errors';

const gunzip = promisify(gunzipWithCallback);

/** Node reads and hashes less than 2 GB at once. */
const PIECE = 2 ** 26;

/** A file that was read: its bytes, and its path for messages. */
export interface ReadFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Reads a file of any size. */
export async function readWhole(path: string): Promise<Buffer> {
  const handle = await open(path);
  try {
    const bytes = Buffer.allocUnsafeSlow((await handle.stat()).size);
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(PIECE, bytes.length - at), at);
      if (bytesRead === 0) throw new DataError(`${path}: became shorter while it was read`);
      at += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

/**
 * The content of a file that may be gzipped: its first bytes say so, not its name.
 *
 * @throws DataError naming the file where it cannot be read or its gzip is broken
 */
export async function readDecompressed(path: string): Promise<Uint8Array> {
  checkTexts({ file: path }, DataError);
  let bytes: Uint8Array;
  try {
    bytes = await readWhole(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR') throw new DataError(`${path}: expected a file, found a directory`);
    throw new DataError(`${path}: cannot be read: ${message}`);
  }
  if (!(bytes[0] === 0x1f && bytes[1] === 0x8b)) return bytes;
  try {
    return await gunzip(bytes);
  } catch (error) {
    throw new DataError(
      `${path}: expected a gzip file, found a broken one (${(error as Error).message})`,
    );
  }
}

/** The SHA-256, in hexadecimal, of the parts one after the other. */
export function sha256(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    if (typeof part === 'string') hash.update(part);
    else for (let at = 0; at < part.length; at += PIECE) hash.update(part.subarray(at, at + PIECE));
  }
  return hash.digest('hex');
}

import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip as gunzipWithCallback } from 'node:zlib';
import { DataError } from '../../errors';
import { counted } from './counted';
import type { ManifestFile } from './manifest';
import { sha256 } from './whole-file';

const gunzip = promisify(gunzipWithCallback);

/**
 * The bytes of a file, once their number and SHA-256 are those of the manifest; undefined if there
 * is no such file. A path that ends in `.gz` is decompressed first: the same content compresses to
 * different bytes, so it is the content that is verified.
 *
 * @throws DataError when the file is another than the manifest's, naming it.
 */
export async function readVerified(
  path: string,
  expected: ManifestFile,
): Promise<Uint8Array | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'EISDIR') throw new DataError(`${path}: expected a file, found a directory`);
    throw new DataError(`${path}: cannot be read: ${message}`);
  }
  const content = path.endsWith('.gz') ? await decompress(bytes, path, expected) : bytes;
  verify(content, path, expected);
  return content;
}

/** Decompresses what should hold `expected`, and never more than that. */
export async function decompress(
  compressed: Uint8Array,
  path: string,
  expected: ManifestFile,
): Promise<Uint8Array> {
  try {
    return await gunzip(compressed, { maxOutputLength: expected.bytes });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const found =
      code === 'ERR_BUFFER_TOO_LARGE'
        ? 'more'
        : `a broken file of ${counted(compressed.length)} bytes (${message})`;
    throw new DataError(
      `${path}: expected ${counted(expected.bytes)} bytes, gzipped, found ${found}`,
    );
  }
}

/** Throws unless the content has the manifest's size and SHA-256. */
export function verify(content: Uint8Array, path: string, expected: ManifestFile): void {
  if (content.length !== expected.bytes) {
    const state =
      content.length === 0 ? 'empty' : content.length < expected.bytes ? 'truncated' : 'too long';
    throw new DataError(
      `${path}: expected ${counted(expected.bytes)} bytes, found ${counted(content.length)} (${state})`,
    );
  }
  const hash = sha256(content);
  if (hash !== expected.sha256) {
    throw new DataError(
      `${path}: expected the SHA-256 ${expected.sha256}, found ${hash} (its content is not the data set's; delete or replace it)`,
    );
  }
}

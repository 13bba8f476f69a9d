import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/** Node reads, writes and hashes less than 2 GB at once. */
const PIECE = 2 ** 26;

/** Writes a file so that no reader ever sees a part of it: under another name, then moved. */
export async function writeWhole(
  path: string,
  parts: Uint8Array | readonly Uint8Array[],
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      for (const part of parts instanceof Uint8Array ? [parts] : parts) {
        for (let at = 0; at < part.length; ) {
          at += (await handle.write(part.subarray(at, at + PIECE))).bytesWritten;
        }
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Reads a file of any size. */
export async function readWhole(path: string): Promise<Buffer> {
  const handle = await open(path);
  try {
    const bytes = Buffer.allocUnsafeSlow((await handle.stat()).size);
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(PIECE, bytes.length - at), at);
      if (bytesRead === 0) throw new Error(`${path}: became shorter while it was read`);
      at += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
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

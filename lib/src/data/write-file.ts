import { open, rename, rm } from 'node:fs/promises';

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
          at += (await handle.write(part, at)).bytesWritten;
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

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { NotegradError } from './errors';

/** Node writes less than 2 GB at once. */
const PIECE = 2 ** 26;

/**
 * Writes a file so that at any moment, even after a crash, there is either the former file or the
 * whole new one: a temporary file beside it, flushed to disk, then renamed. Missing folders are made.
 *
 * @throws when the folder cannot be written, naming the file
 */
export function writeAtomically(file: string, chunks: readonly Uint8Array[]): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const descriptor = openSync(temporary, 'w');
    try {
      for (const chunk of chunks) writeAll(descriptor, chunk);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary);
    throw new NotegradError(`cannot write ${file}: ${(error as Error).message}`);
  }
}

function writeAll(descriptor: number, chunk: Uint8Array): void {
  for (let done = 0; done < chunk.byteLength; ) {
    done += writeSync(descriptor, chunk, done, Math.min(PIECE, chunk.byteLength - done));
  }
}

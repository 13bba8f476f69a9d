import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { NotegradError } from './errors';

/** Node writes less than 2 GB at once. */
const PIECE = 2 ** 26;

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

/**
 * Writes a file so that at any moment, even after a crash, there is either the former file or the
 * whole new one: a temporary file beside it, flushed to disk, then renamed. Missing folders are made.
 * Nobody can foretell the temporary file's name, and nothing is written through a link: one that stands
 * under `file` is replaced.
 *
 * @throws when the folder cannot be written, naming the file
 */
export function writeAtomically(file: string, chunks: readonly Uint8Array[]): void {
  const temporary = `${file}.${randomBytes(12).toString('hex')}.tmp`;
  try {
    refuseDevices(file);
    mkdirSync(dirname(file), { recursive: true });
    const descriptor = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
    try {
      for (const chunk of chunks) writeAll(descriptor, chunk);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    // Where the folder is none, there is nothing to take away either.
    if (existsSync(temporary)) rmSync(temporary);
    throw new NotegradError(`cannot write ${file}: ${(error as Error).message}`);
  }
}

/** The new file would take the place of the device, for all programs. */
function refuseDevices(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found && !found.isFile() && !found.isDirectory())
    throw new NotegradError('it is a device or a pipe');
}

function writeAll(descriptor: number, chunk: Uint8Array): void {
  for (let done = 0; done < chunk.byteLength; ) {
    done += writeSync(descriptor, chunk, done, Math.min(PIECE, chunk.byteLength - done));
  }
}

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { WeightsError } from '../errors';

/** Bytes that are read by position, so that a large file need not be in memory as a whole. */
export interface ByteSource {
  readonly length: number;
  /**
   * The bytes from `start` up to `end`, in memory of their own or not.
   *
   * @throws when there are not so many
   */
  read(start: number, end: number): Uint8Array;
}

/** Node reads less than 2 GiB at once. */
const PIECE = 2 ** 30;

export function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    length: bytes.length,
    read(start, end) {
      checkRange(start, end, bytes.length);
      return bytes.subarray(start, end);
    },
  };
}

/** Does `work` with a file's bytes; the file is closed afterwards. */
export function withFile<T>(file: string, work: (source: ByteSource) => T): T {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    return work({
      length: size,
      read(start, end) {
        checkRange(start, end, size);
        const bytes = new Uint8Array(end - start);
        for (let done = 0; done < bytes.length; ) {
          const count = Math.min(PIECE, bytes.length - done);
          const read = readSync(descriptor, bytes, done, count, start + done);
          if (read === 0) throw new WeightsError('the file became shorter while it was read');
          done += read;
        }
        return bytes;
      },
    });
  } finally {
    closeSync(descriptor);
  }
}

function checkRange(start: number, end: number, length: number): void {
  if (!(start >= 0 && start <= end && end <= length)) {
    throw new WeightsError(`bytes ${start} to ${end} are not in the file of ${length}`);
  }
}

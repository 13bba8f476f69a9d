import { inflateRawSync } from 'node:zlib';
import { WeightsError } from '../errors';
import type { ByteSource } from './byte-source';

/** A file in a zip. */
export interface ZipEntry {
  readonly size: number;
  /** The bytes from `start` up to `end`; of a stored entry, only these are read. */
  read(start: number, end: number): Uint8Array;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const END_64_LOCATOR = 0x07064b50;
const END_BYTES = 22;
const MOST_COMMENT_BYTES = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
/** Deflate cannot shrink further than this, so what claims to would only fill the memory. */
const MOST_DEFLATION = 1032;

/**
 * The entries of a zip by name, zip64 as well; nothing but its directory is read.
 *
 * @throws when the zip is broken, or has what is not read: encryption, unknown compression
 */
export function readZip(source: ByteSource): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  const { start, size, count } = directory(source);
  const bytes = buffer(source.read(start, start + size));
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL_HEADER) {
      throw new WeightsError('the zip is broken: its directory is cut short');
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((k) =>
      bytes.readUInt16LE(at + k),
    );
    const end = at + 46 + nameBytes + extraBytes + commentBytes;
    if (end > bytes.length) throw new WeightsError('the zip is broken: its directory is cut short');
    const name = bytes.toString('utf8', at + 46, at + 46 + nameBytes);
    if (entries.has(name)) throw new WeightsError(`the zip is broken: it holds ${name} twice`);
    const extra = bytes.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
    entries.set(name, entryOf(source, name, bytes.subarray(at), extra));
    at = end;
  }
  return entries;
}

function directory(source: ByteSource): { start: number; size: number; count: number } {
  const tailStart = Math.max(0, source.length - END_BYTES - MOST_COMMENT_BYTES);
  const tail = buffer(source.read(tailStart, source.length));
  const mark = Buffer.alloc(4);
  mark.writeUInt32LE(END);
  const at = tail.lastIndexOf(mark, tail.length - END_BYTES);
  if (at < 0) throw new WeightsError('the zip is broken: it has no directory (is the file whole?)');
  const count = tail.readUInt16LE(at + 10);
  const size = tail.readUInt32LE(at + 12);
  const start = tail.readUInt32LE(at + 16);
  const locator = tailStart + at - 20;
  if (locator >= 0) {
    const bytes = buffer(source.read(locator, locator + 20));
    if (bytes.readUInt32LE(0) === END_64_LOCATOR) return directory64(source, wide(bytes, 8));
  }
  return checkedDirectory(source, { start, size, count });
}

function directory64(source: ByteSource, at: number) {
  const bytes = buffer(source.read(at, at + 56));
  if (bytes.readUInt32LE(0) !== END_64)
    throw new WeightsError('the zip is broken: its directory is lost');
  const [count, size, start] = [32, 40, 48].map((k) => wide(bytes, k));
  return checkedDirectory(source, { start, size, count });
}

function checkedDirectory(
  source: ByteSource,
  place: { start: number; size: number; count: number },
) {
  if (place.start + place.size > source.length || place.count > place.size) {
    throw new WeightsError('the zip is broken: its directory lies outside the file');
  }
  return place;
}

function entryOf(source: ByteSource, name: string, header: Buffer, extra: Buffer): ZipEntry {
  const [flags, method] = [header.readUInt16LE(8), header.readUInt16LE(10)];
  const [stored, size, offset] = wideSizes(
    extra,
    [20, 24, 42].map((k) => header.readUInt32LE(k)),
  );
  if ((flags & ENCRYPTED) !== 0) throw new WeightsError(`the zip is broken: ${name} is encrypted`);
  if (method !== STORED && method !== DEFLATED) {
    throw new WeightsError(`the zip is broken: ${name} has an unknown compression: ${method}`);
  }
  const isPossible =
    method === STORED ? size === stored : size <= MOST_DEFLATION * stored + MOST_DEFLATION;
  if (!isPossible || offset + stored > source.length) {
    throw new WeightsError(
      `the zip is broken: ${name} claims a size of ${size} bytes from ${stored}`,
    );
  }
  let inflated: Uint8Array | undefined;
  return {
    size,
    read(start, end) {
      if (!(start >= 0 && start <= end && end <= size)) {
        throw new WeightsError(`bytes ${start} to ${end} are not in ${name} of ${size}`);
      }
      const from = dataStart(source, name, offset);
      if (method === STORED) return source.read(from + start, from + end);
      inflated ??= inflate(name, source.read(from, from + stored), size);
      return inflated.subarray(start, end);
    },
  };
}

/** Sizes of 4 GiB and more stand in a field of their own, those that do not fit in 32 bits only. */
function wideSizes(extra: Buffer, sizes: readonly number[]): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    // The directory counts the unpacked size before the packed one, the field too.
    const [stored, size, offset] = sizes;
    let next = at + 4;
    const widened = [size, stored, offset].map((value) => {
      if (value !== 0xffffffff || next + 8 > extra.length) return value;
      next += 8;
      return wide(extra, next - 8);
    });
    return [widened[1], widened[0], widened[2]];
  }
  return [...sizes];
}

function dataStart(source: ByteSource, name: string, offset: number): number {
  const header = buffer(source.read(offset, offset + 30));
  if (header.readUInt32LE(0) !== LOCAL_HEADER) {
    throw new WeightsError(`the zip is broken: ${name} is not where its directory says`);
  }
  return offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function inflate(name: string, bytes: Uint8Array, size: number): Uint8Array {
  let inflated: Uint8Array;
  try {
    inflated = inflateRawSync(bytes, { maxOutputLength: Math.max(size, 1) });
  } catch (error) {
    throw new WeightsError(`the zip is broken: ${name}: ${(error as Error).message}`);
  }
  if (inflated.length !== size)
    throw new WeightsError(`the zip is broken: ${name} is not ${size} bytes`);
  return inflated;
}

/** A 64-bit number; what is over 2⁵³ lies outside any file and is refused as that. */
function wide(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

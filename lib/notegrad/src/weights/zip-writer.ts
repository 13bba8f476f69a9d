/** A file to be put into a zip. */
export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** 1980-01-01, so that equal files give equal zips. */
const DATE = 0x21;
const FITS_IN_32 = 0xffffffff;
const FITS_IN_16 = 0xffff;
/** PyTorch puts elements at multiples of this, so that they can be mapped into memory. */
const ALIGNMENT = 64;
const PADDING_FIELD = 0x4246;

/** The pieces of a zip that stores files as they are; zip64 where it has to be. */
export function zipPieces(files: readonly ZipFile[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const put = (...bytes: Uint8Array[]) => {
    for (const piece of bytes) {
      pieces.push(piece);
      offset += piece.length;
    }
  };
  for (const { name, bytes } of files) {
    const entry = { name: Buffer.from(name), size: bytes.length, offset, crc: crc32(bytes) };
    directory.push(centralHeader(entry));
    put(localHeader(entry), bytes);
  }
  const start = offset;
  put(...directory);
  put(...end(files.length, start, offset - start));
  return pieces;
}

interface Entry {
  readonly name: Buffer;
  readonly size: number;
  readonly offset: number;
  readonly crc: number;
}

function localHeader(entry: Entry): Buffer {
  const { name, size, offset } = entry;
  const wide = size >= FITS_IN_32 ? wideField([size, size]) : Buffer.alloc(0);
  const unpadded = offset + 30 + name.length + wide.length + 4;
  const padding = Buffer.alloc(4 + ((ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT));
  padding.writeUInt16LE(PADDING_FIELD, 0);
  padding.writeUInt16LE(padding.length - 4, 2);
  const extra = Buffer.concat([wide, padding]);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  writeCommon(header, 4, entry, extra.length);
  return Buffer.concat([header, name, extra]);
}

function centralHeader(entry: Entry): Buffer {
  const { name, size, offset } = entry;
  const large = [
    ...(size >= FITS_IN_32 ? [size, size] : []),
    ...(offset >= FITS_IN_32 ? [offset] : []),
  ];
  const extra = large.length > 0 ? wideField(large) : Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(VERSION, 4);
  writeCommon(header, 6, entry, extra.length);
  header.writeUInt32LE(Math.min(offset, FITS_IN_32), 42);
  return Buffer.concat([header, name, extra]);
}

/** Version of the format that has zip64. */
const VERSION = 45;
const NAMES_ARE_UTF8 = 0x0800;

/** What both headers of a file say, from its version to the length of its extra field. */
function writeCommon(header: Buffer, at: number, { name, size, crc }: Entry, extra: number): void {
  header.writeUInt16LE(VERSION, at);
  header.writeUInt16LE(NAMES_ARE_UTF8, at + 2);
  header.writeUInt16LE(DATE, at + 8);
  header.writeUInt32LE(crc, at + 10);
  header.writeUInt32LE(Math.min(size, FITS_IN_32), at + 14);
  header.writeUInt32LE(Math.min(size, FITS_IN_32), at + 18);
  header.writeUInt16LE(name.length, at + 22);
  header.writeUInt16LE(extra, at + 24);
}

function wideField(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * values.length, 2);
  for (const [i, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
  return field;
}

function end(count: number, start: number, size: number): Buffer[] {
  const last = Buffer.alloc(22);
  last.writeUInt32LE(0x06054b50, 0);
  last.writeUInt16LE(Math.min(count, FITS_IN_16), 8);
  last.writeUInt16LE(Math.min(count, FITS_IN_16), 10);
  last.writeUInt32LE(Math.min(size, FITS_IN_32), 12);
  last.writeUInt32LE(Math.min(start, FITS_IN_32), 16);
  if (count < FITS_IN_16 && start < FITS_IN_32 && size < FITS_IN_32) return [last];
  const wide = Buffer.alloc(56);
  wide.writeUInt32LE(0x06064b50, 0);
  wide.writeBigUInt64LE(44n, 4);
  wide.writeUInt16LE(VERSION, 12);
  wide.writeUInt16LE(VERSION, 14);
  for (const [i, value] of [count, count, size, start].entries()) {
    wide.writeBigUInt64LE(BigInt(value), 24 + 8 * i);
  }
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + size), 8);
  locator.writeUInt32LE(1, 16);
  return [wide, locator, last];
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = crcTable[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

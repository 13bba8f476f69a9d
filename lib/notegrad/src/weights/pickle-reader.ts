import { WeightsError } from '../errors';
import type { ByteSource } from './byte-source';

/** A pickle's numbers and texts, one after another; a piece of the file at a time is in memory. */
export class PickleReader {
  private window: Buffer = Buffer.alloc(0);
  private windowStart: number;
  private at: number;

  constructor(
    private readonly source: ByteSource,
    start: number,
  ) {
    this.windowStart = start;
    this.at = start;
  }

  get position(): number {
    return this.at;
  }

  byte(): number {
    return this.take(1)[0];
  }

  uint16(): number {
    return this.take(2).readUInt16LE();
  }

  int32(): number {
    return this.take(4).readInt32LE();
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  /** A length of eight bytes. One over 2⁵³ is longer than any file, and refused as that. */
  size(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  /** A two's complement integer of so many bytes: a number if it is exact as one. */
  long(numBytes: number): number | bigint {
    if (numBytes > MOST_INTEGER_BYTES) {
      throw new WeightsError(`the pickle has an integer of ${numBytes} bytes`);
    }
    const bytes = this.take(numBytes);
    let value = 0n;
    for (let i = numBytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
    const signed = BigInt.asIntN(8 * numBytes, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  float64(): number {
    return this.take(8).readDoubleBE();
  }

  text(numBytes: number): string {
    return this.take(numBytes).toString('utf8');
  }

  bytes(numBytes: number): Uint8Array {
    return new Uint8Array(this.take(numBytes));
  }

  line(): string {
    for (let size = WINDOW; ; size *= 2) {
      const start = this.at;
      const available = Math.min(size, this.source.length - start);
      const piece = this.take(available);
      const end = piece.indexOf('\n');
      this.at = start;
      if (end >= 0) return this.take(end + 1).toString('utf8', 0, end);
      if (available < size) throw new WeightsError('the pickle ends within a line');
    }
  }

  private take(numBytes: number): Buffer {
    if (!(numBytes >= 0 && this.at + numBytes <= this.source.length)) {
      throw new WeightsError('the pickle is cut short');
    }
    const isInside =
      this.at >= this.windowStart && this.at + numBytes <= this.windowStart + this.window.length;
    if (!isInside) {
      const end = Math.min(this.source.length, this.at + Math.max(numBytes, WINDOW));
      const bytes = this.source.read(this.at, end);
      this.window = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.windowStart = this.at;
    }
    this.at += numBytes;
    return this.window.subarray(this.at - numBytes - this.windowStart, this.at - this.windowStart);
  }
}

const WINDOW = 2 ** 16;
/** Enough for any number that PyTorch writes; longer ones would only take time. */
const MOST_INTEGER_BYTES = 1024;

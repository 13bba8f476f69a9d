import type { Values } from './addon';
import type { DType } from './operations';

export type { DType } from './operations';

/** The typed array of each. */
export const ARRAYS: {
  readonly float32: Float32ArrayConstructor;
  readonly int32: Int32ArrayConstructor;
  readonly bool: Uint8ArrayConstructor;
} = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
const ALIGNMENT = 64;

export interface PoolOptions {
  /** Takes new memory into use; returns how many bytes come before the first multiple of 64. */
  readonly prepareMemory: (bytes: Uint8Array) => number;
  /** The most bytes that wait for reuse. Default 2 GiB. */
  readonly limit?: number;
}

/**
 * Buffers that wait for their next tensor, by type and length. What is taken and never given back is
 * the garbage collector's, like any array.
 */
export class Pool {
  private readonly waiting = {
    float32: new Map<number, Values[]>(),
    int32: new Map<number, Values[]>(),
    bool: new Map<number, Values[]>(),
  };
  private readonly owned = new WeakSet<ArrayBufferLike>();
  private readonly prepareMemory: (bytes: Uint8Array) => number;
  private readonly limit: number;
  private bytes = 0;

  constructor({ prepareMemory, limit = 2 ** 31 }: PoolOptions) {
    this.prepareMemory = prepareMemory;
    this.limit = limit;
  }

  /** The bytes that wait for reuse. */
  get waitingBytes(): number {
    return this.bytes;
  }

  /** An array of `length` elements of any value, on a multiple of 64 bytes. */
  take(dtype: DType, length: number): Values {
    const values = this.waiting[dtype].get(length)?.pop();
    if (values === undefined) return this.create(dtype, length);
    this.bytes -= values.byteLength;
    return values;
  }

  /** Takes back an array that no tensor uses any longer. */
  give(dtype: DType, values: Values): void {
    if (values.byteLength > this.limit) return;
    const sizes = this.waiting[dtype];
    const same = sizes.get(values.length);
    if (same === undefined) sizes.set(values.length, [values]);
    else same.push(values);
    this.bytes += values.byteLength;
    if (this.bytes > this.limit) this.shrink();
  }

  /** Whether the array came from here, and may come back. */
  owns(values: Values): boolean {
    return this.owned.has(values.buffer);
  }

  /** The array's memory is seen by others from now on: it must not be reused. */
  disown(values: Values): void {
    this.owned.delete(values.buffer);
  }

  private create(dtype: DType, length: number): Values {
    const ArrayType = ARRAYS[dtype];
    const buffer = new ArrayBuffer(length * ArrayType.BYTES_PER_ELEMENT + ALIGNMENT);
    this.owned.add(buffer);
    return new ArrayType(buffer, this.prepareMemory(new Uint8Array(buffer)), length);
  }

  /** Lets go of the sizes first seen longest ago, until half of the limit is free. */
  private shrink(): void {
    for (const sizes of Object.values(this.waiting)) {
      for (const [length, arrays] of sizes) {
        if (this.bytes <= this.limit / 2) return;
        for (const { byteLength } of arrays) this.bytes -= byteLength;
        sizes.delete(length);
      }
    }
  }
}

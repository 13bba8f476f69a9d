import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { DataStorage } from '../../tf';
import type { Values } from './addon';

type TensorData = ReturnType<MathBackendCPU['data']['get']>;

/** What tfjs knows a memory by. */
export interface NativeDataId {
  readonly id: number;
  /** Absent once it is disposed. */
  memory?: NativeTensorData;
  /** The trace that met it last, and the number that it has there. */
  trace: number;
  value: number;
}

/** Finds memories without a search, and without work for the garbage collector. */
export class MemoryStorage extends DataStorage<TensorData> {
  private count = 0;

  override get(dataId: NativeDataId): TensorData {
    // What another backend has is moved here by tfjs.
    if (dataId.memory === undefined) super.get(dataId);
    return dataId.memory!;
  }

  override set(dataId: NativeDataId, memory: NativeTensorData): void {
    this.count++;
    dataId.memory = memory;
  }

  override has(dataId: NativeDataId): boolean {
    return dataId.memory !== undefined;
  }

  override delete(dataId: NativeDataId): boolean {
    this.count--;
    dataId.memory = undefined;
    return true;
  }

  override numDataIds(): number {
    return this.count;
  }
}

/** A memory; that of a tensor which a trace has not computed yet has no values. */
export interface NativeTensorData extends TensorData {
  values?: Values;
  readonly length: number;
  /** The trace that was going on when JavaScript made it. */
  readonly madeIn: number;
  /** Why it was never computed. */
  failure?: Error;
  /** What its number is read from. */
  read?: () => number;
}

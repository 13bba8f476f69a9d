import type { NativeBackend } from './native/backend';
import type * as tf from './tfjs';

/** A number of steps, in memory that native operations count in. */
export class StepCount {
  private values: Int32Array;
  private native: { readonly backend: NativeBackend; readonly tensor: tf.TensorInfo } | undefined;

  constructor(value: number) {
    this.values = Int32Array.of(value);
  }

  get value(): number {
    this.native?.backend.settle();
    return this.values[0];
  }

  set value(value: number) {
    this.native?.backend.settle();
    this.values[0] = value;
  }

  /** An int32 scalar of the same memory. */
  tensorOn(backend: NativeBackend): tf.TensorInfo {
    if (this.native === undefined) {
      const tensor = backend.untraced(() => backend.allocate([], 'int32'));
      const values = backend.valuesOf(tensor.dataId) as Int32Array;
      values.set(this.values);
      this.values = values;
      this.native = { backend, tensor };
    }
    return this.native.tensor;
  }

  /** Gives the memory back. */
  dispose(): void {
    this.native?.backend.settle();
    this.values = this.values.slice();
    this.native?.backend.disposeData(this.native.tensor.dataId);
    this.native = undefined;
  }
}

import type * as tf from '../tf';

/** Takes down what a step does on the backend. */
export interface Recorder {
  /** A tensor of any values was made, for an operation to write. */
  allocated(dataId: tf.DataId): void;
  /** A tensor was made from values that JavaScript computed; they may still be written to. */
  written(dataId: tf.DataId, data: { values?: tf.BackendValues }): void;
  /** JavaScript reads the tensor's values. */
  read(dataId: tf.DataId): void;
  /** Runs a kernel that computes in JavaScript. */
  javascript(
    kernel: string,
    call: Parameters<tf.KernelFunc>[0],
    kernelFunc: tf.KernelFunc,
  ): ReturnType<tf.KernelFunc>;
  called(
    op: string,
    inputs: readonly tf.TensorInfo[],
    outputs: readonly tf.TensorInfo[],
    params: readonly number[],
  ): void;
  /** The scalar holds `read()` whenever the step is replayed. */
  live(dataId: tf.DataId, read: () => number): void;
}

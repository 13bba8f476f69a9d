import type { TensorInfo, Variable } from '../../tf';
import type { NativeTensorData } from './memory';
import type { OperationName } from './operations';

/** What takes down what is asked of the backend, to have it computed later. */
export interface Recorder {
  /** Another one from each time on that all was computed. */
  readonly number: number;
  /** A tensor was made for an operation to write. */
  allocated(data: NativeTensorData): void;
  /** Notes a call with the first `paramCount` of the parameters. */
  call(
    op: OperationName,
    inputs: readonly TensorInfo[],
    outputs: readonly TensorInfo[],
    params: Float64Array,
    paramCount: number,
  ): void;
  /** A variable is about to be assigned another memory. */
  assigns(variable: Variable): void;
  /** Whether the memory does not hold yet what the step has asked for. */
  isBehind(data: NativeTensorData): boolean;
  /** Memory that is free once all that was noted is computed. */
  free(data: NativeTensorData): void;
  /** Computes all that was noted. */
  settle(): void;
}

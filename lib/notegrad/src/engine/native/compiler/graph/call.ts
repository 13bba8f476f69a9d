import type { Values } from '../../backend/addon';
import { type OperationName, type OperationParams, operations } from '../../backend/operations';
import type { DType } from '../../backend/pool';

/** A native operation was asked for. An output that was written before is updated in place. */
export interface Call {
  readonly op: OperationName;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** As the addon takes them. */
  readonly params: readonly number[];
}

/** What the call's operation takes, by name; null where it is another operation. */
export function paramsIf<Name extends OperationName>(
  call: Call | null,
  op: Name,
): OperationParams[Name] | null {
  return call?.op === op ? operations[op].read(call.params) : null;
}

/** The memory that a tensor, or several of different shapes, has during a trace. */
export interface Value {
  /** In the order of first appearance. */
  readonly id: number;
  readonly dtype: DType;
  readonly length: number;
  readonly origin: Origin;
}

/** Where the values of a memory come from. */
export type Origin =
  | { readonly kind: 'computed' }
  /** It was there before the trace: a variable, the batch, a tensor of the surroundings. */
  | { readonly kind: 'given' }
  /** JavaScript made it during the trace. */
  | { readonly kind: 'constant'; readonly values?: Values };

/** The calls of a trace, and what of that they compute is needed afterwards. */
export interface Graph {
  readonly calls: readonly Call[];
  /** Computed by the calls, each but once. */
  readonly results: readonly Value[];
  /** The constants whose values the calls were chosen for. Default none. */
  readonly pinned?: ReadonlySet<Value>;
}

const BYTES = { float32: 4, int32: 4, bool: 1 } as const;

export function bytesOf({ dtype, length }: Value): number {
  return BYTES[dtype] * length;
}

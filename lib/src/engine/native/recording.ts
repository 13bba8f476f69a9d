import type * as tf from '../tf';
import type { Values } from './addon';
import type { DType } from './pool';

/** What one call of a step did on the backend. */
export interface Recording {
  readonly calls: Call[];
  /** The tensors that the step returned, in the order of its result's leaves. */
  readonly results: Result[];
  /** The variables that hold another tensor after the step than before. */
  readonly assignments: Assignment[];
  /** Why the calls alone do not repeat what the step did; null when they do. */
  readonly obstacle: string | null;
}

/** A native operation was run. An output that was written before is updated in place. */
export interface Call {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly params: readonly number[];
}

/** The memory that a tensor, or several of different shapes, had during the step. */
export interface Value {
  /** In the order of first appearance. */
  readonly id: number;
  readonly dtype: DType;
  readonly length: number;
  readonly origin: Origin;
}

/** Where the values of a memory came from. */
export type Origin =
  | { readonly kind: 'computed' }
  | { readonly kind: 'batch'; readonly index: number }
  | { readonly kind: 'variable'; readonly variable: tf.Variable }
  /** A tensor that was there before the step. */
  | { readonly kind: 'captured'; readonly dataId: tf.DataId }
  /** Made in JavaScript; the values are those when it was first used. */
  | { readonly kind: 'constant'; readonly values: Values }
  | { readonly kind: 'live'; readonly read: () => number };

export interface Result {
  readonly value: Value;
  readonly shape: number[];
}

export interface Assignment {
  readonly variable: tf.Variable;
  readonly value: Value;
}

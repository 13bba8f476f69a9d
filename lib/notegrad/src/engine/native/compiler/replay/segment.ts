import type { Values } from '../../backend/addon';
import type { NativeTensorData } from '../../backend/memory';
import type { Program } from './program';

/** What is computed at once, from the beginning of a trace or where values were read. */
export interface Segment {
  /** Absent where the operations run one by one. */
  readonly program: Program | undefined;
  /** By the ids of their values. */
  readonly memories: readonly NativeTensorData[];
  /** The values of what JavaScript made, by the same ids. */
  readonly constants: ReadonlyMap<number, Values>;
}

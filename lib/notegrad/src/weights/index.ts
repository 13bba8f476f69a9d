/**
 * What a file of weights holds.
 *
 * @module
 */
export type { ArrayOfType, ElementType } from './element-types';
export type { NamedTensors, StoredTensor } from './named-tensors';

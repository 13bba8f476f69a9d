import { WeightsError } from '../errors';
import { type ArrayOfType, arrays, type ElementType } from './element-types';

/** An array with its shape, row-major, apart from any engine. */
export interface StoredTensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: ArrayOfType[ElementType];
}

/** Tensors by name, in order: what PyTorch calls a state dict. */
export type NamedTensors = ReadonlyMap<string, StoredTensor>;

/** Bytes that one element takes. */
export function elementSize(type: ElementType): number {
  return arrays[type].BYTES_PER_ELEMENT;
}

/** How many elements a shape has; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** The little-endian bytes of a file as a typed array of their own, copied unless they are that. */
export function elementsOf(type: ElementType, bytes: Uint8Array): ArrayOfType[ElementType] {
  const isOwn = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  const { buffer } = isOwn ? bytes : new Uint8Array(bytes);
  return new arrays[type](buffer as ArrayBuffer, 0, bytes.byteLength / elementSize(type));
}

/** An array for so many elements of a type. */
export function newArray(type: ElementType, size: number): ArrayOfType[ElementType] {
  return new arrays[type](size);
}

/** The bytes of a tensor's elements, in the machine's order (little-endian on all that Node runs). */
export function bytesOf({ data }: StoredTensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** @throws when a tensor's data are not as long as its shape says */
export function checkSizes(tensors: NamedTensors): void {
  for (const [name, { shape, data }] of tensors) {
    if (data.length !== sizeOf(shape)) {
      throw new WeightsError(`tensor ${name}: ${data.length} values do not fill shape [${shape}]`);
    }
  }
}

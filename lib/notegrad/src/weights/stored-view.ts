import { WeightsError } from '../errors';
import type { ElementType } from './element-types';
import { elementSize, elementsOf, newArray, type StoredTensor, sizeOf } from './named-tensors';

/** Elements in a file, which several tensors may share. */
export interface Storage {
  /** What the file calls it. */
  readonly key: string;
  /** Undefined where there is no such type here. */
  readonly type: ElementType | undefined;
  readonly typeName: string;
  readonly numElements: number;
}

/** A tensor as PyTorch sees it: a window on a storage, of which nothing has been read. */
export class StoredView {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}

  get typeName(): string {
    return this.storage.type ?? this.storage.typeName;
  }
}

/** The bytes from `start` up to `end` of a storage. */
export type StorageReader = (storage: Storage, start: number, end: number) => Uint8Array;

/** Tensors may repeat elements, but not so often that a small file fills the memory. */
const MOST_REPEATED_BYTES = 2 ** 28;

/** Reads tensors, only the part of a storage that each needs; equal views share their elements. */
export class ViewReader {
  private readonly done = new Map<string, StoredTensor>();
  private readonly storages = new Set<Storage>();
  private allowedBytes = MOST_REPEATED_BYTES;

  constructor(private readonly readStorage: StorageReader) {}

  /** @throws when the view leaves its storage, or is of a type that is not known */
  read(view: StoredView): StoredTensor {
    const { storage, offset, shape, strides } = view;
    const key = JSON.stringify([storage.key, storage.type, offset, shape, strides]);
    const known = this.done.get(key);
    if (known !== undefined) return known;
    const { type, typeName, numElements } = storage;
    if (type === undefined)
      throw new WeightsError(`its elements are of an unknown type: ${typeName}`);
    const count = sizeOf(shape);
    const last = shape.reduce((at, length, axis) => at + (length - 1) * strides[axis], offset);
    if (count > 0 && !(offset >= 0 && last < numElements)) {
      throw new WeightsError(
        `a tensor of shape [${shape}] leaves its storage of ${numElements} elements`,
      );
    }
    this.spend(storage, count * elementSize(type), shape);
    const tensor = { type, shape, data: this.elements(view, type, count, last) };
    this.done.set(key, tensor);
    return tensor;
  }

  private spend(storage: Storage, numBytes: number, shape: readonly number[]): void {
    if (!this.storages.has(storage) && storage.type !== undefined) {
      this.storages.add(storage);
      this.allowedBytes += storage.numElements * elementSize(storage.type);
    }
    this.allowedBytes -= numBytes;
    if (!(this.allowedBytes >= 0)) {
      throw new WeightsError(`a tensor of shape [${shape}] repeats its storage too often`);
    }
  }

  private elements(
    { storage, offset, shape, strides }: StoredView,
    type: ElementType,
    count: number,
    last: number,
  ): StoredTensor['data'] {
    if (count === 0) return newArray(type, 0);
    const size = elementSize(type);
    const bytes = this.readStorage(storage, offset * size, (last + 1) * size);
    const elements = elementsOf(type, bytes);
    return isRowMajor(shape, strides) ? elements : gather(type, elements, shape, strides);
  }
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  return shape.every(
    (length, axis) => length === 1 || strides[axis] === sizeOf(shape.slice(axis + 1)),
  );
}

function gather(
  type: ElementType,
  elements: StoredTensor['data'],
  shape: readonly number[],
  strides: readonly number[],
): StoredTensor['data'] {
  const data = newArray(type, sizeOf(shape));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    data[to] = elements[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= shape[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return data;
}

import { described } from '../../described';
import { DataError } from '../../errors';

/** @throws DataError for what no set of samples has */
export function expectLabels({
  labels,
  classNames,
}: {
  readonly labels: unknown;
  readonly classNames: unknown;
}): void {
  const isOfIds = (ids: unknown) => ids instanceof Uint8Array || ids instanceof Uint16Array;
  expectPart('labels', 'a Uint8Array or Uint16Array of class ids', labels, isOfIds);
  expectPart('classNames', 'a list of names', classNames, Array.isArray);
}

/** @throws DataError naming a part of a set that is something else */
export function expectPart(
  name: string,
  expected: string,
  value: unknown,
  isIt: (value: unknown) => boolean,
): void {
  if (isIt(value)) return;
  const given = Array.isArray(value) ? `[${value}]` : described(value);
  throw new DataError(`invalid ${name} of a set: ${given} (expected ${expected})`);
}

/** @throws DataError for what has not the part that such a set has */
export function expectSet(kind: string, part: string, set: object): void {
  if (isRecord(set) && part in set) return;
  throw new DataError(`expected ${kind}, got ${described(set)}`);
}

export function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

export function isBytes(value: unknown): boolean {
  return value instanceof Uint8Array;
}

export function isShapeOf(rank: number): (shape: unknown) => boolean {
  return (shape) =>
    Array.isArray(shape) &&
    shape.length === rank &&
    shape.every((size) => Number.isInteger(size) && size >= 0);
}

/** @throws DataError for an index that no sample has */
export function expectIndex(
  index: number,
  { name, labels }: { readonly name: string; readonly labels: ArrayLike<number> },
): void {
  if (Number.isInteger(index) && index >= 0 && index < labels.length) return;
  throw new DataError(`invalid index: ${index} (${name} has ${labels.length} samples)`);
}

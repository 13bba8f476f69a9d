import { WeightsError } from '../errors';
import { writeAtomically } from '../write-atomically';
import { type ByteSource, sourceOf, withFile } from './byte-source';
import type { ElementType } from './element-types';
import {
  bytesOf,
  checkSizes,
  elementSize,
  elementsOf,
  type NamedTensors,
  type StoredTensor,
  sizeOf,
} from './named-tensors';
import { parseStrictJson, type StrictJson } from './strict-json';

/** What a `.safetensors` file holds. */
export interface Safetensors {
  readonly tensors: NamedTensors;
  /** Free text by key, the file's `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
}

const nameOfType: Record<ElementType, string> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint64: 'U64',
  uint32: 'U32',
  uint16: 'U16',
  uint8: 'U8',
  bool: 'BOOL',
};
const typeOfName = new Map(
  Object.entries(nameOfType).map(([type, name]) => [name, type as ElementType]),
);

const LENGTH_BYTES = 8;
/** The limit of the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;
const METADATA = '__metadata__';

/**
 * Writes tensors as `.safetensors` (https://github.com/huggingface/safetensors): the length of the
 * header, a JSON header padded to 8 bytes, then the elements. Atomic.
 *
 * @param tensors under any name that is text, but `__metadata__`
 */
export function writeSafetensors(
  file: string,
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>> = {},
): void {
  checkSizes(tensors);
  for (const name of tensors.keys()) checkName(name);
  // As the reference does it: the widest elements first, so that each stands at a multiple of its size.
  const ordered = [...tensors].toSorted(
    ([, a], [, b]) => elementSize(b.type) - elementSize(a.type),
  );
  const starts = new Map<string, number>();
  let offset = 0;
  for (const [name, { data }] of ordered) {
    starts.set(name, offset);
    offset += data.byteLength;
  }
  const entries = [...tensors].map(([name, { type, shape, data }]) => {
    const start = starts.get(name) as number;
    const entry = {
      dtype: nameOfType[type],
      shape,
      data_offsets: [start, start + data.byteLength],
    };
    return `${JSON.stringify(name)}:${JSON.stringify(entry)}`;
  });
  if (Object.keys(metadata).length > 0) {
    entries.unshift(`"${METADATA}":${JSON.stringify(metadata)}`);
  }
  const json = Buffer.from(`{${entries.join(',')}}`);
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ');
  json.copy(padded);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(padded.length));
  writeAtomically(file, [length, padded, ...ordered.map(([, tensor]) => bytesOf(tensor))]);
}

function checkName(name: string): void {
  if (name === METADATA) throw new WeightsError(`a tensor cannot be named ${METADATA}`);
  if (/\p{Surrogate}/u.test(name)) {
    throw new WeightsError(`a tensor cannot be named with half a character: ${name}`);
  }
}

/**
 * Reads a `.safetensors` file, one tensor after another.
 *
 * @throws when the file is not one, with the file, what is wrong and the tensor's name
 */
export function readSafetensors(file: string): Safetensors {
  try {
    return withFile(file, readFrom);
  } catch (error) {
    throw new WeightsError(`${file} is not a safetensors file: ${(error as Error).message}`);
  }
}

/** The tensors and the metadata in the bytes of a `.safetensors` file. */
export function parseSafetensors(bytes: Uint8Array): Safetensors {
  return readFrom(sourceOf(bytes));
}

function readFrom(source: ByteSource): Safetensors {
  if (source.length < LENGTH_BYTES) {
    throw new WeightsError(`${source.length} bytes are too few for the length of a header`);
  }
  const headerLength = Buffer.from(source.read(0, LENGTH_BYTES)).readBigUInt64LE();
  if (headerLength > BigInt(MAX_HEADER_BYTES)) {
    throw new WeightsError(
      `a header of ${headerLength} bytes is over the limit of ${MAX_HEADER_BYTES}`,
    );
  }
  const dataStart = LENGTH_BYTES + Number(headerLength);
  if (dataStart > source.length) {
    throw new WeightsError(
      `a header of ${headerLength} bytes does not fit into ${source.length} bytes`,
    );
  }
  const header = parseHeader(source.read(LENGTH_BYTES, dataStart));
  const entries = [...header].filter(([name]) => name !== METADATA);
  const described = entries.map(([name, entry]) => ({ name, ...parseEntry(name, entry) }));
  checkCoverage(described, source.length - dataStart);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, type, shape, start, end } of described) {
    const bytes = source.read(dataStart + start, dataStart + end);
    tensors.set(name, { type, shape, data: elementsOf(type, bytes) });
  }
  return { tensors, metadata: parseMetadata(header.get(METADATA)) };
}

function parseHeader(bytes: Uint8Array): ReadonlyMap<string, StrictJson> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new WeightsError('the header is not UTF-8');
  }
  const header = parseStrictJson(text);
  if (!(header instanceof Map)) throw new WeightsError('the header is not a JSON object');
  if (!text.startsWith('{')) throw new WeightsError('the header does not begin with {');
  return header;
}

function parseEntry(
  name: string,
  entry: StrictJson,
): { type: ElementType; shape: readonly number[]; start: number; end: number } {
  if (!(entry instanceof Map))
    throw new WeightsError(`tensor ${name} is not described by an object`);
  const [dtype, shape, offsets] = ['dtype', 'shape', 'data_offsets'].map((key) => entry.get(key));
  const type = typeof dtype === 'string' ? typeOfName.get(dtype) : undefined;
  if (type === undefined) {
    const known = [...typeOfName.keys()].join(', ');
    throw new WeightsError(`tensor ${name} has an unknown dtype: ${dtype} (known: ${known})`);
  }
  if (!isListOfSizes(shape) || !hasSize(shape)) {
    throw new WeightsError(`tensor ${name} has an invalid shape: ${JSON.stringify(shape)}`);
  }
  if (!isListOfSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw new WeightsError(`tensor ${name} has invalid offsets: ${JSON.stringify(offsets)}`);
  }
  const [start, end] = offsets;
  const expected = sizeOf(shape) * elementSize(type);
  if (end - start !== expected) {
    throw new WeightsError(
      `tensor ${name} of shape [${shape}] takes ${expected} bytes, its offsets hold ${end - start}`,
    );
  }
  return { type, shape, start, end };
}

/** Every byte of the data belongs to exactly one tensor. */
function checkCoverage(
  tensors: readonly { name: string; start: number; end: number }[],
  numBytes: number,
): void {
  let covered = 0;
  for (const { name, start, end } of tensors.toSorted(
    (a, b) => a.start - b.start || a.end - b.end,
  )) {
    if (end > numBytes) {
      throw new WeightsError(
        `tensor ${name} ends at byte ${end} of ${numBytes}: the file is cut short`,
      );
    }
    if (start < covered) throw new WeightsError(`tensor ${name} overlaps the one before it`);
    if (start > covered) throw new WeightsError(`bytes ${covered} to ${start} belong to no tensor`);
    covered = end;
  }
  if (covered < numBytes)
    throw new WeightsError(`${numBytes - covered} bytes follow the last tensor`);
}

function parseMetadata(metadata: StrictJson | undefined): Record<string, string> {
  if (metadata === undefined || metadata === null) return {};
  const entries = metadata instanceof Map ? [...metadata] : undefined;
  if (!entries?.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
    throw new WeightsError(`${METADATA} is not an object of strings`);
  }
  return Object.fromEntries(entries);
}

function isListOfSizes(value: StrictJson | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length));
}

/** Whether the number of elements can be counted, whatever zeros come after the large numbers. */
function hasSize(shape: readonly number[]): boolean {
  return shape.every((_, axis) => Number.isSafeInteger(sizeOf(shape.slice(0, axis + 1))));
}

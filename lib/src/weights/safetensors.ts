import { readFileSync } from 'node:fs';
import { writeAtomically } from '../write-atomically';
import {
  bytesOf,
  checkSizes,
  type ElementType,
  elementSize,
  elementsOf,
  type NamedTensors,
  type StoredTensor,
  sizeOf,
} from './named-tensors';

/** What a `.safetensors` file holds. */
export interface Safetensors {
  readonly tensors: NamedTensors;
  /** Free text by key, the file's `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
}

const nameOfType: Record<ElementType, string> = {
  float32: 'F32',
  float64: 'F64',
  int32: 'I32',
  int64: 'I64',
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
 */
export function writeSafetensors(
  file: string,
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>> = {},
): void {
  checkSizes(tensors);
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header[METADATA] = metadata;
  let offset = 0;
  for (const [name, tensor] of tensors) {
    if (name === METADATA) throw new Error(`a tensor cannot be named ${METADATA}`);
    const end = offset + tensor.data.byteLength;
    const { type, shape } = tensor;
    header[name] = { dtype: nameOfType[type], shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ');
  json.copy(padded);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(padded.length));
  writeAtomically(file, [length, padded, ...[...tensors.values()].map(bytesOf)]);
}

/**
 * Reads a `.safetensors` file.
 *
 * @throws when the file is not one, with the file, what is wrong and the tensor's name
 */
export function readSafetensors(file: string): Safetensors {
  const bytes = readFileSync(file);
  try {
    return parseSafetensors(bytes);
  } catch (error) {
    throw new Error(`${file} is not a safetensors file: ${(error as Error).message}`);
  }
}

/** The tensors and the metadata in the bytes of a `.safetensors` file. */
export function parseSafetensors(bytes: Uint8Array): Safetensors {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < LENGTH_BYTES) {
    throw new Error(`${view.length} bytes are too few for the length of a header`);
  }
  const headerLength = view.readBigUInt64LE();
  if (headerLength > BigInt(MAX_HEADER_BYTES)) {
    throw new Error(`a header of ${headerLength} bytes is over the limit of ${MAX_HEADER_BYTES}`);
  }
  const dataStart = LENGTH_BYTES + Number(headerLength);
  if (dataStart > view.length) {
    throw new Error(`a header of ${headerLength} bytes does not fit into ${view.length} bytes`);
  }
  const header = parseHeader(view.toString('utf8', LENGTH_BYTES, dataStart));
  const data = view.subarray(dataStart);

  const entries = [...header].filter(([name]) => name !== METADATA);
  const described = entries.map(([name, entry]) => ({ name, ...parseEntry(name, entry) }));
  checkCoverage(described, data.length);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, type, shape, start, end } of described) {
    tensors.set(name, { type, shape, data: elementsOf(type, data.subarray(start, end)) });
  }
  return { tensors, metadata: parseMetadata(header.get(METADATA)) };
}

/** The header's entries. A key that comes twice would hide one of its tensors, so it is refused. */
function parseHeader(json: string): Map<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new Error('the header is not JSON');
  }
  if (!isRecord(parsed)) throw new Error('the header is not a JSON object');
  const keys = topLevelKeys(json);
  const twice = keys.find((key, i) => keys.indexOf(key) < i);
  if (twice !== undefined) throw new Error(`the header names ${twice} twice`);
  return new Map(Object.entries(parsed));
}

/** The keys of a JSON object as they stand in its text, which is known to be valid JSON. */
function topLevelKeys(json: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?=(\s*:)?)|[{}[\]]/gs)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (depth === 1) keys.push(token);
  }
  return keys.map((token) => JSON.parse(token));
}

function parseEntry(
  name: string,
  entry: unknown,
): { type: ElementType; shape: number[]; start: number; end: number } {
  if (!isRecord(entry)) throw new Error(`tensor ${name} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  const type = typeOfName.get(String(dtype));
  if (type === undefined) {
    const known = [...typeOfName.keys()].join(', ');
    throw new Error(`tensor ${name} has an unknown dtype: ${dtype} (known: ${known})`);
  }
  if (!isListOfSizes(shape)) {
    throw new Error(`tensor ${name} has an invalid shape: ${JSON.stringify(shape)}`);
  }
  if (!isListOfSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw new Error(`tensor ${name} has invalid offsets: ${JSON.stringify(offsets)}`);
  }
  const [start, end] = offsets;
  const expected = sizeOf(shape) * elementSize(type);
  if (end - start !== expected) {
    throw new Error(
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
      throw new Error(`tensor ${name} ends at byte ${end} of ${numBytes}: the file is cut short`);
    }
    if (start < covered) throw new Error(`tensor ${name} overlaps the one before it`);
    if (start > covered) throw new Error(`bytes ${covered} to ${start} belong to no tensor`);
    covered = end;
  }
  if (covered < numBytes) throw new Error(`${numBytes - covered} bytes follow the last tensor`);
}

function parseMetadata(metadata: unknown): Record<string, string> {
  if (metadata === undefined) return {};
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== 'string')) {
    throw new Error(`${METADATA} is not an object of strings`);
  }
  return metadata as Record<string, string>;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfSizes(value: unknown): value is number[] {
  return (
    Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0)
  );
}

import { WeightsError } from '../errors';
import type { ByteSource } from './byte-source';
import { elementSize } from './named-tensors';
import { unpickle } from './pickle';
import type { StorageReader } from './stored-view';
import { type Storages, unpickleTorch } from './torch-pickle';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
/** A storage's number of elements stands before them. */
const COUNT_BYTES = 8;

/**
 * What `torch.save` wrote before PyTorch 1.6, and writes still with
 * `_use_new_zipfile_serialization=False`: pickles of a magic number, a protocol, facts about the
 * machine, the value, and the keys of the storages; then the storages in that order.
 */
export function readLegacy(source: ByteSource): { value: unknown; readStorage: StorageReader } {
  const storages: Storages = new Map();
  const nothing = {
    call: (name: string): never => refuse(`calls ${name}`),
    persistent: (): never => refuse('refers to storages'),
  };
  const magic = unpickle(source, nothing);
  if (magic.value !== MAGIC) refuse('is no file of torch.save');
  const protocol = unpickle(source, nothing, magic.end);
  if (protocol.value !== PROTOCOL) refuse(`has the unknown protocol ${protocol.value}`);
  const system = unpickle(source, nothing, protocol.end);
  if (!(system.value instanceof Map) || system.value.get('little_endian') !== true) {
    refuse('is not of a little-endian machine');
  }
  const { value, end } = unpickleTorch(source, storages, system.end);
  const keys = unpickle(source, nothing, end);
  const starts = storageStarts(source, storages, keys.value, keys.end);
  return {
    value,
    readStorage(storage, start, stop) {
      const at = starts.get(storage.key);
      if (at === undefined) throw new WeightsError(`the file has no storage ${storage.key}`);
      return source.read(at + start, at + stop);
    },
  };
}

function refuse(what: string): never {
  throw new WeightsError(`it is a pickle that ${what}`);
}

function storageStarts(
  source: ByteSource,
  storages: Storages,
  keys: unknown,
  start: number,
): Map<string, number> {
  if (!Array.isArray(keys)) refuse('lists no storages');
  const starts = new Map<string, number>();
  let at = start;
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (storage?.type === undefined)
      refuse(`has storages of an unknown type: ${storage?.typeName}`);
    const bytes = source.read(at, at + COUNT_BYTES);
    const count = Number(Buffer.from(bytes).readBigInt64LE());
    if (count !== storage.numElements) {
      throw new WeightsError(
        `storage ${key} should hold ${storage.numElements} elements, it has ${count}`,
      );
    }
    starts.set(key, at + COUNT_BYTES);
    at += COUNT_BYTES + count * elementSize(storage.type);
  }
  if (at > source.length) throw new WeightsError('the file is cut short');
  return starts;
}

/** Whether it is a tar, as the first versions of PyTorch wrote. */
export function isTar(source: ByteSource): boolean {
  if (source.length < 512) return false;
  return Buffer.from(source.read(257, 262)).toString() === 'ustar';
}

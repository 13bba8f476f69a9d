import { WeightsError } from '../errors';
import { writeAtomically } from '../write-atomically';
import { type ByteSource, sourceOf, withFile } from './byte-source';
import {
  bytesOf,
  checkSizes,
  elementSize,
  type NamedTensors,
  type StoredTensor,
  sizeOf,
} from './named-tensors';
import { Call, Global, PersistentId, type Picklable, pickle, Tuple } from './pickle';
import { type Storage, type StorageReader, ViewReader } from './stored-view';
import { type StateDictChoice, viewsOfStateDict } from './torch-contents';
import { isTar, readLegacy } from './torch-legacy';
import {
  ORDERED_DICT,
  REBUILD_TENSOR,
  type Storages,
  storageOfType,
  unpickleTorch,
} from './torch-pickle';
import { readZip, type ZipEntry } from './zip-reader';
import { zipPieces } from './zip-writer';

const FOLDER = 'archive';

/**
 * Writes named tensors so that `torch.load(file, weights_only=True)` gives an OrderedDict of them:
 * a zip of a pickle and of the raw elements, as `torch.save` writes since PyTorch 1.6. Atomic.
 *
 * @throws when a tensor is of a type that PyTorch has no storage of
 */
export function writeTorchFile(file: string, tensors: NamedTensors): void {
  checkSizes(tensors);
  const dict = new Map<string, Picklable>();
  const storages: { name: string; bytes: Uint8Array }[] = [];
  for (const [name, tensor] of tensors) {
    const key = String(dict.size);
    dict.set(name, rebuildCall(name, key, tensor));
    storages.push({ name: `${FOLDER}/data/${key}`, bytes: bytesOf(tensor) });
  }
  const pieces = zipPieces([
    { name: `${FOLDER}/data.pkl`, bytes: pickle(dict) },
    { name: `${FOLDER}/byteorder`, bytes: Buffer.from('little') },
    ...storages,
    { name: `${FOLDER}/version`, bytes: Buffer.from('3\n') },
  ]);
  writeAtomically(file, pieces);
}

function rebuildCall(name: string, key: string, { type, shape, data }: StoredTensor): Call {
  const storageName = storageOfType[type];
  if (storageName === undefined) {
    const known = Object.keys(storageOfType).join(', ');
    throw new WeightsError(`tensor ${name}: a .pt file cannot hold ${type} (known: ${known})`);
  }
  const storage = new PersistentId(
    new Tuple(['storage', new Global(storageName), key, 'cpu', data.length]),
  );
  const noHooks = new Call(new Global(ORDERED_DICT), new Tuple([]));
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  return new Call(
    new Global(REBUILD_TENSOR),
    new Tuple([storage, 0, new Tuple(shape), new Tuple(strides), false, noHooks]),
  );
}

/**
 * Reads a state dict that any version of PyTorch since 0.4 or `writeTorchFile` wrote. No code of the
 * file is run, and only the tensors of the state dict are read into memory, one after another.
 *
 * @throws when the file is something else or broken, or holds several dicts and none is chosen
 */
export function readTorchFile(file: string, choice: StateDictChoice = {}): NamedTensors {
  try {
    return withFile(file, (source) => readStateDictFrom(source, choice));
  } catch (error) {
    throw new WeightsError(
      `${file} is not a state dict that can be read: ${(error as Error).message}`,
    );
  }
}

/** The named tensors in the bytes of a file that `torch.save` wrote. */
export function parseTorchFile(bytes: Uint8Array, choice: StateDictChoice = {}): NamedTensors {
  return readStateDictFrom(sourceOf(bytes), choice);
}

function readStateDictFrom(source: ByteSource, choice: StateDictChoice): NamedTensors {
  const { value, readStorage } = contentsOf(source);
  const views = viewsOfStateDict(value, choice);
  const reader = new ViewReader(readStorage);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, view] of views) {
    try {
      tensors.set(name, reader.read(view));
    } catch (error) {
      throw new WeightsError(`${name}: ${(error as Error).message}`);
    }
  }
  return tensors;
}

interface Contents {
  readonly value: unknown;
  readonly readStorage: StorageReader;
}

function contentsOf(source: ByteSource): Contents {
  const [first, second] = source.read(0, Math.min(2, source.length));
  if (first === 0x50 && second === 0x4b) return readZipped(source);
  if (first === 0x80) return readLegacy(source);
  throw new WeightsError(
    isTar(source)
      ? 'it is a tar file of an early PyTorch (load it there and save it anew with torch.save)'
      : 'it is neither a zip nor a pickle: it was not made by torch.save',
  );
}

function readZipped(source: ByteSource): Contents {
  const entries = readZip(source);
  const names = [...entries.keys()];
  if (names.some((name) => /^[^/]+\/(constants\.pkl|model\.json)$/.test(name))) {
    throw new WeightsError(
      'it is a TorchScript file: save its state dict in PyTorch, ' +
        "torch.save(torch.jit.load(file).state_dict(), 'weights.pt')",
    );
  }
  const pickled = names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickled.length !== 1) {
    throw new WeightsError('the zip has no data.pkl: it was not made by torch.save');
  }
  const folder = pickled[0].slice(0, -'/data.pkl'.length);
  const entry = (name: string): ZipEntry => {
    const found = entries.get(`${folder}/${name}`);
    if (found === undefined) throw new WeightsError(`the zip has no ${name}`);
    return found;
  };
  if (entries.has(`${folder}/byteorder`)) {
    const order = Buffer.from(wholeOf(entry('byteorder')))
      .toString()
      .trim();
    if (order !== 'little') throw new WeightsError(`unknown byte order: ${order} (known: little)`);
  }
  const storages: Storages = new Map();
  const { value } = unpickleTorch(sourceOf(wholeOf(entry('data.pkl'))), storages);
  return {
    value,
    readStorage(storage, start, end) {
      const file = entry(`data/${storage.key}`);
      checkSize(storage, file.size);
      return file.read(start, end);
    },
  };
}

function wholeOf(entry: ZipEntry): Uint8Array {
  return entry.read(0, entry.size);
}

function checkSize({ key, type, numElements }: Storage, numBytes: number): void {
  if (type !== undefined && numBytes !== numElements * elementSize(type)) {
    throw new WeightsError(
      `storage ${key} should hold ${numElements} ${type}, it has ${numBytes} bytes`,
    );
  }
}

import { readFileSync } from 'node:fs';
import { unzipSync, type Zippable, zipSync } from 'fflate';
import { writeAtomically } from '../write-atomically';
import {
  type ArrayOfType,
  bytesOf,
  checkSizes,
  type ElementType,
  elementSize,
  elementsOf,
  type NamedTensors,
  newArray,
  type StoredTensor,
  sizeOf,
} from './named-tensors';
import { Call, Global, PersistentId, type Picklable, pickle, Tuple, unpickle } from './pickle';

const storageOfType: Record<ElementType, string> = {
  float32: 'torch.FloatStorage',
  float64: 'torch.DoubleStorage',
  int32: 'torch.IntStorage',
  int64: 'torch.LongStorage',
  uint8: 'torch.ByteStorage',
  bool: 'torch.BoolStorage',
};
const typeOfStorage = new Map(
  Object.entries(storageOfType).map(([type, storage]) => [storage, type as ElementType]),
);

const ORDERED_DICT = 'collections.OrderedDict';
const REBUILD_TENSOR = 'torch._utils._rebuild_tensor_v2';
const REBUILD_PARAMETER = 'torch._utils._rebuild_parameter';
const FOLDER = 'archive';

/**
 * Writes named tensors so that `torch.load(file, weights_only=True)` gives an OrderedDict of them:
 * a zip of a pickle and of the raw elements, as `torch.save` writes since PyTorch 1.6. Atomic.
 */
export function writeTorchFile(file: string, tensors: NamedTensors): void {
  checkSizes(tensors);
  const entries: Zippable = {};
  const dict = new Map<string, Picklable>();
  for (const [name, tensor] of tensors) {
    const key = String(dict.size);
    dict.set(name, rebuildCall(key, tensor));
    entries[`${FOLDER}/data/${key}`] = bytesOf(tensor);
  }
  const zip = zipSync(
    {
      [`${FOLDER}/data.pkl`]: pickle(dict),
      [`${FOLDER}/byteorder`]: Buffer.from('little'),
      ...entries,
      [`${FOLDER}/version`]: Buffer.from('3\n'),
    },
    // PyTorch stores, too: weights do not shrink. The date is fixed so that equal weights give equal files.
    { level: 0, mtime: '1980-01-02' },
  );
  writeAtomically(file, [zip]);
}

function rebuildCall(key: string, { type, shape, data }: StoredTensor): Call {
  const storage = new PersistentId(
    new Tuple(['storage', new Global(storageOfType[type]), key, 'cpu', data.length]),
  );
  const noHooks = new Call(new Global(ORDERED_DICT), new Tuple([]));
  const strides = rowMajorStrides(shape);
  return new Call(
    new Global(REBUILD_TENSOR),
    new Tuple([storage, 0, new Tuple(shape), new Tuple(strides), false, noHooks]),
  );
}

/**
 * Reads a state dict that PyTorch (1.6 and later) or `writeTorchFile` wrote. No code of the file is
 * run: only what a state dict of plain tensors needs is allowed.
 *
 * @throws when the file is something else, is broken, or holds what is not allowed, naming it
 */
export function readTorchFile(file: string): NamedTensors {
  const bytes = readFileSync(file);
  try {
    return parseTorchFile(bytes);
  } catch (error) {
    throw new Error(`${file} is not a state dict that can be read: ${(error as Error).message}`);
  }
}

/** The named tensors in the bytes of a file that `torch.save` wrote. */
export function parseTorchFile(bytes: Uint8Array): NamedTensors {
  const entries = unzip(bytes);
  const pickled = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickled.length !== 1)
    throw new Error('the zip has no data.pkl: it was not made by torch.save');
  const folder = pickled[0].slice(0, -'/data.pkl'.length);
  const entry = (name: string): Uint8Array => {
    const content = entries.get(`${folder}/${name}`);
    if (content === undefined) throw new Error(`the zip has no ${name}`);
    return content;
  };
  if (entries.has(`${folder}/byteorder`)) {
    const order = Buffer.from(entry('byteorder')).toString().trim();
    if (order !== 'little') throw new Error(`unknown byte order: ${order} (known: little)`);
  }
  const dict = unpickle(entry('data.pkl'), {
    call: (name, args) => callOf(name, args),
    persistent: (id) => storageOf(id, (key) => entry(`data/${key}`)),
  });
  return namedTensors(dict);
}

/** Deflate cannot shrink further than this, so what claims to would only fill the memory. */
const MOST_DEFLATION = 1032;

function unzip(bytes: Uint8Array): Map<string, Uint8Array> {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  if (!isZip) {
    throw new Error(
      'it is no zip (a file from before PyTorch 1.6 must be saved anew with torch.save)',
    );
  }
  const seen = new Set<string>();
  try {
    const entries = unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        if (seen.has(name)) throw new Error(`it holds ${name} twice`);
        seen.add(name);
        if (size > bytes.length || originalSize > MOST_DEFLATION * size + MOST_DEFLATION) {
          throw new Error(`${name} claims a size of ${originalSize} bytes from ${size}`);
        }
        return true;
      },
    });
    return new Map(Object.entries(entries));
  } catch (error) {
    throw new Error(`the zip is broken: ${(error as Error).message}`);
  }
}

interface Storage {
  readonly type: ElementType;
  readonly elements: ArrayOfType[ElementType];
}

function isStorage(value: unknown): value is Storage {
  return typeof value === 'object' && value !== null && 'elements' in value;
}

function storageOf(id: unknown, content: (key: string) => Uint8Array): Storage {
  const [kind, storage, key, , numElements] = id instanceof Tuple ? id.items : [];
  if (kind !== 'storage' || !(storage instanceof Global) || typeof key !== 'string') {
    throw new Error('the pickle refers to what is no storage');
  }
  const type = typeOfStorage.get(storage.name);
  if (type === undefined) {
    const known = [...typeOfStorage.keys()].join(', ');
    throw new Error(`unknown storage: ${storage.name} (known: ${known})`);
  }
  const bytes = content(key);
  if (bytes.length !== Number(numElements) * elementSize(type)) {
    throw new Error(
      `storage ${key} should hold ${numElements} ${type}, it has ${bytes.length} bytes`,
    );
  }
  return { type, elements: elementsOf(type, bytes) };
}

function callOf(name: string, args: readonly unknown[]): unknown {
  if (name === ORDERED_DICT && args.length === 0) return new Map();
  if (name === REBUILD_TENSOR) return rebuildTensor(args);
  if (name === REBUILD_PARAMETER) return args[0];
  throw new Error(`the pickle calls what is not allowed: ${name}`);
}

function rebuildTensor([storage, offset, size, stride]: readonly unknown[]): StoredTensor {
  const shape = sizesOf(size);
  const strides = sizesOf(stride);
  if (!isStorage(storage) || typeof offset !== 'number' || shape.length !== strides.length) {
    throw new Error('the pickle rebuilds a tensor from what is none');
  }
  const { type, elements } = storage;
  const count = sizeOf(shape);
  const last = shape.reduce((at, length, axis) => at + (length - 1) * strides[axis], offset);
  // A stride of 0 repeats an element, and so could ask for more than the file ever held.
  const fits = offset >= 0 && last < elements.length && count <= elements.length;
  if (count > 0 && !fits) throw new Error(`a tensor of shape [${shape}] leaves its storage`);
  return { type, shape, data: gather(type, elements, offset, shape, strides) };
}

function gather(
  type: ElementType,
  elements: ArrayOfType[ElementType],
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): ArrayOfType[ElementType] {
  const data = newArray(type, sizeOf(shape));
  const index = shape.map(() => 0);
  let from = offset;
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

function sizesOf(tuple: unknown): number[] {
  const items = tuple instanceof Tuple ? tuple.items : undefined;
  if (!items?.every((item): item is number => Number.isSafeInteger(item) && Number(item) >= 0)) {
    throw new Error('the pickle gives a shape that is none');
  }
  return [...(items as number[])];
}

function namedTensors(dict: unknown): NamedTensors {
  if (!(dict instanceof Map)) throw new Error('it holds no dict of tensors');
  for (const [name, tensor] of dict) {
    const isTensor = typeof tensor === 'object' && tensor !== null && 'shape' in tensor;
    if (typeof name !== 'string' || !isTensor)
      throw new Error(`its entry ${String(name)} is no tensor`);
  }
  return dict;
}

function rowMajorStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

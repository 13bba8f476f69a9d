import { WeightsError } from '../errors';
import type { ByteSource } from './byte-source';
import type { ElementType } from './element-types';
import { elementSize } from './named-tensors';
import { Global, Tuple, Unmade, unpickle } from './pickle';
import { type Storage, StoredView } from './stored-view';

/** The names that PyTorch has for element types: of storages, and of dtypes. */
export const storageOfType: Partial<Record<ElementType, string>> = {
  float64: 'torch.DoubleStorage',
  float32: 'torch.FloatStorage',
  float16: 'torch.HalfStorage',
  bfloat16: 'torch.BFloat16Storage',
  int64: 'torch.LongStorage',
  int32: 'torch.IntStorage',
  int16: 'torch.ShortStorage',
  int8: 'torch.CharStorage',
  uint8: 'torch.ByteStorage',
  bool: 'torch.BoolStorage',
};
const typeOfStorage = new Map(
  Object.entries(storageOfType).map(([type, storage]) => [storage, type as ElementType]),
);
const typeOfDtype = new Map(
  [...typeOfStorage.values(), 'uint16' as const, 'uint32' as const, 'uint64' as const].map(
    (type) => [`torch.${type}`, type],
  ),
);

export const ORDERED_DICT = 'collections.OrderedDict';
export const REBUILD_TENSOR = 'torch._utils._rebuild_tensor_v2';

/** The storages that a pickle refers to, by their keys. */
export type Storages = Map<string, Storage>;

/**
 * The value of a pickle of `torch.save`: tensors are views on storages that are not read yet, and
 * objects of other classes are only named.
 */
export function unpickleTorch(
  source: ByteSource,
  storages: Storages,
  start = 0,
): { value: unknown; end: number } {
  return unpickle(source, { call: callOf, persistent: (id) => persistent(id, storages) }, start);
}

function callOf(name: string, args: readonly unknown[]): unknown {
  switch (name) {
    case ORDERED_DICT:
      return orderedDict(args);
    case 'collections.defaultdict':
      return new Map();
    case 'torch._utils._rebuild_tensor':
    case REBUILD_TENSOR:
      return viewOf(args);
    case 'torch._utils._rebuild_tensor_v3':
      return viewOf(args, args[6]);
    case 'torch._utils._rebuild_parameter':
    case 'torch._utils._rebuild_parameter_with_state':
      return args[0];
    case 'torch._tensor._rebuild_from_type_v2': {
      // A tensor with Python attributes: what makes the tensor, its class, the arguments, the rest.
      const [rebuild, , inner] = args;
      const isCall = rebuild instanceof Global && inner instanceof Tuple && rebuild.name !== name;
      return isCall ? callOf(rebuild.name, inner.items) : new Unmade(name);
    }
    default:
      return new Unmade(name);
  }
}

/** Empty, to be filled, but Python 2 gives the pairs at once. */
function orderedDict([pairs = []]: readonly unknown[]): unknown {
  const items = Array.isArray(pairs) ? pairs : [];
  return new Map(items.filter(Array.isArray).map(([key, value]) => [key, value]));
}

function viewOf([storage, offset, size, stride]: readonly unknown[], dtype?: unknown): StoredView {
  const [shape, strides] = [sizesOf(size), sizesOf(stride)];
  const isView =
    isStorage(storage) &&
    typeof offset === 'number' &&
    offset >= 0 &&
    shape.length === strides.length;
  if (!isView) throw new WeightsError('the pickle rebuilds a tensor from what is none');
  return new StoredView(
    dtype === undefined ? storage : retyped(storage, dtype),
    offset,
    shape,
    strides,
  );
}

/** A storage of plain bytes, whose tensor says what they are. */
function retyped(storage: Storage, dtype: unknown): Storage {
  const typeName = dtype instanceof Global ? dtype.name : String(dtype);
  const type = typeOfDtype.get(typeName);
  const numElements = storage.numElements / (type === undefined ? 1 : elementSize(type));
  return { ...storage, type, typeName, numElements };
}

function isStorage(value: unknown): value is Storage {
  return typeof value === 'object' && value !== null && 'numElements' in value;
}

function persistent(id: unknown, storages: Storages): unknown {
  const [kind, storage, key, , numElements, view] = id instanceof Tuple ? id.items : [];
  // The legacy format keeps a class's source code beside it.
  if (kind === 'module') return storage;
  const isStorageId =
    kind === 'storage' &&
    storage instanceof Global &&
    typeof key === 'string' &&
    typeof numElements === 'number' &&
    numElements >= 0;
  if (!isStorageId) throw new WeightsError('the pickle refers to what is no storage');
  if (view instanceof Tuple)
    throw new WeightsError('the file has views of storages, as none since 2018');
  const known = storages.get(key);
  if (known !== undefined) return known;
  const { name } = storage;
  const made: Storage = { key, type: typeOfStorage.get(name), typeName: name, numElements };
  storages.set(key, made);
  return made;
}

function sizesOf(tuple: unknown): number[] {
  const items = tuple instanceof Tuple ? tuple.items : undefined;
  if (!items?.every((item): item is number => Number.isSafeInteger(item) && Number(item) >= 0)) {
    throw new WeightsError('the pickle gives a shape that is none');
  }
  return [...items];
}

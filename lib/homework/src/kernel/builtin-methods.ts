// What the language brings along, as it was before any cell ran. Cells share it with the kernel: without
// this, one that replaces `Array.prototype.flatMap` changes what later cells are compiled to. Nothing below
// the snapshot may use what a cell can replace: no iterators, and no methods of arrays.
const { defineProperty, deleteProperty, getOwnPropertyDescriptor, ownKeys, setPrototypeOf } =
  Reflect;

interface Method {
  readonly owner: object;
  readonly key: string | symbol;
  readonly own: PropertyDescriptor;
}

interface Replaced extends Method {
  /** What a cell has put in its place; absent where it was deleted. */
  readonly theirs?: PropertyDescriptor;
}

const types = [
  ...[Object, Function, Array, String, Number, Boolean, Symbol, BigInt, RegExp, Date, Error],
  ...[Map, Set, WeakMap, WeakSet, Promise, ArrayBuffer, Object.getPrototypeOf(Uint8Array)],
];
const iterators = [[].values(), ''[Symbol.iterator](), new Map().keys(), new Set().keys()];
const owners: readonly object[] = [
  ...types,
  ...types.map((type) => type.prototype),
  ...iterators.map((iterator) => Object.getPrototypeOf(iterator)),
  ...[Reflect, JSON, Math],
];
const methods = owners.flatMap((owner) =>
  ownKeys(owner).flatMap((key): Method[] => {
    const own = descriptorOf(owner, key);
    return own?.configurable ? [{ owner, key, own }] : [];
  }),
);
const ofAllObjects = new Set(ownKeys(Object.prototype));
const isOfAllObjects = ofAllObjects.has.bind(ofAllObjects);

/**
 * Does work of the kernel's with the methods that Node has, whatever cells have put in their place, and
 * puts theirs back afterwards.
 */
export function withBuiltinMethods<T>(work: () => T): T {
  const replaced = takeOver();
  try {
    return work();
  } finally {
    for (let i = replaced.length - 1; i >= 0; i--) giveBack(replaced[i]);
  }
}

/** A method that a cell has replaced for good, so that nothing can be relied on any more. */
export function lostMethod(): string | undefined {
  for (let i = 0; i < methods.length; i++) {
    const { owner, key, own } = methods[i];
    const now = descriptorOf(owner, key);
    if (now?.configurable === false && !isSame(own, now)) return String(key);
  }
  return undefined;
}

function takeOver(): Replaced[] {
  const replaced: Replaced[] = [];
  // A name that all objects have, such as `get`, is an option wherever an object has options.
  const owner = Object.prototype;
  const keys = ownKeys(owner);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (isOfAllObjects(key)) continue;
    const theirs = descriptorOf(owner, key);
    if (!deleteProperty(owner, key)) continue;
    replaced[replaced.length] = { owner, key, own: {}, theirs };
  }
  for (let i = 0; i < methods.length; i++) {
    const { owner, key, own } = methods[i];
    const theirs = descriptorOf(owner, key);
    if (isSame(own, theirs) || !defineProperty(owner, key, own)) continue;
    replaced[replaced.length] = { owner, key, own, theirs };
  }
  return replaced;
}

function giveBack({ owner, key, theirs }: Replaced): void {
  if (theirs) defineProperty(owner, key, theirs);
  else deleteProperty(owner, key);
}

function isSame(own: PropertyDescriptor, now: PropertyDescriptor | undefined): boolean {
  return now !== undefined && now.value === own.value && now.get === own.get && now.set === own.set;
}

/** What a property is; the description has no prototype, whose names could be options of it. */
function descriptorOf(owner: object, key: string | symbol): PropertyDescriptor | undefined {
  const descriptor = getOwnPropertyDescriptor(owner, key);
  if (descriptor) setPrototypeOf(descriptor, null);
  return descriptor;
}

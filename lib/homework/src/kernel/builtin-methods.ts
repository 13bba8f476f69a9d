// Cells share with the kernel what the language brings along: where one replaces
// `Array.prototype.flatMap`, later cells would be compiled to something else. Nothing below the snapshot
// may use what a cell can replace: no iterators, and no methods.
const { defineProperty, deleteProperty, getOwnPropertyDescriptor, ownKeys, setPrototypeOf } =
  Reflect;

interface Builtin {
  readonly owner: object;
  readonly key: string | symbol;
  /** What it is called in a sentence. */
  readonly name: string;
  /** Absent where there is to be nothing of this name. */
  readonly own?: PropertyDescriptor;
}

/** `for good` is what cannot be put back. */
export interface Replaced {
  readonly name: string;
  readonly forGood: boolean;
}

const CLASSES = [
  ...['Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt', 'RegExp'],
  ...['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'Promise', 'Proxy'],
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'ArrayBuffer', 'SharedArrayBuffer'],
  ...['DataView', 'Uint8Array', 'Int32Array', 'Float64Array', 'Buffer', 'TextDecoder'],
];
const NAMESPACES = ['Reflect', 'JSON', 'Atomics', 'Math'];
const FUNCTIONS = ['parseInt', 'parseFloat', 'isNaN', 'isFinite', 'encodeURI'];
/** An option of each object that describes a property, should all objects have it. */
const OPTIONS = ['get', 'set', 'value', 'writable', 'enumerable', 'configurable'];
/** What programs do replace, and the kernel does without: chance and how stacks are written. */
const FREE = ['Math.random', 'Error.prepareStackTrace', 'Error.stackTraceLimit'];
const builtins = snapshot();
let tell: ((replaced: Replaced) => void) | undefined;

/** From now on builtins are watched; `listener` hears of the first that cells have replaced, each time. */
export function watchBuiltins(listener: (replaced: Replaced) => void): void {
  tell = listener;
}

/** Puts back what cells have replaced. To be called wherever code of the kernel's follows a cell's. */
export function restoreBuiltins(): void {
  if (!tell) return;
  let first: Replaced | undefined;
  for (let i = 0; i < builtins.length; i++) {
    const builtin = builtins[i];
    if (isIntact(builtin)) continue;
    const forGood = !restore(builtin);
    if (!first || forGood) first = { name: builtin.name, forGood };
  }
  if (first) tell(first);
}

/**
 * Does work of the kernel's that code of a cell has called, which goes on afterwards with what it has
 * replaced: it may well put that back itself.
 */
export function withBuiltins<T>(work: () => T): T {
  const replaced = tell ? takeOver() : [];
  try {
    return work();
  } finally {
    for (let i = replaced.length - 1; i >= 0; i--) restore(replaced[i]);
  }
}

/** Puts back what a cell has replaced, and gives what there was instead. */
function takeOver(): readonly Builtin[] {
  const replaced: Builtin[] = [];
  for (let i = 0; i < builtins.length; i++) {
    const builtin = builtins[i];
    if (isIntact(builtin)) continue;
    const own = getOwnPropertyDescriptor(builtin.owner, builtin.key);
    if (own) setPrototypeOf(own, null);
    if (restore(builtin)) replaced[replaced.length] = { ...builtin, own };
  }
  return replaced;
}

function restore({ owner, key, own }: Builtin): boolean {
  return own ? defineProperty(owner, key, own) : deleteProperty(owner, key);
}

function isIntact({ owner, key, own }: Builtin): boolean {
  // Most are no accessors, and to read one is quicker than to ask what it is.
  if (own?.get) return getOwnPropertyDescriptor(owner, key)?.get === own.get;
  return (owner as Record<string | symbol, unknown>)[key] === own?.value;
}

function snapshot(): readonly Builtin[] {
  const globals = globalThis as unknown as Record<string, { readonly prototype?: object }>;
  const owners = new Map<object, string>();
  for (const name of [...CLASSES, ...NAMESPACES]) {
    owners.set(globals[name], name);
    const { prototype } = globals[name];
    if (prototype) owners.set(prototype, `${name}.prototype`);
  }
  const typedArray = Object.getPrototypeOf(Uint8Array);
  owners.set(typedArray, 'TypedArray').set(typedArray.prototype, 'TypedArray.prototype');
  const iterators = {
    Array: [].values(),
    String: ''[Symbol.iterator](),
    Map: new Map().values(),
    Set: new Set().values(),
    Match: ''.matchAll(/./g),
  };
  for (const [name, iterator] of Object.entries(iterators)) {
    owners.set(Object.getPrototypeOf(iterator), `${name}Iterator.prototype`);
  }
  const members = [...owners].flatMap(([owner, name]) =>
    ownKeys(owner).flatMap((key) => {
      const member = `${name}${typeof key === 'symbol' ? `[${key.description}]` : `.${key}`}`;
      return FREE.includes(member) ? [] : describe(owner, key, member);
    }),
  );
  const ofGlobal = [...CLASSES, ...NAMESPACES, ...FUNCTIONS].flatMap(describeGlobal);
  const absent = OPTIONS.map((key) => ({
    owner: Object.prototype,
    key,
    name: `Object.prototype.${key}`,
  }));
  return [...ofGlobal, ...members, ...absent];
}

/** A builtin, unless it cannot be replaced. */
function describe(owner: object, key: string | symbol, name: string): readonly Builtin[] {
  const own = getOwnPropertyDescriptor(owner, key);
  if (!own?.configurable) return [];
  // Without a prototype: what all objects have would be an option here.
  return [{ owner, key, name, own: Object.setPrototypeOf(own, null) }];
}

/** The same for a global, which Node may have behind an accessor that takes another value. */
function describeGlobal(name: string): readonly Builtin[] {
  return describe(globalThis, name, name).map((builtin) => {
    const value: unknown = Reflect.get(globalThis, name);
    const data = { value, writable: true, enumerable: false, configurable: true };
    return { ...builtin, own: Object.setPrototypeOf(data, null) };
  });
}

import {
  Bytes,
  bytesIn,
  construct,
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isArray,
  isDate,
  isFiniteNumber,
  isMap,
  isNativeError,
  isPromise,
  isRegExp,
  isSame,
  isSet,
  isView,
  keyOfSymbol,
  kindOfView,
  mapEach,
  ownKeys,
  setEach,
  timeOf,
  VIEWS,
  type ViewKind,
} from './kept';

/**
 * A value on its way from one process to the other. Data are copied, each once; functions and objects of
 * classes stay where they are and are spoken of by a number.
 */
export type Wire =
  | null
  | boolean
  | string
  | number
  | { readonly is: 'undefined' }
  | { readonly is: 'number' | 'bigint'; readonly text: string }
  /** One that the language has, or one that is shared by its key. */
  | { readonly is: 'symbol'; readonly text: string; readonly isShared?: true }
  | { readonly is: 'list' | 'set'; readonly items: readonly Wire[] }
  /** A list of nothing but numbers, as bytes. */
  | { readonly is: 'numbers'; readonly blob: number }
  | { readonly is: 'record'; readonly keys: readonly string[]; readonly items: readonly Wire[] }
  | { readonly is: 'map'; readonly keys: readonly Wire[]; readonly items: readonly Wire[] }
  | { readonly is: 'view'; readonly kind: ViewKind; readonly blob: number }
  | { readonly is: 'date'; readonly time: Wire }
  | { readonly is: 'regexp'; readonly source: string; readonly flags: string }
  | ({
      readonly is: 'tensor';
      readonly blob: number;
      readonly strings?: readonly string[];
    } & TensorForm)
  | {
      readonly is: 'error';
      /** Its class and those above it. */
      readonly classes: readonly string[];
      readonly message: string;
      readonly keys: readonly string[];
      readonly items: readonly Wire[];
      /** What the sender calls it. */
      readonly id: number;
    }
  /** Something of the sender's that stays there. */
  | {
      readonly is: 'mine';
      readonly id: number;
      readonly type: 'function' | 'object';
      readonly name: string;
    }
  /** Something that the receiver spoke of before. */
  | { readonly is: 'yours'; readonly id: number }
  /** A model of the examiner's, which is built anew on the other side. */
  | {
      readonly is: 'model';
      readonly id: number;
      readonly kind: ModelKind;
      readonly config: string;
      readonly weights: readonly Wire[];
    };

/** Models that are nothing but their configuration and their weights. */
export type ModelKind = 'LayersModel' | 'Sequential';

/** A model as data. */
export interface ModelParts {
  readonly kind: ModelKind;
  /** What tfjs builds it of, as JSON. */
  readonly config: string;
  /** The values of its variables, in order. */
  readonly weights: readonly TensorParts[];
}

interface TensorForm {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Whether it is a variable, and one that is trained. */
  readonly variable?: 'trained' | 'fixed';
  readonly isDisposed?: true;
  /** What the sender calls a variable: the same one whenever it is spoken of. */
  readonly id?: number;
}

/** A tensor as data: numbers by bytes, or strings. */
export interface TensorParts extends TensorForm {
  readonly bytes: Uint8Array;
  readonly strings?: readonly string[];
}

/** Whether a tape can go through a tensor that is sent: both sides count these in the order of a message. */
export function isDifferentiable({ dtype, variable, isDisposed }: TensorForm): boolean {
  return dtype === 'float32' && variable === undefined && !isDisposed;
}

/** What the sending side knows of its objects. */
export interface Sender {
  /** The number of a function or an object that stays here. @throws Unsendable where it may not be spoken of */
  numberOf(value: object): number;
  /** The receiver's number for what is a stand-in here. */
  numberOfStub(value: object): number | undefined;
  tensorParts(value: object): TensorParts | undefined;
  /** The number of a variable, where the other side is to know it again. */
  numberOfVariable(value: object): number | undefined;
  /** A model as data; undefined for anything else. */
  modelParts?(value: object): ModelParts | undefined;
  /** Whether an object without a class of its own stays here, as those with a class do. */
  staysHere?(value: object): boolean;
}

/** What the receiving side makes of what it is told. */
export interface Receiver {
  /** What it spoke of under this number. */
  own(id: number): object;
  stubOf(id: number, type: 'function' | 'object', name: string): object;
  tensorOf(parts: TensorParts): object;
  errorOf(error: Error, classes: readonly string[], id: number): object;
  modelOf?(id: number, kind: ModelKind, config: string, weights: () => readonly object[]): object;
}

/** A value that cannot leave its process. */
export class Unsendable extends Error {}

const DEEPEST = 100;
const MOST_VALUES = 4_000_000;
const WELL_KNOWN = [
  'iterator',
  'asyncIterator',
  'toPrimitive',
  'toStringTag',
  'hasInstance',
] as const;
const symbols = Symbol;
const objectPrototype = Object.prototype;
const listPrototype = Array.prototype;
const asText = String;
const asDate = Date;

/** Writes a value for the other side; bytes go to `blobs`. */
export function toWire(value: unknown, sender: Sender, blobs: Uint8Array[]): Wire {
  let count = 0;
  const blobOf = (bytes: Uint8Array): number => {
    blobs[blobs.length] = bytes;
    return blobs.length - 1;
  };
  const allOf = (items: ArrayLike<unknown>, depth: number): Wire[] => {
    const written: Wire[] = [];
    for (let i = 0; i < items.length; i++) {
      defineProperty(written, i, {
        value: write(items[i], depth),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return written;
  };
  const propertiesOf = (object: object, depth: number, isLeftOut: (key: string) => boolean) => {
    const found = ownKeys(object);
    const keys: string[] = [];
    const values: unknown[] = [];
    for (let i = 0; i < found.length; i++) {
      const key = found[i];
      if (typeof key !== 'string' || isLeftOut(key)) continue;
      if (!getOwnPropertyDescriptor(object, key)?.enumerable) continue;
      keys[keys.length] = key;
      values[values.length] = (object as Record<string, unknown>)[key];
    }
    return { keys, items: allOf(values, depth) };
  };
  const write = (one: unknown, depth: number): Wire => {
    if (++count > MOST_VALUES)
      throw new Unsendable(`more than ${MOST_VALUES / 1e6} million values`);
    if (depth > DEEPEST)
      throw new Unsendable('lists or objects that hold themselves, or too deep ones');
    switch (typeof one) {
      case 'undefined':
        return { is: 'undefined' };
      case 'boolean':
      case 'string':
        return one;
      case 'number':
        return isFiniteNumber(one) && !isSame(one, -0)
          ? one
          : { is: 'number', text: isSame(one, -0) ? '-0' : asText(one) };
      case 'bigint':
        return { is: 'bigint', text: asText(one) };
      case 'symbol':
        return writeSymbol(one);
      case 'function':
        return reference(one, 'function');
      default:
        return one === null ? null : writeObject(one as object, depth + 1);
    }
  };
  const tensorWire = ({ bytes, ...form }: TensorParts) =>
    ({ is: 'tensor', ...form, blob: blobOf(bytes) }) as const;
  const reference = (one: object, type: 'function' | 'object'): Wire => {
    const theirs = sender.numberOfStub(one);
    if (theirs !== undefined) return { is: 'yours', id: theirs };
    const name = type === 'function' ? (one as { name?: unknown }).name : classOf(one);
    return {
      is: 'mine',
      id: sender.numberOf(one),
      type,
      name: typeof name === 'string' ? name : '',
    };
  };
  const writeObject = (one: object, depth: number): Wire => {
    if (sender.numberOfStub(one) !== undefined) return reference(one, 'object');
    const tensor = sender.tensorParts(one);
    if (tensor) {
      const id = tensor.variable && sender.numberOfVariable(one);
      return { ...tensorWire(tensor), ...(id !== undefined && { id }) };
    }
    if (isArray(one)) return writeList(one, depth);
    if (isView(one)) {
      const kind = kindOfView(one);
      if (kind === undefined || !(kind in VIEWS)) throw new Unsendable('a DataView');
      return { is: 'view', kind: kind as ViewKind, blob: blobOf(bytesIn(one)) };
    }
    if (isPromise(one)) throw new Unsendable('a promise inside of something else');
    if (isNativeError(one)) {
      const message = (one as Error).message;
      const rest = propertiesOf(one, depth, (key) => key === 'message' || key === 'stack');
      const text = typeof message === 'string' ? message : '';
      return {
        is: 'error',
        classes: classesOf(one),
        message: text,
        ...rest,
        id: sender.numberOf(one),
      };
    }
    const model = sender.modelParts?.(one);
    if (model) {
      const { kind, config, weights } = model;
      return {
        is: 'model',
        id: sender.numberOf(one),
        kind,
        config,
        weights: weights.map(tensorWire),
      };
    }
    const prototype = getPrototypeOf(one);
    if (prototype === objectPrototype || prototype === null) {
      if (sender.staysHere?.(one)) return reference(one, 'object');
      return { is: 'record', ...propertiesOf(one, depth, () => false) };
    }
    if (isDate(one)) return { is: 'date', time: write(timeOf(one), depth) };
    if (isRegExp(one)) return { is: 'regexp', source: one.source, flags: one.flags };
    if (isMap(one)) {
      const keys: Wire[] = [];
      const items: Wire[] = [];
      mapEach(one, (value, key) => {
        keys[keys.length] = write(key, depth);
        items[items.length] = write(value, depth);
      });
      return { is: 'map', keys, items };
    }
    if (isSet(one)) {
      const items: Wire[] = [];
      setEach(one, (value) => {
        items[items.length] = write(value, depth);
      });
      return { is: 'set', items };
    }
    return reference(one, 'object');
  };
  const writeList = (list: readonly unknown[], depth: number): Wire => {
    if (getPrototypeOf(list) !== listPrototype) return reference(list, 'object');
    let isNumbers = list.length > 8;
    for (let i = 0; isNumbers && i < list.length; i++) isNumbers = typeof list[i] === 'number';
    if (!isNumbers) return { is: 'list', items: allOf(list, depth) };
    if (list.length > 8 * MOST_VALUES) throw new Unsendable(`a list of ${list.length} numbers`);
    const numbers = new VIEWS.Float64Array(list.length);
    for (let i = 0; i < list.length; i++) numbers[i] = list[i] as number;
    return { is: 'numbers', blob: blobOf(bytesIn(numbers)) };
  };
  return write(value, 0);
}

function writeSymbol(one: symbol): Wire {
  for (let i = 0; i < WELL_KNOWN.length; i++) {
    if (one === symbols[WELL_KNOWN[i]]) return { is: 'symbol', text: WELL_KNOWN[i] };
  }
  const key = keyOfSymbol(one);
  if (key !== undefined) return { is: 'symbol', text: key, isShared: true };
  throw new Unsendable(`the symbol ${one.description ?? ''}`);
}

function classOf(value: object): string {
  const { constructor: type } = value as { constructor?: { name?: unknown } };
  return typeof type?.name === 'string' ? type.name : '';
}

function classesOf(value: object): string[] {
  const classes: string[] = [];
  for (
    let one = getPrototypeOf(value);
    one !== null && classes.length < 20;
    one = getPrototypeOf(one)
  ) {
    const name = classOf(one);
    if (name !== '' && name !== 'Object') classes[classes.length] = name;
  }
  const { name } = value as { name?: unknown };
  return typeof name === 'string' && name !== '' && name !== classes[0]
    ? [name, ...classes]
    : classes;
}

/**
 * Reads what the other side wrote.
 *
 * @throws TypeError where it is nothing that `toWire` writes: it may come from anybody
 */
export function fromWire(wire: Wire, blobs: readonly Uint8Array[], receiver: Receiver): unknown {
  const blobAt = (place: unknown): Uint8Array => {
    const blob = typeof place === 'number' ? blobs[place] : undefined;
    return blob instanceof Bytes ? blob : malformed('bytes');
  };
  const read = (one: unknown, depth: number): unknown => {
    if (depth > DEEPEST + 2) return malformed('depth');
    if (one === null || typeof one === 'boolean' || typeof one === 'string') return one;
    if (typeof one === 'number') return one;
    if (typeof one !== 'object' || isArray(one)) return malformed('value');
    const found = one as Exclude<Wire, null | boolean | string | number>;
    switch (found.is) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(text(found.text));
      case 'bigint':
        return /^-?\d{1,100000}$/.test(text(found.text)) ? BigInt(found.text) : malformed('bigint');
      case 'symbol': {
        if (found.isShared) return Symbol.for(text(found.text));
        const known = WELL_KNOWN.find((name) => name === found.text);
        return known ? Symbol[known] : malformed('symbol');
      }
      case 'list':
        return list(found.items).map((item) => read(item, depth + 1));
      case 'set':
        return new Set(list(found.items).map((item) => read(item, depth + 1)));
      case 'numbers': {
        const bytes = blobAt(found.blob);
        return Array.from(viewOf('Float64Array', bytes) as Float64Array);
      }
      case 'view':
        return viewOf(found.kind, blobAt(found.blob));
      case 'record':
        return recordOf({}, found.keys, found.items, depth);
      case 'map': {
        const [keys, items] = [list(found.keys), list(found.items)];
        if (keys.length !== items.length) return malformed('map');
        return new Map(keys.map((key, i) => [read(key, depth + 1), read(items[i], depth + 1)]));
      }
      case 'date':
        return new asDate(read(found.time, depth + 1) as number);
      case 'regexp':
        return new RegExp(text(found.source), text(found.flags));
      case 'tensor':
        return receiver.tensorOf(tensorParts(found));
      case 'error': {
        const classes = list(found.classes).map(text);
        const error = new Error(text(found.message));
        recordOf(error, found.keys, found.items, depth, ['name', 'message', 'stack', '__proto__']);
        return receiver.errorOf(error, classes, number(found.id));
      }
      case 'mine': {
        const { type } = found;
        if (type !== 'function' && type !== 'object') return malformed('reference');
        return receiver.stubOf(number(found.id), type, text(found.name));
      }
      case 'yours':
        return receiver.own(number(found.id));
      case 'model': {
        const weights = () => list(found.weights).map((one) => read(one, depth + 1) as object);
        const { id, kind, config } = found;
        return receiver.modelOf?.(id, kind, config, weights) ?? malformed('model');
      }
      default:
        return malformed('value');
    }
  };
  const recordOf = (
    into: object,
    keys: unknown,
    items: unknown,
    depth: number,
    isLeftOut: readonly string[] = [],
  ): object => {
    const [names, values] = [list(keys).map(text), list(items)];
    if (names.length !== values.length) return malformed('record');
    names.forEach((name, i) => {
      if (isLeftOut.includes(name)) return;
      const value = read(values[i], depth + 1);
      defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true });
    });
    if (names.includes('valueOf') || names.includes('toString')) keepPrimitive(into);
    return into;
  };
  const tensorParts = (found: Extract<Wire, { readonly is: 'tensor' }>): TensorParts => {
    const { dtype, strings, variable, isDisposed, id } = found;
    const shape = list(found.shape).map(number);
    const size = shape.reduce((total, length) => total * length, 1);
    const isShape = shape.every((length) => Number.isSafeInteger(length) && length >= 0);
    const width = { float32: 4, int32: 4, bool: 1, complex64: 8, string: 0 }[text(dtype)];
    if (!isShape || width === undefined) return malformed('tensor');
    const bytes = blobAt(found.blob);
    const texts = strings === undefined ? undefined : list(strings).map(text);
    if (
      !isDisposed &&
      (dtype === 'string' ? texts?.length !== size : bytes.length !== size * width)
    ) {
      return malformed('tensor');
    }
    return {
      dtype,
      shape,
      bytes,
      ...(texts && { strings: texts }),
      ...(variable !== undefined && { variable: variable === 'trained' ? 'trained' : 'fixed' }),
      ...(isDisposed && { isDisposed: true }),
      ...(id !== undefined && { id: number(id) }),
    };
  };
  return read(wire, 0);
}

/** However often it is asked which number or text it is: it is one. */
function keepPrimitive(object: object): void {
  const known = new Map<string, unknown>();
  const value = (hint: string): unknown => {
    const names = hint === 'string' ? ['toString', 'valueOf'] : ['valueOf', 'toString'];
    const methods = names.map((name) => (object as Record<string, unknown>)[name]);
    for (const method of methods) {
      if (typeof method !== 'function') continue;
      const found: unknown = Reflect.apply(method, object, []);
      if (typeof found !== 'object') return found;
    }
    throw new TypeError('neither a number nor a text');
  };
  const primitive = (hint: string): unknown => {
    if (!known.has(hint)) known.set(hint, value(hint));
    return known.get(hint);
  };
  defineProperty(object, Symbol.toPrimitive, { value: primitive });
}

function viewOf(kind: ViewKind, bytes: Uint8Array): ArrayBufferView {
  if (!Object.hasOwn(VIEWS, kind)) return malformed('array');
  const View = VIEWS[kind];
  if (bytes.length % View.BYTES_PER_ELEMENT !== 0) return malformed('array');
  return construct(View, [bytes.buffer, bytes.byteOffset, bytes.length / View.BYTES_PER_ELEMENT]);
}

function list(value: unknown): readonly unknown[] {
  return isArray(value) ? value : malformed('list');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : malformed('text');
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : malformed('number');
}

function malformed(what: string): never {
  throw new TypeError(`not a ${what} that can be read`);
}

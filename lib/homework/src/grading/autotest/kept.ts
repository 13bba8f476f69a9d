import { read, readSync, writeSync } from 'node:fs';
import { types } from 'node:util';

/**
 * What the language and Node have, as it was when this module was loaded: before any code of a student's,
 * which may put anything in its place. What is done with it uses neither iterators nor methods that are
 * looked up later.
 */
export const apply: typeof Reflect.apply = Reflect.apply;
export const construct: typeof Reflect.construct = Reflect.construct;
export const getPrototypeOf: typeof Reflect.getPrototypeOf = Reflect.getPrototypeOf;
export const ownKeys: typeof Reflect.ownKeys = Reflect.ownKeys;
export const getOwnPropertyDescriptor: typeof Reflect.getOwnPropertyDescriptor =
  Reflect.getOwnPropertyDescriptor;
export const has: typeof Reflect.has = Reflect.has;
export const getProperty: typeof Reflect.get = Reflect.get;
export const keyOfSymbol: typeof Symbol.keyFor = Symbol.keyFor;
export const isArray: typeof Array.isArray = Array.isArray;
export const stringify: typeof JSON.stringify = JSON.stringify;
export const parse: typeof JSON.parse = JSON.parse;
export const isView: typeof ArrayBuffer.isView = ArrayBuffer.isView;
export const isFiniteNumber: typeof Number.isFinite = Number.isFinite;
export const isSame: typeof Object.is = Object.is;
export const defineProperty: typeof Object.defineProperty = Object.defineProperty;
export const compareBytes: typeof Buffer.compare = Buffer.compare;
export const createObject: typeof Object.create = Object.create;
export const isDate: typeof types.isDate = types.isDate;
export const isMap: typeof types.isMap = types.isMap;
export const isPromise: typeof types.isPromise = types.isPromise;
export const isRegExp: typeof types.isRegExp = types.isRegExp;
export const isSet: typeof types.isSet = types.isSet;
export const isNativeError: typeof types.isNativeError = types.isNativeError;
/** Node's files, as far as a channel needs them. */
export const files: Files = { read, readSync, writeSync };

interface Files {
  readonly read: typeof read;
  readonly readSync: typeof readSync;
  readonly writeSync: typeof writeSync;
}

const bind = Function.prototype.bind;
const { call } = Function.prototype;

/** A method as a function whose first parameter is its `this`. */
export function uncurried<This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
): (self: This, ...args: Args) => Result {
  return apply(bind, call, [method]);
}

type Each<K, V> = (act: (value: V, key: K) => void) => void;

export const settled: <T>(
  self: Promise<T>,
  done: (value: T) => void,
  failed: (error: unknown) => void,
) => unknown = uncurried(Promise.prototype.then);
export const mapGet: <K, V>(self: ReadonlyMap<K, V>, key: K) => V | undefined = uncurried(
  Map.prototype.get,
);
export const mapSet: <K, V>(self: Map<K, V>, key: K, value: V) => unknown = uncurried(
  Map.prototype.set,
);
export const mapEach: (
  self: Map<unknown, unknown>,
  ...args: Parameters<Each<unknown, unknown>>
) => void = uncurried(Map.prototype.forEach);
export const setEach: (self: Set<unknown>, act: (value: unknown) => void) => void = uncurried(
  Set.prototype.forEach,
);
export const timeOf: (self: Date) => number = uncurried(Date.prototype.getTime);
export const bytesOf: (self: TextEncoder, text: string) => Uint8Array = uncurried(
  TextEncoder.prototype.encode,
);
export const textOf: (self: TextDecoder, bytes: Uint8Array) => string = uncurried(
  TextDecoder.prototype.decode,
);
export const setBytes: (self: Uint8Array, from: Uint8Array, at?: number) => void = uncurried(
  Uint8Array.prototype.set,
);
export const part: (self: Uint8Array, from: number, to: number) => Uint8Array = uncurried(
  Uint8Array.prototype.subarray,
);
export const setUint32: (self: DataView, at: number, value: number) => void = uncurried(
  DataView.prototype.setUint32,
);
export const getUint32: (self: DataView, at: number) => number = uncurried(
  DataView.prototype.getUint32,
);
export const isPrototype: (self: object, value: object) => boolean = uncurried(
  Object.prototype.isPrototypeOf,
);
export const encoder: TextEncoder = new TextEncoder();
export const decoder: TextDecoder = new TextDecoder();
export const Bytes: typeof Uint8Array = Uint8Array;
export const View: typeof DataView = DataView;

const viewPrototype: object = getPrototypeOf(Uint8Array.prototype)!;
const getter = (name: string | symbol, of: object = viewPrototype) =>
  uncurried(getOwnPropertyDescriptor(of, name)!.get!) as (self: object) => unknown;
/** `Float32Array` and the like; undefined for other views. */
export const kindOfView: (view: object) => string | undefined = getter(Symbol.toStringTag) as (
  view: object,
) => string | undefined;
const offsetOfView = getter('byteOffset') as (view: object) => number;
const lengthOfView = getter('byteLength') as (view: object) => number;
const bufferOfView = getter('buffer') as (view: object) => ArrayBuffer;

/** The bytes of a typed array, where they lie. */
export function bytesIn(view: object): Uint8Array {
  return new Bytes(bufferOfView(view), offsetOfView(view), lengthOfView(view));
}

interface ViewKinds {
  readonly Int8Array: typeof Int8Array;
  readonly Uint8Array: typeof Uint8Array;
  readonly Uint8ClampedArray: typeof Uint8ClampedArray;
  readonly Int16Array: typeof Int16Array;
  readonly Uint16Array: typeof Uint16Array;
  readonly Int32Array: typeof Int32Array;
  readonly Uint32Array: typeof Uint32Array;
  readonly Float32Array: typeof Float32Array;
  readonly Float64Array: typeof Float64Array;
  readonly BigInt64Array: typeof BigInt64Array;
  readonly BigUint64Array: typeof BigUint64Array;
}
export type ViewKind = keyof ViewKinds;

/** The kinds of typed arrays, by name. */
export const VIEWS: ViewKinds = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};

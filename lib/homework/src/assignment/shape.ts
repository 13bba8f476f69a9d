import { Mistake } from '../mistake';

/** Reads a value that came from outside as a T, or throws a Mistake that names its place. */
export type Reader<T> = (value: unknown, where: string) => T;

export const text: Reader<string> = (value, where) => {
  if (typeof value === 'string') return value;
  throw wrong(where, 'a text', value);
};

/** A finite number. */
export const number: Reader<number> = (value, where) => {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrong(where, 'a number', value);
};

/** A finite number from 0. */
export const amount: Reader<number> = (value, where) => {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw wrong(where, 'a number from 0', value);
};

export const flag: Reader<boolean> = (value, where) => {
  if (typeof value === 'boolean') return value;
  throw wrong(where, 'true or false', value);
};

export function oneOf<const T extends string | number>(...known: readonly T[]): Reader<T> {
  return (value, where) => {
    const found = known.find((one) => one === value);
    if (found !== undefined) return found;
    throw new Mistake(
      `${where}: unknown value: ${JSON.stringify(value)} (known: ${known.join(', ')})`,
    );
  };
}

export function orNull<T>(read: Reader<T>): Reader<T | null> {
  return (value, where) => (value === null ? null : read(value, where));
}

export function listOf<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value, where) => {
    if (Array.isArray(value)) return value.map((item, i) => read(item, `${where}[${i}]`));
    throw wrong(where, 'a list', value);
  };
}

/** An object with exactly these fields. */
export function record<T extends object>(
  fields: { readonly [K in keyof T]: Reader<T[K]> },
): Reader<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return (value, where) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw wrong(where, 'an object', value);
    }
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(fields, key));
    if (unknown !== undefined) {
      throw new Mistake(`${where}: unknown field: ${unknown} (known: ${names.join(', ')})`);
    }
    const from: Readonly<Record<string, unknown>> = { ...value };
    const read = names.map((name) => [name, fields[name](from[name], `${where}.${name}`)]);
    return Object.fromEntries(read) as T;
  };
}

function wrong(where: string, wanted: string, value: unknown): Mistake {
  return new Mistake(`${where}: ${wanted} is wanted, not ${JSON.stringify(value) ?? 'nothing'}`);
}

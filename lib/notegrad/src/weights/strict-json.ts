import { WeightsError } from '../errors';
/** A JSON value that keeps what `JSON.parse` loses: objects are maps, in the order of the text. */
export type StrictJson =
  | null
  | boolean
  | number
  | string
  | readonly StrictJson[]
  | ReadonlyMap<string, StrictJson>;

/** As deep as the JSON reader of the safetensors reference goes. */
const MOST_LEVELS = 127;

/**
 * Parses JSON as strictly as `.safetensors` headers have to be: no key twice in an object, no lone
 * surrogates, and sizes written as integers.
 *
 * @throws what is wrong with it
 */
export function parseStrictJson(text: string): StrictJson {
  try {
    JSON.parse(text);
  } catch {
    throw new WeightsError('the header is not JSON');
  }
  // What is left to do is easy, since the text is known to be valid.
  const tokens = text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs);
  const next = () => tokens.next().value?.[0] as string;
  return value(next(), next, 0);
}

function value(token: string, next: () => string, level: number): StrictJson {
  if (level > MOST_LEVELS) throw new WeightsError('the header is nested too deeply');
  if (token === '{') return object(next, level);
  if (token === '[') return list(next, level);
  if (token.startsWith('"')) return wellFormed(JSON.parse(token));
  if (/^-?\d/.test(token) && !/^(0|[1-9]\d*)$/.test(token)) {
    throw new WeightsError(`the header has a number that is no size: ${token}`);
  }
  return JSON.parse(token);
}

function object(next: () => string, level: number): ReadonlyMap<string, StrictJson> {
  const entries = new Map<string, StrictJson>();
  for (let token = next(); token !== '}'; token = next()) {
    if (token === ',') continue;
    const key = wellFormed(JSON.parse(token));
    if (entries.has(key)) throw new WeightsError(`the header names ${key} twice`);
    next();
    entries.set(key, value(next(), next, level + 1));
  }
  return entries;
}

function list(next: () => string, level: number): readonly StrictJson[] {
  const items: StrictJson[] = [];
  for (let token = next(); token !== ']'; token = next()) {
    if (token !== ',') items.push(value(token, next, level + 1));
  }
  return items;
}

function wellFormed(text: string): string {
  if (/\p{Surrogate}/u.test(text))
    throw new WeightsError(`the header has half a character: ${text}`);
  return text;
}

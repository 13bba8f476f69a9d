import { described, isTensor } from './described';
import { NotegradError } from './errors';

/*
 * What types refuse in a notebook reaches us from JavaScript, through a cast or out of a file. These say so
 * in one sentence where the value is first used, before it is undefined or NaN somewhere else.
 */

/** The errors of a room. */
type Kind = new (message: string) => NotegradError;

/** @throws for one that is not a whole number from `least` on: `invalid batchSize: 0.5 (…)` */
export function checkCounts(
  counts: Readonly<Record<string, unknown>>,
  Kind: Kind = NotegradError,
  least = 1,
): void {
  for (const [name, count] of Object.entries(counts)) {
    if (isCount(count, least)) continue;
    const expected = `expected a whole number ${least === 1 ? 'above 0' : `from ${least}`}`;
    throw new Kind(`invalid ${name}: ${shown(count)} (${expected})`);
  }
}

/** @throws for one that is not a list of whole numbers above 0 */
export function checkCountLists(
  lists: Readonly<Record<string, unknown>>,
  Kind: Kind = NotegradError,
): void {
  for (const [name, list] of Object.entries(lists)) {
    if (Array.isArray(list) && list.every((count) => isCount(count, 1))) continue;
    throw new Kind(`invalid ${name}: ${shown(list)} (expected a list of whole numbers above 0)`);
  }
}

/** @throws for one that is not a finite number from `least` up to `most` */
export function checkNumbers(
  numbers: Readonly<Record<string, unknown>>,
  Kind: Kind = NotegradError,
  least: number = Number.NEGATIVE_INFINITY,
  most: number = Number.POSITIVE_INFINITY,
): void {
  for (const [name, number] of Object.entries(numbers)) {
    if (Number.isFinite(number) && Number(number) >= least && Number(number) <= most) continue;
    const from = Number.isFinite(least) ? ` from ${least}` : '';
    const to = Number.isFinite(most) ? ` to ${most}` : '';
    throw new Kind(`invalid ${name}: ${shown(number)} (expected a number${from}${to})`);
  }
}

/** @throws for what is not two numbers, the first at most the second */
export function checkRange(
  ranges: Readonly<Record<string, unknown>>,
  Kind: Kind = NotegradError,
): void {
  for (const [name, range] of Object.entries(ranges)) {
    const isRange = Array.isArray(range) && range.length === 2 && range.every(Number.isFinite);
    if (isRange && range[0] <= range[1]) continue;
    throw new Kind(`invalid ${name}: ${shown(range)} (expected [low, high])`);
  }
}

/** @throws for one that is not among the known */
export function checkKnown(
  choices: Readonly<Record<string, unknown>>,
  known: readonly string[],
  Kind: Kind = NotegradError,
): void {
  for (const [name, choice] of Object.entries(choices)) {
    if (known.some((one) => one === choice)) continue;
    const given = typeof choice === 'string' ? choice : shown(choice);
    throw new Kind(`unknown ${name}: ${given} (known: ${known.join(', ')})`);
  }
}

/** @throws for what is neither true nor false, as the text 'false' is; what is left out passes */
export function checkFlags(
  flags: Readonly<Record<string, unknown>>,
  Kind: Kind = NotegradError,
): void {
  for (const [name, flag] of Object.entries(flags)) {
    if (typeof flag === 'boolean' || flag === undefined) continue;
    throw new Kind(`invalid ${name}: ${shown(flag)} (expected true or false)`);
  }
}

/** @throws for what is no text */
export function checkTexts(
  texts: Readonly<Record<string, unknown>>,
  Kind: Kind = NotegradError,
): void {
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text !== 'string')
      throw new Kind(`invalid ${name}: ${shown(text)} (expected a text)`);
  }
}

/** @throws for what cannot be called */
export function checkFunctions(
  functions: Readonly<Record<string, unknown>>,
  Kind: Kind = NotegradError,
): void {
  for (const [name, called] of Object.entries(functions)) {
    if (typeof called === 'function') continue;
    throw new Kind(`invalid ${name}: ${shown(called)} (expected a function)`);
  }
}

/** @throws for what has no length, or a negative one: a list, or a typed array, is meant */
export function checkLists(
  lists: Readonly<Record<string, unknown>>,
  Kind: Kind = NotegradError,
): void {
  for (const [name, list] of Object.entries(lists)) {
    if (Array.isArray(list) || (ArrayBuffer.isView(list) && 'length' in list)) continue;
    throw new Kind(`invalid ${name}: ${shown(list)} (expected a list)`);
  }
}

/** @throws for what is not values by name: `{ name: value }` */
export function checkRecords(
  records: Readonly<Record<string, unknown>>,
  Kind: Kind = NotegradError,
): void {
  for (const [name, record] of Object.entries(records)) {
    if (typeof record === 'object' && record !== null && !Array.isArray(record)) continue;
    throw new Kind(`invalid ${name}: ${shown(record)} (expected an object, as { name: value })`);
  }
}

/**
 * @param rank how many axes each must have; any number where it is left out
 * @throws for what is no tensor of numbers, was disposed, or has another rank
 */
export function checkTensors(
  tensors: Readonly<Record<string, unknown>>,
  Kind: Kind = NotegradError,
  rank?: number,
): void {
  for (const [name, tensor] of Object.entries(tensors)) {
    const refuse = (expected: string) => {
      throw new Kind(`invalid ${name}: ${shown(tensor)} (expected ${expected})`);
    };
    if (!isTensor(tensor)) {
      refuse('a tensor');
      continue;
    }
    if (tensor.isDisposed) refuse('one that is not disposed');
    if (tensor.dtype === 'string') refuse('numbers, found text');
    if (rank !== undefined && tensor.shape.length !== rank) refuse(`${rank} axes`);
  }
}

/** @throws for a tensor of nothing, of which there is no mean */
export function checkFilled(
  tensors: Readonly<Record<string, { readonly shape: readonly number[] }>>,
  Kind: Kind = NotegradError,
): void {
  for (const [name, tensor] of Object.entries(tensors)) {
    if (!tensor.shape.includes(0)) continue;
    throw new Kind(`invalid ${name}: ${shown(tensor)} (expected at least one value)`);
  }
}

/** @throws for what are no labels [batch] and logits [batch, classes] of one batch */
export function checkLogits(
  labels: { readonly shape: readonly number[] },
  logits: { readonly shape: readonly number[] },
  Kind: Kind = NotegradError,
): void {
  checkTensors({ labels }, Kind, 1);
  checkFilled({ labels }, Kind);
  checkTensors({ logits }, Kind, 2);
  checkFilled({ logits }, Kind);
  if (labels.shape[0] !== logits.shape[0]) {
    throw new Kind(`${labels.shape[0]} labels do not fit logits [${logits.shape}]`);
  }
}

function isCount(count: unknown, least: number): boolean {
  return Number.isSafeInteger(count) && Number(count) >= least;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return typeof value === 'number' ? String(value) : described(value);
}

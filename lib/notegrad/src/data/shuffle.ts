import { checkCounts, checkLists } from '../checks';
import { described } from '../described';
import { DataError } from '../errors';
import type { Random } from './random';

/** The numbers 0 … count − 1 in an order drawn from `rng`, each order equally likely. */
export function permutation(count: number, rng: Random): Uint32Array {
  checkCounts({ count }, DataError, 0);
  expectRandom(rng);
  return shuffle(
    Uint32Array.from({ length: count }, (_, i) => i),
    rng,
  );
}

/** Shuffles the values in place (Fisher and Yates) and returns them. */
export function shuffle<T extends { readonly length: number; [index: number]: unknown }>(
  values: T,
  rng: Random,
): T {
  expectRandom(rng);
  checkLists({ values }, DataError);
  for (let i = values.length - 1; i > 0; i--) {
    const j = rng.integer(i + 1);
    [values[i], values[j]] = [values[j], values[i]];
  }
  return values;
}

function expectRandom(rng: Random): void {
  if (typeof rng?.integer === 'function') return;
  throw new DataError(`invalid rng: ${described(rng)} (expected one, as random gives)`);
}

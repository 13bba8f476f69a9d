import { NotegradError } from './errors';

/**
 * Chance follows one rule: what is drawn follows from `seed`, a whole number among the options, and
 * from nothing else; the same seed and the same options give the same numbers on every machine and
 * engine. Without one, what must be drawn is drawn as with seed 0, and what need not be is not: data
 * sets keep their files' order, `tsne` begins at principal components, `fit` goes on with the sequence
 * of random tensors. (`random` and `seedRandom`, which are about nothing but a seed, take it by itself.)
 */
export interface Seeded {
  /** A whole number. Default 0. */
  readonly seed?: number;
}

/** @throws NotegradError when the seed is no whole number */
export function checkSeed(seed: number): void {
  if (!Number.isSafeInteger(seed)) {
    throw new NotegradError(`invalid seed: ${seed} (expected a whole number)`);
  }
}

import { EngineError } from '../errors';
import { uniforms } from './random';

type Swappable = { readonly length: number; [index: number]: unknown };

/** Shuffles an array in place, each order equally likely, by the sequence of `seedRandom`. */
export function shuffle(array: Swappable): void {
  shuffleAlike([array]);
}

/** Shuffles two arrays of the same length in the same way. */
export function shuffleCombo(array: Swappable, array2: Swappable): void {
  if (array.length !== array2.length) {
    throw new EngineError(
      `arrays to shuffle together have different lengths: ${array.length} and ${array2.length}`,
    );
  }
  shuffleAlike([array, array2]);
}

/** Fisher and Yates. */
function shuffleAlike(arrays: readonly Swappable[]): void {
  const draws = uniforms(arrays[0].length);
  for (let i = draws.length - 1; i > 0; i--) {
    const j = Math.floor(draws[i] * (i + 1));
    for (const array of arrays) [array[i], array[j]] = [array[j], array[i]];
  }
}

import { checkFlags } from '../../checks';
import { DataError } from '../../errors';
import { optionsOf, refuseUnknown } from '../../options';
import { random } from '../random';
import {
  expectSamples,
  indicesByClass,
  type SampleSet,
  sampleCount,
  select,
} from '../samples/select';
import { permutation, shuffle } from '../shuffle';
import type { SplitOptions } from './split';

/** One way to leave a part of a set out of training. */
export interface Fold<S extends SampleSet> {
  readonly train: S;
  readonly validation: S;
}

/**
 * Splits a set at random into k parts of the same size, or one sample more, and gives k folds: in each,
 * another part is for validation and the others are for training.
 *
 * ```ts
 * for (const { train, validation } of kFold(set, 5, { seed: 1, stratified: true })) …
 * ```
 *
 * @param options stratified: every part has the classes in the set's proportions, to within a sample
 * @throws DataError unless k is from 2 to the number of samples
 */
export function kFold<S extends SampleSet>(
  set: S,
  k: number,
  options: SplitOptions = {},
): Fold<S>[] {
  const { seed = 0, stratified = false, ...unknown } = optionsOf('kFold', options);
  refuseUnknown('kFold', unknown);
  checkFlags({ stratified }, DataError);
  expectSamples(set);
  const count = sampleCount(set);
  if (!(Number.isInteger(k) && k >= 2 && k <= count)) {
    throw new DataError(
      `invalid number of folds: ${k} (expected 2 … ${count}, ${set.name} has ${count} samples)`,
    );
  }
  const rng = random(seed);
  // Dealt out like cards, one class after the other: parts differ by a sample at most, in each class too.
  const order = stratified
    ? indicesByClass(set).flatMap((indices) => shuffle(indices, rng))
    : Array.from(permutation(count, rng));
  const parts = Array.from({ length: k }, (_, part) => order.filter((_, i) => i % k === part));
  return parts.map((validation, fold) => {
    const train = parts.filter((_, part) => part !== fold).flat();
    return {
      train: {
        ...select(set, shuffle(train, rng)),
        name: `${set.name}, train ${fold + 1} of ${k}`,
      },
      validation: {
        ...select(set, shuffle([...validation], rng)),
        name: `${set.name}, validation ${fold + 1} of ${k}`,
      },
    };
  });
}

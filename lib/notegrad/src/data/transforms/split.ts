import { checkFlags, checkRecords } from '../../checks';
import { DataError } from '../../errors';
import { optionsOf, refuseUnknown } from '../../options';
import type { Seeded } from '../../seeded';
import { random } from '../random';
import {
  expectSamples,
  indicesByClass,
  type SampleSet,
  sampleCount,
  select,
} from '../samples/select';
import { permutation, shuffle } from '../shuffle';

/** How `split` and `kFold` choose. */
export interface SplitOptions extends Seeded {
  /** Gives every part the classes in the set's proportions, to within a sample or so. Default false. */
  readonly stratified?: boolean;
}

/**
 * Splits a set at random into parts of the given sizes; no sample is in two of them, and those
 * beyond the sizes' sum are left out.
 *
 * ```ts
 * const { train, validation } = split(set, { train: 50_000, validation: 10_000 }, { seed: 1 });
 * ```
 *
 * @param sizes how many samples each part has, by its name
 * @throws DataError when the parts need more samples than there are, or a size is no whole number
 */
export function split<S extends SampleSet, Part extends string>(
  set: S,
  sizes: Readonly<Record<Part, number>>,
  options: SplitOptions = {},
): Record<Part, S> {
  const { seed = 0, stratified = false, ...unknown } = optionsOf('split', options);
  refuseUnknown('split', unknown);
  checkFlags({ stratified }, DataError);
  expectSamples(set);
  checkRecords({ sizes }, DataError);
  const parts = Object.entries<number>(sizes);
  for (const [part, size] of parts) {
    if (!(Number.isInteger(size) && size >= 0)) {
      throw new DataError(`invalid size of ${part}: ${size} (expected a whole number of samples)`);
    }
  }
  const total = parts.reduce((sum, [, size]) => sum + size, 0);
  if (total > sampleCount(set)) {
    throw new DataError(
      `cannot split ${set.name}: the parts need ${total} samples, it has ${sampleCount(set)}`,
    );
  }
  const deal = stratified ? dealByClass(set, seed) : dealAtRandom(set, seed);
  return Object.fromEntries(
    parts.map(([part, size]) => [
      part,
      { ...select(set, deal(size)), name: `${set.name}, ${part}` },
    ]),
  ) as Record<Part, S>;
}

/** Gives out so many indices of the set, none twice. */
type Deal = (size: number) => ArrayLike<number>;

function dealAtRandom(set: SampleSet, seed: number): Deal {
  const order = permutation(sampleCount(set), random(seed));
  let dealt = 0;
  return (size) => {
    dealt += size;
    return order.subarray(dealt - size, dealt);
  };
}

function dealByClass(set: SampleSet, seed: number): Deal {
  const rng = random(seed);
  const remaining = indicesByClass(set).map((indices) => shuffle(indices, rng));
  return (size) => {
    const quotas = apportion(
      size,
      remaining.map((indices) => indices.length),
    );
    return shuffle(
      remaining.flatMap((indices, id) => indices.splice(0, quotas[id])),
      rng,
    );
  };
}

/** Shares `size` out in proportion to the weights, rounded so that nothing is left (Hamilton). */
function apportion(size: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const exact = weights.map((weight) => (total === 0 ? 0 : (size * weight) / total));
  const quotas = exact.map(Math.floor);
  const left = size - quotas.reduce((sum, quota) => sum + quota, 0);
  const byRemainder = [...exact.keys()].sort(
    (a, b) => exact[b] - quotas[b] - (exact[a] - quotas[a]),
  );
  for (const id of byRemainder.slice(0, left)) quotas[id]++;
  return quotas;
}

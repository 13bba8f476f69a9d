import { checkFunctions, checkLists } from '../../checks';
import { described } from '../../described';
import { DataError } from '../../errors';
import { optionsOf, refuseUnknown } from '../../options';
import type { Seeded } from '../../seeded';
import { random } from '../random';
import { permutation } from '../shuffle';
import { expectImages, type ImageSet, selectImages } from './images';
import { checkLabels } from './labels';
import { expectSequences, type SequenceSet, selectSequences } from './sequences';
import { expectIndex, isRecord } from './set-parts';
import { expectTable, selectTableRows, type TableSet } from './table-set';

/** A set of samples with one class id each. */
export type SampleSet = ImageSet | SequenceSet | TableSet;

/** The number of samples. */
export function sampleCount(set: SampleSet): number {
  return set.labels.length;
}

/**
 * The samples at these indices, in this order, with all that belongs to them: a copy.
 *
 * @throws DataError for an index that no sample has
 */
export function select<S extends SampleSet>(set: S, indices: ArrayLike<number>): S {
  checkLists({ indices }, DataError);
  expectSamples(set);
  for (let i = 0; i < indices.length; i++) {
    expectIndex(indices[i], set);
  }
  return selected(set, indices) as S;
}

function selected(set: SampleSet, indices: ArrayLike<number>): SampleSet {
  if ('pixels' in set) return selectImages(set, indices);
  return 'offsets' in set ? selectSequences(set, indices) : selectTableRows(set, indices);
}

/**
 * The first `limit` samples, or all where there are fewer.
 *
 * @throws DataError for a limit that is no whole number above 0
 */
export function selectFirst<S extends SampleSet>(set: S, limit: number): S {
  expectSamples(set);
  if (!(Number.isInteger(limit) && limit > 0)) {
    throw new DataError(`invalid limit: ${limit} (expected a whole number above 0)`);
  }
  const count = sampleCount(set);
  return limit >= count ? set : select(set, indicesUpTo(limit));
}

/** The samples whose class id passes `keep`, in their order. */
export function selectWhere<S extends SampleSet>(
  set: S,
  keep: (label: number, i: number) => boolean,
): S {
  checkFunctions({ keep }, DataError);
  expectSamples(set);
  return select(
    set,
    indicesUpTo(sampleCount(set)).filter((i) => keep(set.labels[i], i)),
  );
}

/**
 * The samples of these class ids; ids and class names stay as they are.
 *
 * @throws DataError for an id that is no class
 */
export function selectClasses<S extends SampleSet>(set: S, classes: readonly number[]): S {
  checkLists({ classes }, DataError);
  expectSamples(set);
  for (const id of classes) {
    if (!(Number.isInteger(id) && id >= 0 && id < set.classNames.length)) {
      throw new DataError(
        `unknown class id of ${set.name}: ${id} (known: 0 … ${set.classNames.length - 1})`,
      );
    }
  }
  return selectWhere(set, (label) => classes.includes(label));
}

/** The samples in an order drawn from the seed, 0 by default: a copy. */
export function shuffled<S extends SampleSet>(set: S, options: Seeded = {}): S {
  const { seed = 0, ...unknown } = optionsOf('shuffled', options);
  refuseUnknown('shuffled', unknown);
  expectSamples(set);
  return select(set, permutation(sampleCount(set), random(seed)));
}

/** The indices of the samples of each class, by class id; of a class without samples, none. */
export function indicesByClass(set: SampleSet): number[][] {
  expectSamples(set);
  const byClass: number[][] = set.classNames.map(() => []);
  checkLabels(set);
  set.labels.forEach((label, i) => {
    byClass[label].push(i);
  });
  return byClass;
}

function indicesUpTo(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

/** @throws DataError for what is not a set of samples; its values are not looked at */
export function expectSamples(set: SampleSet): void {
  if (!isRecord(set) || !('pixels' in set || 'offsets' in set || 'values' in set)) {
    throw new DataError(`expected a set of samples (as mnist gives), got ${described(set)}`);
  }
  if ('pixels' in set) expectImages(set);
  else if ('offsets' in set) expectSequences(set);
  else expectTable(set);
}

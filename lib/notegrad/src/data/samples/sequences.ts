import type { Labels } from './labels';
import { rows } from './rows';
import { expectIndex, expectLabels, expectPart, expectSet, isBytes } from './set-parts';

/** A set of sequences of ids, such as texts as characters, each with one class id. */
export interface SequenceSet {
  /** For people: 'tweets train'. */
  readonly name: string;
  /** Where it came from, for people: a file, 'synthetic', … */
  readonly source: string;
  /** All sequences one after the other, an id a byte. */
  readonly ids: Uint8Array;
  /** `[count + 1]`: sequence i is ids[offsets[i]] … ids[offsets[i + 1] − 1]. */
  readonly offsets: Uint32Array;
  /** How many ids there are: each is below it, and a one-hot row is as wide. */
  readonly vocabularySize: number;
  /** One class id a sequence. */
  readonly labels: Labels;
  /** By class id. */
  readonly classNames: readonly string[];
  /** Each sequence as it was written. */
  readonly texts?: readonly string[];
}

/**
 * The ids of sequence `index`: a view, not a copy.
 *
 * @throws DataError for an index that no sequence has
 */
export function sequenceAt(set: SequenceSet, index: number): Uint8Array {
  expectSequences(set);
  expectIndex(index, set);
  return set.ids.subarray(set.offsets[index], set.offsets[index + 1]);
}

/** The length of every sequence in ids, [count]. */
export function sequenceLengths(set: SequenceSet): Uint32Array {
  expectSequences(set);
  const { offsets, labels } = set;
  return Uint32Array.from(labels, (_, i) => offsets[i + 1] - offsets[i]);
}

/** The sequences at these indices, in this order, with their labels and texts. */
export function selectSequences<S extends SequenceSet>(set: S, indices: ArrayLike<number>): S {
  const chosen = Array.from(indices);
  return {
    ...set,
    ...concatenate(chosen.map((index) => sequenceAt(set, index))),
    labels: rows(set.labels, 1, indices),
    ...(set.texts && { texts: chosen.map((index) => set.texts![index]) }),
  };
}

/** Puts sequences one after the other. */
export function concatenate(
  sequences: readonly Uint8Array[],
): Pick<SequenceSet, 'ids' | 'offsets'> {
  const offsets = new Uint32Array(sequences.length + 1);
  sequences.forEach((one, i) => {
    offsets[i + 1] = offsets[i] + one.length;
  });
  const ids = new Uint8Array(offsets[sequences.length]);
  sequences.forEach((one, i) => {
    ids.set(one, offsets[i]);
  });
  return { ids, offsets };
}

/** @throws DataError for what is not a set of sequences; its values are not looked at */
export function expectSequences(set: SequenceSet): void {
  expectSet('a set of sequences (as tweets gives)', 'offsets', set);
  expectPart('ids', 'a Uint8Array', set.ids, isBytes);
  expectPart('offsets', 'a Uint32Array', set.offsets, (offsets) => offsets instanceof Uint32Array);
  expectLabels(set);
}

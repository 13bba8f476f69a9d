import { checkFlags, checkKnown } from '../../checks';
import * as tf from '../../engine/tf';
import { DataError } from '../../errors';
import { optionsOf } from '../../options';
import { random } from '../random';
import { PADDING_ID } from '../samples/ascii';
import { expectSequences, type SequenceSet, sequenceAt } from '../samples/sequences';
import { shuffle } from '../shuffle';
import { batchIndices, mapEach, type OrderOptions, type Sized } from './batches';

/** Sequences of one length and their class ids on the engine; whoever takes a batch disposes it. */
export type SequenceBatch = {
  /** [batchSize, length] int32 ids, or with `oneHot` [batchSize, length, vocabularySize] float32. */
  readonly x: tf.Tensor2D | tf.Tensor3D;
  /** [batchSize], int32 class ids. */
  readonly y: tf.Tensor1D;
  /** [batchSize], int32: how many steps of x are the sequence, the rest being padding; at least 1. */
  readonly lengths: tf.Tensor1D;
};

/** A batch of ids. */
export type IdBatch = SequenceBatch & { readonly x: tf.Tensor2D };

/** A batch of one-hot rows. */
export type OneHotBatch = SequenceBatch & { readonly x: tf.Tensor3D };

/** How `sequenceBatches` divides an epoch. */
export interface SequenceBatchOptions extends OrderOptions {
  /** Longer sequences are cut to their first so many ids. Default: none is cut. */
  readonly maxLength?: number;
  /**
   * What every x is filled up to with id 0, at the end: `longest`, the longest sequence of the batch
   * (default), or `max`, always `maxLength`.
   */
  readonly padTo?: 'longest' | 'max';
  /**
   * Rounds the length of x up to a multiple of this, so that few shapes occur: a compiled step is
   * recorded once for each. Default 1.
   */
  readonly multipleOf?: number;
  /**
   * Puts sequences of similar length together, so that little is padding; the order of the batches
   * stays random. Default false.
   */
  readonly bucket?: boolean;
  /** Gives x as one-hot rows instead of ids. Default false. */
  readonly oneHot?: boolean;
}

/** Sequences are sorted by length within so many batches of the epoch's order. */
const BATCHES_A_BUCKET = 50;

/** One epoch of batches in a seeded order, made one by one as they are taken. */
export function sequenceBatches(
  set: SequenceSet,
  options: SequenceBatchOptions & { readonly oneHot: true },
): Sized<OneHotBatch>;
export function sequenceBatches(
  set: SequenceSet,
  options: SequenceBatchOptions & { readonly oneHot?: false },
): Sized<IdBatch>;
export function sequenceBatches(
  set: SequenceSet,
  options: SequenceBatchOptions,
): Sized<SequenceBatch> {
  optionsOf('sequenceBatches', options);
  expectSequences(set);
  const {
    maxLength = Number.POSITIVE_INFINITY,
    padTo = 'longest',
    multipleOf = 1,
    bucket,
    oneHot,
    ...order
  } = options;
  checkFlags({ bucket, oneHot }, DataError);
  checkKnown({ padTo }, ['longest', 'max'], DataError);
  if (!(maxLength >= 1)) {
    throw new DataError(`invalid maxLength: ${maxLength} (expected a whole number above 0)`);
  }
  if (padTo === 'max' && maxLength === Number.POSITIVE_INFINITY) {
    throw new DataError('padTo: max needs a maxLength');
  }
  if (!(Number.isInteger(multipleOf) && multipleOf > 0)) {
    throw new DataError(`invalid multipleOf: ${multipleOf} (expected a whole number above 0)`);
  }
  const length = (index: number) => Math.min(sequenceAt(set, index).length, maxLength);
  const drawn = batchIndices(set.labels.length, order);

  return mapEach(bucket ? bucketed(drawn, length, options) : drawn, (indices) => {
    const lengths = Int32Array.from(indices, (index) => Math.max(1, length(index)));
    const needed = padTo === 'max' ? maxLength : lengths.reduce((a, b) => Math.max(a, b));
    const width = multipleOf * Math.ceil(needed / multipleOf);
    const ids = new Int32Array(indices.length * width).fill(PADDING_ID);
    indices.forEach((index, row) => {
      ids.set(sequenceAt(set, index).subarray(0, lengths[row]), row * width);
    });
    const x = tf.tensor2d(ids, [indices.length, width], 'int32');
    return {
      x: oneHot ? intoOneHot(x, set.vocabularySize) : x,
      y: tf.tensor1d(
        Int32Array.from(indices, (index) => set.labels[index]),
        'int32',
      ),
      lengths: tf.tensor1d(lengths, 'int32'),
    };
  });
}

function intoOneHot(ids: tf.Tensor2D, depth: number): tf.Tensor3D {
  const rows = tf.tidy(() => tf.oneHot(ids, depth).toFloat() as tf.Tensor3D);
  ids.dispose();
  return rows;
}

/** Sorts by length within a run of batches, then shuffles the batches. */
function bucketed(
  batches: Iterable<Uint32Array>,
  length: (index: number) => number,
  { seed = 0, epoch = 0, shuffle: shuffled = true }: OrderOptions,
): Uint32Array[] {
  const all = [...batches];
  const sorted: Uint32Array[] = [];
  for (let first = 0; first < all.length; first += BATCHES_A_BUCKET) {
    const bucket = all.slice(first, first + BATCHES_A_BUCKET);
    const indices = bucket.flatMap((batch) => [...batch]).sort((a, b) => length(a) - length(b));
    for (const batch of bucket) sorted.push(Uint32Array.from(indices.splice(0, batch.length)));
  }
  return shuffled ? shuffle(sorted, random(seed, epoch, BATCHES_A_BUCKET)) : sorted;
}

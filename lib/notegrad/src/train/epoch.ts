import { described } from '../described';
import { tensorsOf } from '../engine/containers';
import { type RandomState, randomState, restoreRandomState } from '../engine/random';
import * as tf from '../engine/tf';
import { TrainingError } from '../errors';

/** What an epoch of a run is made of. */
export interface EpochOptions<B extends tf.TensorContainer> {
  readonly epoch: number;
  /** The batches of an epoch (0, 1, …). */
  readonly batches: (epoch: number) => Iterable<B>;
  /** How many steps of it were made before. */
  readonly stepsBefore: number;
  /** The sequence of random numbers where it began. */
  readonly beganAt: RandomState;
}

/** The batches of an epoch that are left to do. */
export interface Epoch<B> extends Iterable<B> {
  /** How many it has altogether, if that is known before. */
  readonly numBatches: number | undefined;
}

/**
 * An epoch from the step on that it was left at. The batches before it are made and disposed; random
 * numbers that they draw do not count.
 *
 * @throws when what `batches` gives cannot be gone through, is empty, holds promises or tensors that are
 *   disposed, or has fewer batches than steps were made
 */
export function epochFrom<B extends tf.TensorContainer>({
  epoch,
  batches,
  stepsBefore,
  beganAt,
}: EpochOptions<B>): Epoch<B> {
  const now = randomState();
  if (stepsBefore > 0) restoreRandomState(beganAt);
  const given: unknown = batches(epoch);
  if (!isIterable<B>(given)) {
    throw new TrainingError(
      `batches(${epoch}) is ${described(given)}, not an array or a generator of batches` +
        (isAsynchronous(given) ? ': await the data before `fit`' : ''),
    );
  }
  return {
    numBatches: lengthOf(given),
    *[Symbol.iterator]() {
      let taken = 0;
      for (const batch of given) {
        if (taken++ < stepsBefore) {
          tf.dispose(batch);
          if (taken === stepsBefore) restoreRandomState(now);
        } else {
          checkBatch(batch, `batch ${taken - 1} of epoch ${epoch}`);
          yield batch;
        }
      }
      if (taken === 0)
        throw new TrainingError(`epoch ${epoch} has no batch: is the data set empty?`);
      if (taken < stepsBefore) {
        throw new TrainingError(
          `epoch ${epoch} has ${taken} batches, but ${stepsBefore} steps of it were made before: ` +
            'the checkpoint is of a run with other data',
        );
      }
    },
  };
}

function isIterable<B>(value: unknown): value is Iterable<B> {
  return typeof (value as Partial<Iterable<B>> | null)?.[Symbol.iterator] === 'function';
}

function isAsynchronous(value: unknown): boolean {
  return (
    value instanceof Promise ||
    typeof (value as Partial<AsyncIterable<unknown>> | null)?.[Symbol.asyncIterator] === 'function'
  );
}

function lengthOf(iterable: object): number | undefined {
  const { length } = iterable as { length?: unknown };
  return typeof length === 'number' ? length : undefined;
}

function checkBatch(batch: unknown, where: string): void {
  if (batch instanceof Promise || typeof batch === 'function') {
    throw new TrainingError(`${where} is ${described(batch)}, not made of tensors`);
  }
  if (tensorsOf(batch).some(({ isDisposed }) => isDisposed)) {
    throw new TrainingError(
      `${where} is disposed: each batch is, after its step, so make them anew for each epoch`,
    );
  }
}

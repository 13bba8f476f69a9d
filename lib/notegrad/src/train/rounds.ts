import { checkFunctions } from '../checks';
import type { Sized } from '../data/batches/batches';
import * as tf from '../engine/tf';
import { TrainingError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';

/** Of which batches rounds are made. */
export interface RoundsOptions<B extends tf.TensorContainer> {
  /** The batches of an epoch (0, 1, …). */
  readonly batches: (epoch: number) => Iterable<B>;
  /** How many there are, the same in every epoch. */
  readonly batchesPerEpoch: number;
  /** After how many batches a round ends. */
  readonly batchesPerRound: number;
}

/**
 * Batches in rounds of a fixed number, whatever an epoch's length: with them for `fit`'s `batches`, its
 * `numEpochs` counts rounds, and it validates after each. Rounds go on where the former one stopped,
 * from one epoch to the next.
 *
 * ```ts
 * batches: inRounds({ batches: epochBatches, batchesPerEpoch: 1692, batchesPerRound: 1000 })
 * ```
 *
 * @throws when a number of batches is not positive, or an epoch has another than `batchesPerEpoch`
 */
export function inRounds<B extends tf.TensorContainer>(
  options: RoundsOptions<B>,
): (round: number) => Sized<B> {
  const { batches, batchesPerEpoch, batchesPerRound, ...unknown } = optionsOf('inRounds', options);
  refuseUnknown('inRounds', unknown);
  checkFunctions({ batches }, TrainingError);
  for (const [name, value] of Object.entries({ batchesPerEpoch, batchesPerRound })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new TrainingError(`invalid ${name}: ${value} (a positive integer)`);
    }
  }
  return (round) => ({
    length: batchesPerRound,
    *[Symbol.iterator]() {
      const first = round * batchesPerRound;
      let epoch = Math.floor(first / batchesPerEpoch);
      let numSkipped = first % batchesPerEpoch;
      for (let left = batchesPerRound; left > 0; epoch++, numSkipped = 0) {
        let seen = 0;
        for (const batch of batches(epoch)) {
          if (seen++ < numSkipped) {
            tf.dispose(batch);
            continue;
          }
          yield batch;
          if (--left === 0) return;
        }
        if (seen !== batchesPerEpoch) {
          throw new TrainingError(
            `epoch ${epoch} has ${seen} batches instead of ${batchesPerEpoch}`,
          );
        }
      }
    },
  });
}

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { inRounds } from '../../lib/notegrad/src/train/rounds';
import { assertTensorsKept } from '../support/memory';

/** Batches that hold epoch and place, five an epoch. */
function* epochBatches(epoch: number): Generator<tf.Tensor> {
  for (let i = 0; i < 5; i++) yield tf.scalar(10 * epoch + i);
}

function valuesOf(round: Iterable<tf.Tensor>): number[] {
  return Array.from(round, (batch) => {
    const [value] = batch.dataSync();
    batch.dispose();
    return value;
  });
}

test('rounds go on where the former one stopped, from one epoch to the next', async () => {
  await assertTensorsKept(() => {
    const round = inRounds({ batches: epochBatches, batchesPerEpoch: 5, batchesPerRound: 3 });
    assert.is(round(0).length, 3);
    assert.equal(valuesOf(round(0)), [0, 1, 2]);
    assert.equal(valuesOf(round(1)), [3, 4, 10]);
    assert.equal(valuesOf(round(3)), [14, 20, 21]);
  });
});

test('a round can be longer than an epoch, or as long', () => {
  const round = (batchesPerRound: number) =>
    inRounds({ batches: epochBatches, batchesPerEpoch: 5, batchesPerRound });
  assert.equal(valuesOf(round(12)(0)), [0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 20, 21]);
  assert.equal(valuesOf(round(5)(2)), [20, 21, 22, 23, 24]);
});

test('an epoch of another length than was said is refused', () => {
  const round = inRounds({ batches: epochBatches, batchesPerEpoch: 6, batchesPerRound: 6 });
  assert.throws(() => valuesOf(round(0)), /epoch 0 has 5 batches instead of 6/);
});

test('numbers of batches that are not positive are refused', () => {
  for (const wrong of [0, -1, 1.5, Number.NaN]) {
    const options = { batches: epochBatches, batchesPerEpoch: 5, batchesPerRound: wrong };
    assert.throws(() => inRounds(options), /invalid batchesPerRound: .* \(a positive integer\)/);
  }
});

test.run();

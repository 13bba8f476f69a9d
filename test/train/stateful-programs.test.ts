import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seedRandom } from '../../lib/notegrad/src/engine/random';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { fit } from '../../lib/notegrad/src/train/fit';
import { seededRandom } from '../support/mutations';
import { useNative } from '../support/native';
import { batchesOf, between, type Habit, habits, stepOf, world } from './stateful-programs';

test.before(async () => {
  await useNative();
});

interface Run {
  readonly numEpochs: number;
  readonly numBatches: number;
}

const LONG: Run = { numEpochs: 30, numBatches: 100 };
const SHORT: Run = { numEpochs: 4, numBatches: 60 };

/** Losses, weights and all that was kept, of a run with these habits. */
async function outcome(
  makeHabits: () => Habit[],
  { numEpochs, numBatches }: Run,
  compile: boolean | undefined,
): Promise<Float32Array[]> {
  seedRandom(3);
  const mine = world(1);
  const its = makeHabits();
  const { steps } = await fit({
    batches(epoch) {
      mine.epoch = epoch;
      return batchesOf(epoch, numBatches);
    },
    step: stepOf(its, mine),
    beforeStep(step) {
      mine.count = step;
      between(its, mine);
    },
    numEpochs,
    compile,
    seed: 4,
    showProgress: false,
  });
  const weights = mine.models.flatMap(({ variables }) => variables);
  const tensors = [...weights, ...mine.kept];
  const values = tensors.map((tensor) => tensor.dataSync() as Float32Array);
  tf.dispose(tensors);
  return [Float32Array.from(steps.loss), ...values];
}

async function assertSame(makeHabits: () => Habit[], run: Run): Promise<void> {
  const compiled = await outcome(makeHabits, run, undefined);
  const plain = await outcome(makeHabits, run, false);
  const [losses, ...others] = compiled;
  const first = losses.findIndex((loss, i) => !Object.is(loss, plain[0][i]));
  assert.is(first, -1, `the first loss that differs is that of step ${first}`);
  assert.equal(others, plain.slice(1));
}

for (const [name, make] of Object.entries(habits)) {
  test(`3,000 steps with ${name} are those of the step run as it is, bit for bit`, async () => {
    await assertSame(() => [make(seededRandom(5))], LONG);
  });
}

for (let seed = 1; seed <= 24; seed++) {
  const random = seededRandom(seed);
  const names = Object.keys(habits).filter(() => random() < 0.25);
  test(`program ${seed} of several habits (${names.length}) runs as it is, bit for bit`, async () => {
    await assertSame(() => {
      const choices = seededRandom(100 + seed);
      return names.map((name) => habits[name](choices));
    }, SHORT);
  });
}

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seedRandom } from '../../lib/notegrad/src/engine/random';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { ENGINES, loadEngines, on } from '../support/on-every-engine';

const { layers } = tf;

async function fitted(seed: number): Promise<number[]> {
  seedRandom(seed);
  const x = tf.range(0, 20).reshape([20, 1]).div(20);
  const model = tf.sequential({
    layers: [
      layers.dense({ units: 4, activation: 'tanh', inputShape: [1] }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: 1 }),
    ],
  });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
  await model.fit(x, x.square(), { epochs: 3, batchSize: 3, verbose: 0 });
  return model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));
}

for (const engine of ENGINES) {
  test(`model.fit on ${engine} is the same again from the same seed, and another from another`, async () => {
    const [first, again, other] = await on(engine, async () => [
      await fitted(1),
      await fitted(1),
      await fitted(2),
    ]);
    assert.equal(again, first);
    assert.not.equal(other, first);
  });
}

test('an array is shuffled by the seed, each order as likely as another', () => {
  const counts: Record<string, number> = {};
  seedRandom(1);
  for (let i = 0; i < 6000; i++) {
    const array = [1, 2, 3];
    tf.util.shuffle(array);
    counts[array.join('')] = (counts[array.join('')] ?? 0) + 1;
  }
  assert.equal(Object.keys(counts).length, 6);
  for (const count of Object.values(counts)) assert.ok(Math.abs(count - 1000) < 150, `${count}`);
});

test('two arrays are shuffled alike, and refused where they differ in length', () => {
  seedRandom(3);
  const [numbers, texts] = [
    [1, 2, 3, 4, 5],
    ['1', '2', '3', '4', '5'],
  ];
  tf.util.shuffleCombo(numbers, texts);
  assert.equal(numbers.map(String), texts);
  assert.throws(() => tf.util.shuffleCombo([1], [1, 2]), 'different lengths: 1 and 2');
});

test('a data set without a seed is shuffled by the sequence, too', async () => {
  const order = async () => {
    seedRandom(4);
    return tf.data.array([1, 2, 3, 4, 5, 6, 7, 8]).shuffle(8).toArray();
  };
  assert.equal(await order(), await order());
  const seeded = () => tf.data.array([1, 2, 3, 4, 5, 6, 7, 8]).shuffle(8, 'seed').toArray();
  assert.equal(await seeded(), await seeded());
});

test.before(loadEngines);

test.run();

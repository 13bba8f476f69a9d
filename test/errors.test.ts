import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as notegrad from '../lib/notegrad/src';
import { inFolder } from './support/folders';
import { randomImages } from './support/image-sets';

const sources = join(__dirname, '..', 'lib', 'notegrad', 'src');

/** A refusal of each room. */
const refusals: Record<string, { kind: typeof notegrad.NotegradError; of: () => unknown }> = {
  data: { kind: notegrad.DataError, of: () => notegrad.select(randomImages(3, 2), [3]) },
  engine: { kind: notegrad.EngineError, of: () => notegrad.seedRandom(-1) },
  models: { kind: notegrad.ModelError, of: () => notegrad.cnn({ inputShape: [2, 2, 1] }) },
  plot: {
    kind: notegrad.PlotError,
    of: () => notegrad.lines({ title: 't', xLabel: 'x', yLabel: 'y', series: {} }),
  },
  statistics: {
    kind: notegrad.StatisticsError,
    of: () => notegrad.nearestNeighbours([[0], [1]], 2),
  },
  train: { kind: notegrad.TrainingError, of: () => notegrad.sgd({ lr: -1 }) },
};

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

for (const [room, { kind, of }] of Object.entries(refusals)) {
  test(`what ${room} refuses is a ${kind.name} and a NotegradError, by name too`, () => {
    const error = thrownBy(of);
    assert.instance(error, kind);
    assert.instance(error, notegrad.NotegradError);
    assert.is((error as Error).name, kind.name);
    assert.match(String(error), `${kind.name}: `);
  });
}

test('a file that is not one of weights is a WeightsError', () =>
  inFolder((folder) => {
    const file = join(folder, 'weights.safetensors');
    writeFileSync(file, 'no weights');
    assert.instance(
      thrownBy(() => notegrad.readStateDict(file)),
      notegrad.WeightsError,
    );
  }));

test('a seed that is no whole number is refused in the same words everywhere', () => {
  const message = 'invalid seed: 0.5 (expected a whole number)';
  for (const draw of [
    () => notegrad.random(0.5),
    () => notegrad.mlp({ seed: 0.5 }),
    () => notegrad.shuffled(randomImages(3, 2), { seed: 0.5 }),
    () => notegrad.pixelOrder(randomImages(3, 2), { seed: 0.5 }),
    () => notegrad.split(randomImages(3, 2), { train: 2 }, { seed: 0.5 }),
    () => notegrad.addNoise(notegrad.tf.zeros([1]), { std: 1, seed: 0.5 }),
    () => notegrad.slicedWasserstein([[0, 1]], [[1, 0]], { seed: 0.5 }),
  ]) {
    const error = thrownBy(draw);
    assert.instance(error, notegrad.NotegradError);
    assert.is((error as Error).message, message);
  }
});

test('no room throws an error that is not of the family', () => {
  const strangers = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .filter((path) =>
      /(throw|return|=>) new (Range|Type)?Error\(/.test(readFileSync(join(sources, path), 'utf8')),
    );
  assert.equal(strangers, []);
});

test.run();

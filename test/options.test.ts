import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as notegrad from '../lib/notegrad/src';
import { randomImages } from './support/image-sets';

/** Functions and arguments before their options; the options are those that they need. */
const calls: Readonly<Record<string, readonly unknown[]>> = {
  mlp: [{}],
  cnn: [{}],
  resnet: [{}],
  vgg11: [{}],
  denseAutoencoder: [{}],
  convolutionalAutoencoder: [{}],
  denseVae: [{}],
  convolutionalVae: [{}],
  denseGan: [{}],
  charLstmClassifier: [{}],
  multiTaskCnn: [{}],
  layerFactory: [{}],
  adam: [{}],
  sgd: [{}],
  lion: [{}],
  oneCycle: [{ peak: 1, numSteps: 3 }],
  fit: [{ batches: () => [], step: () => notegrad.tf.scalar(0), numEpochs: 1 }],
  gradientStep: [notegrad.sgd(), () => notegrad.tf.scalar(0), undefined, {}],
  batches: [randomImages(4, 3), { batchSize: 2 }],
  split: [randomImages(4, 3), { a: 2, b: 1 }, {}],
  mnist: [{ split: 'test' }],
  fashionMnist: [{ split: 'test' }],
  tweets: [{ split: 'test' }],
  idxSet: [{ images: 'none' }],
  imageFolder: ['none', { size: 8 }],
  csvImages: ['none.csv', { size: 8 }],
  readTable: ['none.csv', {}],
  textSet: [{ csv: 'none.csv', text: 'text' }],
  galaxies: [{ folder: 'none' }],
  tsne: [[[1]], {}],
  umap: [[[1]], {}],
  lines: [{ title: 't', xLabel: 'x', yLabel: 'y', series: { a: { x: [1, 2], y: [1, 2] } } }],
  barChart: [{ title: 't', xLabel: 'x', yLabel: 'y', categories: ['a'], series: { b: [1] } }],
  heatMap: [
    {
      ...{ title: 't', values: [[1]], rowLabels: ['a'], columnLabels: ['b'] },
      ...{ xLabel: 'x', yLabel: 'y', valueLabel: 'v' },
    },
  ],
  table: [[{ a: 1 }], {}],
  expectClose: [[1], [1], {}],
};

async function refusalOf(name: string, given: readonly unknown[]): Promise<Error | undefined> {
  const called: unknown = Reflect.get(notegrad, name);
  if (typeof called !== 'function') throw new Error(`there is no ${name}`);
  try {
    await called(...given);
  } catch (error) {
    return error as Error;
  }
  return undefined;
}

for (const [name, given] of Object.entries(calls)) {
  test(`${name} refuses an option that it does not have, which a cast or JavaScript hides from types`, async () => {
    const options = { ...(given.at(-1) as object), nonsense: 1 };
    const error = await refusalOf(name, [...given.slice(0, -1), options]);
    assert.instance(error, notegrad.NotegradError);
    assert.match(error!.message, /^unknown option of .*: nonsense$/);
  });
}

for (const [name, given] of Object.entries(calls)) {
  test(`${name} refuses an option that is null, which would compute as 0`, async () => {
    const options = { ...(given.at(-1) as object), seed: null };
    const error = await refusalOf(name, [...given.slice(0, -1), options]);
    assert.instance(error, notegrad.NotegradError);
    assert.match(error!.message, /^the option seed of .* is null: leave it out for its default$/);
  });
}

test('names of 0.1 and of other libraries are led to those of today', async () => {
  const error = await refusalOf('mlp', [{ hidden: [3], embeddingDim: 2 }]);
  assert.is(
    error?.message,
    'unknown options of mlp: hidden (is it hiddenSizes?), embeddingDim (is it latentDim?)',
  );
});

for (const name of ['adam', 'sgd', 'lion']) {
  test(`${name}(0.1), as tfjs writes it, does not train at the default rate`, async () => {
    const error = await refusalOf(name, [0.1]);
    assert.is(
      error?.message,
      `the options of ${name} are the number 0.1: expected an object, as { name: value }`,
    );
  });
}

test('a range that no axis can show is refused', () => {
  const figure = (options: object) => () =>
    notegrad.lines({
      ...{ title: 't', xLabel: 'x', yLabel: 'y', series: { a: { x: [1, 2], y: [1, 2] } } },
      ...options,
    });
  assert.throws(
    figure({ xRange: [0, Number.NaN] }),
    /^invalid xRange: 0 to NaN \(from low to high\)$/,
  );
  assert.throws(figure({ yRange: [2, 1] }), /^invalid yRange: 2 to 1/);
  assert.throws(figure({ yScale: 'log', yRange: [0, 1] }), /above 0 on a log axis/);
  assert.not.throws(figure({ yScale: 'log', yRange: [0.1, 1] }));
});

test.run();

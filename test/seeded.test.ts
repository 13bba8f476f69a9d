import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Seeded } from '../lib/notegrad/src';
import {
  type AnyModel,
  addNoise,
  augmented,
  batches,
  charLstmClassifier,
  cnn,
  convolutionalAutoencoder,
  convolutionalVae,
  denseAutoencoder,
  denseGan,
  denseVae,
  kFold,
  layerFactory,
  mlp,
  multiTaskCnn,
  pixelOrder,
  resnet,
  shuffled,
  slicedWasserstein,
  split,
  stack,
  tf,
  trainableVariables,
  umap,
  vgg11,
} from '../lib/notegrad/src';
import { randomImages } from './support/image-sets';

const set = randomImages(24, 8);
const points = Array.from({ length: 24 }, (_, i) => [Math.sin(i), Math.cos(3 * i), (i * i) % 7]);

function firstWeights(model: AnyModel): number[] {
  const values = trainableVariables(model).flatMap((variable) => [
    ...variable.dataSync().slice(0, 5),
  ]);
  model.dispose();
  return values;
}

/** All that is drawn from a seed among the options, as numbers. */
const draws: Record<string, (options: Seeded) => ArrayLike<number> | Promise<ArrayLike<number>>> = {
  mlp: (options) => firstWeights(mlp({ ...options, hiddenSizes: [3] })),
  cnn: (options) => firstWeights(cnn(options)),
  resnet: (options) => firstWeights(resnet({ ...options, channels: [2] })),
  vgg11: (options) => firstWeights(vgg11({ ...options, hiddenSizes: [2] })),
  multiTaskCnn: (options) => firstWeights(multiTaskCnn(options)),
  charLstmClassifier: (options) => firstWeights(charLstmClassifier({ ...options, hiddenSize: 3 })),
  denseAutoencoder: (options) => firstWeights(denseAutoencoder({ ...options, hiddenSizes: [3] })),
  convolutionalAutoencoder: (options) => firstWeights(convolutionalAutoencoder(options)),
  denseVae: (options) => firstWeights(denseVae({ ...options, hiddenSizes: [3] })),
  convolutionalVae: (options) => firstWeights(convolutionalVae({ ...options, channels: [2] })),
  denseGan: (options) => firstWeights(denseGan({ ...options, hiddenSizes: [3] })),
  layerFactory: (options) =>
    firstWeights(stack('one', [4], [layerFactory(options).linear('fc', 4, 3)])),
  shuffled: (options) => shuffled(set, options).pixels,
  split: (options) => split(set, { train: 5 }, options).train.pixels,
  kFold: (options) => kFold(set, 3, options)[0].train.pixels,
  pixelOrder: (options) => pixelOrder(set, options),
  augmented: (options) => augmented(set, { ...options, shift: 2 }).pixels,
  batches: (options) => {
    const [{ x, y }] = batches(set, { ...options, batchSize: 24 });
    const values = x.dataSync().slice();
    tf.dispose([x, y]);
    return values;
  },
  addNoise: (options) =>
    tf.tidy(() =>
      addNoise(tf.zeros([9]), { ...options, std: 1, bounds: null })
        .dataSync()
        .slice(),
    ),
  slicedWasserstein: (options) => [
    slicedWasserstein(
      points,
      points.map(([a, b]) => [b, a, 1]),
      options,
    ),
  ],
  umap: async (options) =>
    (await umap(points, { ...options, numNeighbours: 5 })).flatMap((p) => [...p]),
};

for (const [name, draw] of Object.entries(draws)) {
  test(`${name} draws the same for the same seed, else otherwise, and without one as with 0`, async () => {
    const [one, again, other, zero, none] = [
      await draw({ seed: 1 }),
      await draw({ seed: 1 }),
      await draw({ seed: 2 }),
      await draw({ seed: 0 }),
      await draw({}),
    ].map((values) => Array.from(values));
    assert.equal(one, again);
    assert.not.equal(one, other);
    assert.equal(none, zero);
    assert.ok(one.every(Number.isFinite));
  });
}

test.run();

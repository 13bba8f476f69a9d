import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { registerModelFiles } from '../../lib/notegrad/src/weights/tfjs-files';
import { useNative } from '../support/native';
import { temporaryFolder } from '../support/temporary-folder';

const { layers } = tf;
const folder = temporaryFolder();

function classifier(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [5, 5, 1] }),
      layers.batchNormalization(),
      layers.flatten(),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  model.compile({
    optimizer: tf.train.adam(0.01),
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

const x = () => tf.randomUniform([6, 5, 5, 1], -1, 1, 'float32', 1);
const y = () => tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'), 3);
const valuesOf = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

async function saved(name: string, config?: tf.io.SaveConfig): Promise<[tf.LayersModel, string]> {
  const model = classifier();
  await model.fit(x(), y(), { epochs: 2, verbose: 0 });
  const url = `file://${join(folder, name)}`;
  await model.save(url, config);
  return [model, url];
}

test('a model that was saved predicts the same when it is loaded', async () => {
  const [model, url] = await saved('deep/inside');
  const loaded = await tf.loadLayersModel(`${url}/model.json`);
  assert.equal(
    valuesOf(loaded.predict(x()) as tf.Tensor),
    valuesOf(model.predict(x()) as tf.Tensor),
  );
});

test('a relative path is taken from the current folder', async () => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    await classifier().save('file://./relative');
    assert.ok(await tf.loadLayersModel('file://relative/model.json'));
  } finally {
    process.chdir(before);
  }
});

test('with its optimizer, training goes on as if it had not been saved', async () => {
  const [model, url] = await saved('with-optimizer', { includeOptimizer: true });
  const loaded = await tf.loadLayersModel(`${url}/model.json`);
  for (const each of [model, loaded]) {
    await each.fit(x(), y(), { epochs: 3, batchSize: 6, verbose: 0, shuffle: false });
  }
  assert.equal(loaded.getWeights().map(valuesOf), model.getWeights().map(valuesOf));
});

test('the files are what tfjs-node writes', async () => {
  const [model] = await saved('format', { includeOptimizer: true });
  const json = JSON.parse(readFileSync(join(folder, 'format/model.json'), 'utf8'));
  assert.is(json.format, 'layers-model');
  assert.is(json.modelTopology.class_name, 'Sequential');
  assert.is(json.trainingConfig.optimizer_config.class_name, 'Adam');
  const [{ paths, weights }] = json.weightsManifest;
  assert.equal(paths, ['weights.bin']);
  const bytes = readFileSync(join(folder, 'format/weights.bin'));
  const sizes = weights.map(({ shape }: { shape: number[] }) => tf.util.sizeFromShape(shape));
  assert.is(bytes.length, 4 * sizes.reduce((sum: number, size: number) => sum + size, 0));
  const first = new Float32Array(new Uint8Array(bytes.subarray(0, 4 * sizes[0])).buffer);
  assert.equal(Array.from(first), valuesOf(model.getWeights()[0]));
});

test('what tfjs-node wrote is read: several weight files, in groups, some quantised', async () => {
  const model = tf.sequential({ layers: [layers.dense({ units: 2, inputShape: [2] })] });
  const modelTopology = model.toJSON(null, false);
  const [kernel, bias] = model.weights.map(({ originalName }) => originalName);
  const float = (values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
  const shards = { 'a.bin': float([1, 2]), 'b.bin': float([3, 4]), 'c.bin': Uint8Array.of(0, 10) };
  for (const [name, bytes] of Object.entries(shards)) writeFileSync(join(folder, name), bytes);
  const quantization = { dtype: 'uint8', min: 1, scale: 0.5 };
  const weightsManifest = [
    { paths: ['a.bin', 'b.bin'], weights: [{ name: kernel, shape: [2, 2], dtype: 'float32' }] },
    { paths: ['c.bin'], weights: [{ name: bias, shape: [2], dtype: 'float32', quantization }] },
  ];
  const file = join(folder, 'shards.json');
  writeFileSync(file, JSON.stringify({ modelTopology, weightsManifest }));
  const loaded = await tf.loadLayersModel(`file://${file}`);
  assert.equal(loaded.getWeights().map(valuesOf), [
    [1, 2, 3, 4],
    [1, 6],
  ]);
});

async function refusal(url: string): Promise<string> {
  try {
    await tf.loadLayersModel(url);
  } catch (error) {
    return (error as Error).message;
  }
  return 'loaded';
}

test('what is missing, cut short or no model is refused, naming the file', async () => {
  const [, url] = await saved('broken');
  const file = (name: string) => join(folder, 'broken', name);
  assert.match(
    await refusal(`${url}/other.json`),
    /cannot load a model from .*other\.json: ENOENT/,
  );
  assert.match(await refusal(url), /broken is a folder: load file:\/\/.*broken\/model\.json/);
  assert.match(
    await refusal(`${url}/weights.bin`),
    /weights\.bin is not the model\.json of a saved/,
  );
  truncateSync(file('weights.bin'), 20);
  assert.match(await refusal(`${url}/model.json`), /have 20 bytes and not the \d+ that it lists/);
  writeFileSync(file('model.json'), '{}');
  assert.match(
    await refusal(`${url}/model.json`),
    /model\.json is not .*: it has no modelTopology/,
  );
});

test('weights that are missing are named', async () => {
  const [, url] = await saved('without');
  const json = join(folder, 'without/model.json');
  writeFileSync(json, readFileSync(json, 'utf8').replace('weights.bin', 'gone.bin'));
  assert.match(
    await refusal(`${url}/model.json`),
    /cannot load the weights of .*: ENOENT.*gone\.bin/,
  );
});

test('a folder that cannot be written is named', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  try {
    await classifier().save(`file://${file}`);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /cannot write .*a-file.weights\.bin/);
  }
});

test.before(async () => {
  await useNative();
  registerModelFiles();
});

test.run();

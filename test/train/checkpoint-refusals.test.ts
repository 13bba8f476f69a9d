import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LionOptimizer } from '../../lib/notegrad/src/engine/lion';
import { randomState } from '../../lib/notegrad/src/engine/random';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { NotegradError } from '../../lib/notegrad/src/errors';
import { Checkpoint, type CheckpointOptions } from '../../lib/notegrad/src/train/checkpoint';
import { fit } from '../../lib/notegrad/src/train/fit';
import { emptyHistory } from '../../lib/notegrad/src/train/history';
import { setLearningRate } from '../../lib/notegrad/src/train/schedules';
import type { StoredTensor } from '../../lib/notegrad/src/weights/named-tensors';
import { readSafetensors, writeSafetensors } from '../../lib/notegrad/src/weights/safetensors';
import { engines } from '../support/engines';
import { errorOf, inFolder } from '../support/folders';
import { assertTensorsKept } from '../support/memory';
import { mutations } from '../support/mutations';

interface LayerOptions {
  readonly name: string;
  readonly units: number;
}

const LAYERS: readonly LayerOptions[] = [
  { name: 'fc1', units: 3 },
  { name: 'fc2', units: 3 },
];

function model(layers = LAYERS): tf.Sequential {
  const [first, ...others] = layers;
  return tf.sequential({
    layers: [tf.layers.dense({ ...first, inputShape: [3] }), ...others.map(tf.layers.dense)],
  });
}

function variablesOf(net: tf.LayersModel): tf.Variable[] {
  return net.weights.map((weight) => weight.read() as tf.Variable);
}

function trainOnce(net: tf.LayersModel, optimizer: tf.Optimizer, variables = variablesOf(net)) {
  const loss = () => (net.apply(tf.ones([2, 3])) as tf.Tensor).square().sum<tf.Scalar>();
  tf.tidy(() => void optimizer.minimize(loss, false, variables));
}

const beginning = () => ({ epoch: 0, step: 0, seconds: 0, beganAt: randomState() });

interface Run {
  readonly layers?: readonly LayerOptions[];
  readonly optimizers?: readonly tf.Optimizer[];
  readonly settings?: CheckpointOptions['settings'];
  /** How many models of these layers there are. Default 1. */
  readonly numModels?: number;
}

function runOf({ layers, optimizers = [tf.train.adam(0.1)], settings, numModels = 1 }: Run) {
  const models = Array.from({ length: numModels }, () => model(layers));
  return {
    models,
    optimizers,
    checkpoint: (file: string) => new Checkpoint({ file, models, optimizers, settings }),
    dispose: () => {
      for (const part of [...models, ...optimizers]) part.dispose();
    },
  };
}

/** What reading the checkpoint of one run into another is refused with; '' if it is not. */
async function messageOf(written: Run, read: Run): Promise<string> {
  return inFolder(async (folder) => {
    const file = join(folder, 'run.safetensors');
    const [first, second] = [runOf(written), runOf(read)];
    for (const optimizer of first.optimizers) trainOnce(first.models[0], optimizer);
    await first.checkpoint(file).write(emptyHistory(), beginning());
    const before = variablesOf(second.models[0]).map((variable) => [...variable.dataSync()]);
    const message = await errorOf(() => second.checkpoint(file).read(emptyHistory()));
    if (message !== '') {
      const after = variablesOf(second.models[0]).map((variable) => [...variable.dataSync()]);
      assert.equal(after, before, `${message}: nothing is changed`);
    }
    first.dispose();
    second.dispose();
    return message.replace(`${file} is the checkpoint of another run: `, '');
  });
}

test.before(async () => {
  await tf.setBackend('cpu');
});

test('another run is refused, saying what differs', async () => {
  const hint = ' (delete it to begin anew)';
  const adam = (beta1 = 0.9, epsilon = 1e-7) => tf.train.adam(0.1, beta1, 0.999, epsilon);
  const cases: [Run, Run, string][] = [
    [
      { settings: { lr: 0.1 } },
      { settings: { lr: 0.2 } },
      'its settings are {"lr":0.1}, not {"lr":0.2}',
    ],
    [{}, { settings: { lr: 0.2 } }, 'its settings are {}, not {"lr":0.2}'],
    [{}, { optimizers: [] }, 'it has 1 optimizers, not 0'],
    [{}, { optimizers: [tf.train.adamax(0.1)] }, 'its optimizer 0 is Adam, not Adamax'],
    [{}, { optimizers: [new LionOptimizer(0.1)] }, 'its optimizer 0 is Adam, not Lion'],
    [
      { optimizers: [adam(), adam(0.9)] },
      { optimizers: [adam(), adam(0.5)] },
      'its optimizer 1, Adam, has beta1 0.9, not 0.5',
    ],
    [
      { optimizers: [adam()] },
      { optimizers: [adam(0.9, 1e-8)] },
      'its optimizer 0, Adam, has epsilon 1e-7, not 1e-8',
    ],
    [
      { optimizers: [tf.train.rmsprop(0.1)] },
      { optimizers: [tf.train.rmsprop(0.1, 0.9, 0, 1e-7, true)] },
      'its optimizer 0, RMSProp, has centered false, not true',
    ],
    [
      { optimizers: [tf.train.momentum(0.1, 0.9)] },
      { optimizers: [tf.train.momentum(0.1, 0.9, true)] },
      'its optimizer 0, Momentum, has useNesterov false, not true',
    ],
    [
      {},
      { layers: [LAYERS[0], { name: 'fc2', units: 4 }] },
      'its models.0.fc2/kernel has shape [3,3], not [3,4]',
    ],
    [
      {},
      { layers: [...LAYERS, { name: 'fc3', units: 3 }] },
      'it has no models.0.fc3/kernel of shape [3,3]',
    ],
    [{}, { layers: [LAYERS[0]] }, 'it has models.0.fc2/kernel, which the models have not'],
    [{ numModels: 2 }, {}, 'it has models.1.fc1/kernel, which the models have not'],
    [{}, { numModels: 2 }, 'it has no models.1.fc1/kernel of shape [3,3]'],
  ];
  for (const [written, read, difference] of cases) {
    assert.is(await messageOf(written, read), difference + hint);
  }
});

test('another learning rate is not another run', async () => {
  const later = tf.train.adam(0.001);
  assert.is(await messageOf({}, { optimizers: [later] }), '');
  const scheduled = tf.train.adam(0.1);
  setLearningRate(scheduled, 0.01);
  assert.is(await messageOf({ optimizers: [scheduled] }, {}), '');
});

test('hyper-parameters that the run itself changes do not make it another one', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'run.safetensors');
    const first = runOf({ optimizers: [tf.train.momentum(0.1, 0.9)] });
    const checkpoint = first.checkpoint(file);
    Object.assign(first.optimizers[0], { momentum: 0.95 });
    await checkpoint.write(emptyHistory(), beginning());
    const second = runOf({ optimizers: [tf.train.momentum(0.1, 0.9)] });
    await second.checkpoint(file).read(emptyHistory());
    first.dispose();
    second.dispose();
  });
});

for (const [engine, use] of Object.entries(engines)) {
  test(`each variable gets its own weights and state, in whatever order it is trained (${engine})`, async () => {
    await use();
    await inFolder(async (folder) => {
      const file = join(folder, 'run.safetensors');
      const [first, second] = [runOf({}), runOf({})];
      const [net, optimizer] = [first.models[0], first.optimizers[0]];
      trainOnce(net, optimizer, variablesOf(net).slice(2)); // fc1 is frozen at first
      trainOnce(net, optimizer);
      await first.checkpoint(file).write(emptyHistory(), beginning());
      trainOnce(net, optimizer);
      await second.checkpoint(file).read(emptyHistory());
      const [other] = second.models;
      trainOnce(other, second.optimizers[0], variablesOf(other).toReversed());
      assert.equal(
        variablesOf(other).map((variable) => [...variable.dataSync()]),
        variablesOf(net).map((variable) => [...variable.dataSync()]),
      );
      first.dispose();
      second.dispose();
    });
  });
}

test('optimizers that are given in another order are found out at the first step', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'run.safetensors');
    const two = () => ({ numModels: 2, optimizers: [tf.train.adam(0.1), tf.train.adam(0.1)] });
    const [first, second] = [runOf(two()), runOf(two())];
    for (const [i, net] of first.models.entries()) trainOnce(net, first.optimizers[i]);
    await first.checkpoint(file).write(emptyHistory(), beginning());
    await second.checkpoint(file).read(emptyHistory());
    const message = await errorOf(() => trainOnce(second.models[0], second.optimizers[1]));
    assert.match(
      message,
      /^the state that was set for this Adam is of fc1\/kernel.*none is surely fc1/,
    );
    first.dispose();
    second.dispose();
  });
});

test('a variable that no model of the checkpoint has is named', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'run.safetensors');
    const { models, optimizers, checkpoint, dispose } = runOf({});
    const stray = tf.variable(tf.scalar(1), true, 'temperature');
    tf.tidy(() => void optimizers[0].minimize(() => stray.square().asScalar(), false, [stray]));
    trainOnce(models[0], optimizers[0]);
    assert.is(
      await errorOf(() => checkpoint(file).write(emptyHistory(), beginning())),
      "Adam trains temperature, which is in none of the checkpoint's models",
    );
    assert.not(existsSync(file));
    stray.dispose();
    dispose();
  });
});

test('two weights of one name are refused', () => {
  const twins = { parts: { a: model(), b: model() }, dispose: () => {} };
  assert.throws(
    () => new Checkpoint({ file: 'unused', models: [twins], optimizers: [] }),
    "two weights of the checkpoint's models are called models.0.fc1/kernel: give their layers other names",
  );
});

/** A checkpoint that is written, then changed, then read. */
async function messageAfter(
  change: (
    file: string,
    contents: Map<string, StoredTensor>,
    notes: Record<string, string>,
  ) => void,
): Promise<string> {
  return inFolder(async (folder) => {
    const file = join(folder, 'run.safetensors');
    const { models, optimizers, checkpoint, dispose } = runOf({});
    trainOnce(models[0], optimizers[0]);
    await checkpoint(file).write(emptyHistory(), beginning());
    const { tensors, metadata } = readSafetensors(file);
    change(file, new Map(tensors), { ...metadata });
    const message = await errorOf(() => checkpoint(file).read(emptyHistory()));
    dispose();
    return message.replace(file, 'FILE');
  });
}

test('a file that is damaged, of another version or no checkpoint is named as that', async () => {
  const hint = '(delete it to begin anew)';
  const damaged = `FILE is damaged: it does not hold what was written ${hint}`;
  const other = (version: string) =>
    `FILE was written by ${version} of the library: this one cannot go on from it ${hint}`;
  const changed: [Parameters<typeof messageAfter>[0], string][] = [
    [
      (file, tensors, { version, digest, ...notes }) => writeSafetensors(file, tensors, notes),
      other('an older version'),
    ],
    [
      (file, tensors, notes) => writeSafetensors(file, tensors, { ...notes, version: '99' }),
      other('another version'),
    ],
    [
      (file, tensors) => writeSafetensors(file, tensors, {}),
      'FILE is no checkpoint: it has no position',
    ],
    [
      (file, tensors, notes) => {
        const weight = tensors.get('models.0.fc1/kernel') as StoredTensor;
        weight.data[3] = 7;
        writeSafetensors(file, tensors, notes);
      },
      damaged,
    ],
    [
      (file, tensors, notes) => {
        tensors.delete('optimizers.0.models.0.fc1/kernel/m');
        writeSafetensors(file, tensors, notes);
      },
      damaged,
    ],
    [
      (file, tensors, notes) => {
        const position = notes.position.replace('"epoch":0', '"epoch":1');
        writeSafetensors(file, tensors, { ...notes, position });
      },
      damaged,
    ],
  ];
  for (const [change, message] of changed) assert.is(await messageAfter(change), message);
  const cut = await messageAfter((file) => writeFileSync(file, readFileSync(file).subarray(0, -9)));
  assert.match(cut, /^FILE is not a safetensors file: tensor .* the file is cut short$/);
  const foreign = await messageAfter((file) => writeFileSync(file, 'not a checkpoint'));
  assert.match(foreign, /^FILE is not a safetensors file: /);
});

test('no damage to a file is read in silence', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'run.safetensors');
    const { models, optimizers, checkpoint, dispose } = runOf({});
    trainOnce(models[0], optimizers[0]);
    await checkpoint(file).write(emptyHistory(), beginning());
    const whole = readFileSync(file);
    const before = variablesOf(models[0]).map((variable) => [...variable.dataSync()]);
    for (const bytes of mutations(whole, 300)) {
      if (bytes.equals(whole)) continue;
      writeFileSync(file, bytes);
      const message = await errorOf(() => checkpoint(file).read(emptyHistory()));
      const isSame = sameContents(file, whole, join(folder, 'whole.safetensors'));
      assert.ok(message.startsWith(file) || isSame, message || 'it was read');
    }
    assert.equal(
      variablesOf(models[0]).map((variable) => [...variable.dataSync()]),
      before,
    );
    dispose();
  });
});

/** Whether what a file holds is not changed, as where a space in its header is another one. */
function sameContents(file: string, whole: Buffer, wholeFile: string): boolean {
  writeFileSync(wholeFile, whole);
  try {
    assert.equal(readSafetensors(file), readSafetensors(wholeFile));
    return true;
  } catch {
    return false;
  }
}

test('a checkpoint of a run with more data is found out', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'run.safetensors');
    const { models, optimizers, checkpoint, dispose } = runOf({});
    const history = emptyHistory();
    history.steps.loss.push(1, 1, 1);
    await checkpoint(file).write(history, { ...beginning(), step: 3 });
    await assertTensorsKept(async () => {
      const message = await errorOf(() =>
        fit({
          batches: () => [tf.scalar(1), tf.scalar(2)],
          step: (batch) => batch.asScalar(),
          numEpochs: 1,
          showProgress: false,
          checkpoint: { file, models, optimizers },
        }),
      );
      assert.is(
        message,
        'epoch 0 has 2 batches, but 3 steps of it were made before: the checkpoint is of a run with ' +
          'other data',
      );
    });
    dispose();
  });
});

test('a number of steps between two writings that is no positive integer is refused', async () => {
  for (const everySteps of [0, -1, 1.5, Number.NaN]) {
    const message = await errorOf(() =>
      fit({
        batches: () => [],
        step: () => tf.scalar(0),
        numEpochs: 1,
        checkpoint: { file: 'unused', models: [], optimizers: [], everySteps },
      }),
    );
    assert.is(message, `invalid checkpoint's everySteps: ${everySteps} (a positive integer)`);
  }
});

for (const [given, says] of [
  [3, /^the options of checkpoint are the number 3/],
  [{}, /^invalid checkpoint's file/],
  [{ file: null, models: [], optimizers: [] }, /^the option file of checkpoint is null/],
  [{ file: 'a.safetensors', optimizers: [] }, /^invalid checkpoint's models/],
  [{ file: 'a.safetensors', models: [] }, /^invalid checkpoint's optimizers/],
  [
    { file: 'a.safetensors', models: [], optimizers: [], everyStep: 1 },
    /^unknown option of checkpoint: everyStep$/,
  ],
] as const) {
  test(`a checkpoint of ${JSON.stringify(given)} is refused in a sentence`, () => {
    assert.throws(
      () => Reflect.construct(Checkpoint, [given]),
      (error: Error) => error instanceof NotegradError && says.test(error.message),
    );
  });
}

test.run();

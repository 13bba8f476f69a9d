import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { cnn } from '../../lib/notegrad/src/models/cnn';
import { convolutionalAutoencoder } from '../../lib/notegrad/src/models/convolutional-autoencoder';
import { mlp } from '../../lib/notegrad/src/models/mlp';
import {
  applyStateDict,
  loadStateDict,
  readStateDict,
  saveStateDict,
  stateDict,
} from '../../lib/notegrad/src/models/state-dict';
import type { StoredTensor } from '../../lib/notegrad/src/weights/named-tensors';
import { writeTorchFile } from '../../lib/notegrad/src/weights/torch-file';
import { assertClose } from '../support/close';
import { inFolder } from '../support/folders';
import { assertTensorsKept } from '../support/memory';
import { seededRandom } from '../support/mutations';
import { pythonWithTorch, runPython } from '../support/python-torch';

const python = pythonWithTorch();
const withTorch = python
  ? test
  : (name: string) => console.log(`skipped: ${name}: no python3 has torch`);

function randomArray(size: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: size }, () => random());
}

/** Images [count, size, size, 1] and the same numbers for PyTorch's [count, 1, size, size]. */
function images(count: number, size: number): tf.Tensor4D {
  return tf.tensor4d(randomArray(count * size * size, 3), [count, size, size, 1]);
}

/** What a PyTorch module with the saved weights gives for images. */
function torchForward(folder: string, module: string, weights: string, x: tf.Tensor): number[] {
  const input = join(folder, 'x.bin');
  writeFileSync(input, Buffer.from(x.dataSync<'float32'>().slice().buffer));
  const script = `
import sys, json, numpy, torch
from torch import nn
from torch.nn import functional as F
${module}
net = Net().eval()
net.load_state_dict(torch.load(sys.argv[1], weights_only=True))
x = torch.from_numpy(numpy.fromfile(sys.argv[2], dtype=numpy.float32)).reshape(-1, 1, ${x.shape[1]}, ${x.shape[2]})
print(json.dumps(net(x).flatten().tolist()))`;
  return JSON.parse(runPython(python!, script, [weights, input]));
}

test.before(async () => {
  await tf.setBackend('cpu');
});

withTorch(
  'a CNN’s weights give the same logits in PyTorch, though it flattens otherwise',
  async () => {
    await inFolder((folder) => {
      const model = cnn({ inputShape: [12, 12, 1], channels: [3, 5], hiddenSizes: [7], seed: 1 });
      const file = join(folder, 'cnn.pt');
      saveStateDict(model, file);
      const module = `
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 3, 3, padding=1)
        self.conv2 = nn.Conv2d(3, 5, 3, padding=1)
        self.fc1 = nn.Linear(45, 7)
        self.fc2 = nn.Linear(7, 10)
    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc2(F.relu(self.fc1(x.flatten(1))))`;
      const x = images(4, 12);
      const ours = tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync());
      assertClose(ours, torchForward(folder, module, file, x), { atol: 1e-5 });
      tf.dispose(x);
      model.dispose();
    });
  },
);

withTorch('a convolutional autoencoder’s weights give the same images in PyTorch', async () => {
  await inFolder((folder) => {
    const model = convolutionalAutoencoder({ inputShape: [8, 8, 1], skips: true, seed: 1 });
    const file = join(folder, 'cae.pt');
    saveStateDict(model, file);
    const module = `
class Half(nn.Module):
    pass
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Half(), Half()
        self.encoder.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.encoder.conv2 = nn.Conv2d(4, 8, 3, padding=1)
        self.encoder.fc1 = nn.Linear(32, 20)
        self.encoder.fc2 = nn.Linear(20, 2)
        self.decoder.fc1 = nn.Linear(2, 20)
        self.decoder.fc2 = nn.Linear(20, 32)
        self.decoder.conv1 = nn.Conv2d(8, 4, 3, padding=1)
        self.decoder.conv2 = nn.Conv2d(4, 1, 3, padding=1)
    def forward(self, x):
        p1 = F.max_pool2d(F.relu(self.encoder.conv1(x)), 2)
        p2 = F.max_pool2d(F.relu(self.encoder.conv2(p1)), 2)
        h = self.encoder.fc2(F.relu(self.encoder.fc1(p2.flatten(1))))
        y = F.relu(self.decoder.fc2(F.relu(self.decoder.fc1(h)))).reshape(-1, 8, 2, 2)
        y = F.interpolate(y + p2, scale_factor=2)
        y = F.interpolate(F.relu(self.decoder.conv1(y)) + p1, scale_factor=2)
        return torch.sigmoid(self.decoder.conv2(y))`;
    const x = images(3, 8);
    const ours = tf.tidy(() => model.reconstruct(x).dataSync());
    assertClose(ours, torchForward(folder, module, file, x), { atol: 1e-5 });
    tf.dispose(x);
    model.dispose();
  });
});

withTorch(
  'weights that PyTorch saved give the same logits here, running statistics too',
  async () => {
    await inFolder((folder) => {
      const file = join(folder, 'theirs.pt');
      const expected: number[] = JSON.parse(
        runPython(
          python!,
          `
import sys, json, torch
from torch import nn
torch.manual_seed(5)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 3, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(3)
        self.up = nn.ConvTranspose2d(3, 2, 2, stride=2)
        self.fc1 = nn.Linear(32, 4)
    def forward(self, x):
        return self.fc1(self.up(self.bn1(self.conv1(x))).flatten(1))
net = Net()
for _ in range(3): net(torch.rand(5, 1, 2, 2))
net.eval()
torch.save(net.state_dict(), sys.argv[1])
x = torch.arange(8.).reshape(2, 1, 2, 2) / 8
print(json.dumps(net(x).flatten().tolist()))`,
          [file],
        ),
      );
      const model = tf.sequential({
        layers: [
          tf.layers.conv2d({
            name: 'conv1',
            inputShape: [2, 2, 1],
            filters: 3,
            kernelSize: 3,
            padding: 'same',
            useBias: false,
          }),
          tf.layers.batchNormalization({ name: 'bn1', epsilon: 1e-5 }),
          tf.layers.conv2dTranspose({ name: 'up', filters: 2, kernelSize: 2, strides: 2 }),
          tf.layers.flatten(),
          tf.layers.dense({ name: 'fc1', units: 4 }),
        ],
      });
      loadStateDict(model, file);
      const x = tf.range(0, 8).div<tf.Tensor>(8).reshape([2, 2, 2, 1]);
      const ours = tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync());
      assertClose(ours, expected, { atol: 1e-5 });
      model.dispose();
    });
  },
);

test('weights come back from .pt and .safetensors bit for bit', async () => {
  for (const ending of ['pt', 'pth', 'safetensors']) {
    await inFolder((folder) => {
      const file = join(folder, `model.${ending}`);
      const [saved, loaded] = [1, 2].map((seed) =>
        convolutionalAutoencoder({ inputShape: [8, 8, 1], seed }),
      );
      assert.not.equal([...stateDict(loaded)], [...stateDict(saved)]);
      saveStateDict(saved, file);
      loadStateDict(loaded, file);
      assert.equal([...stateDict(loaded)], [...stateDict(saved)]);
      saved.dispose();
      loaded.dispose();
    });
  }
});

test('saving and loading leave no tensor behind', async () => {
  await inFolder(async (folder) => {
    const model = cnn({ inputShape: [8, 8, 1], channels: [2], seed: 1 });
    await assertTensorsKept(() => {
      saveStateDict(model, join(folder, 'x.pt'));
      loadStateDict(model, join(folder, 'x.pt'));
    });
    model.dispose();
  });
});

test('weights of another network are refused, naming each, and change nothing', async () => {
  await inFolder((folder) => {
    const file = join(folder, 'x.pt');
    const small = mlp({ inputShape: [4], hiddenSizes: [3], numClasses: 2, seed: 1 });
    const large = mlp({ inputShape: [2, 2, 1], hiddenSizes: [5, 3], numClasses: 2, seed: 2 });
    const before = [...stateDict(large)];
    saveStateDict(small, file);
    assert.throws(
      () => loadStateDict(large, file),
      (error: Error) =>
        error.message ===
        `${file}: the weights do not fit: ` +
          'fc1.weight has shape [3,4] instead of [5,4]; fc1.bias has shape [3] instead of [5]; ' +
          'fc2.weight has shape [2,3] instead of [3,5]; fc2.bias has shape [2] instead of [3]; ' +
          'fc3.weight is missing; fc3.bias is missing',
    );
    assert.throws(
      () => applyStateDict(small, new Map([...before, ['x', before[0][1]]])),
      /x belongs to no layer/,
    );
    assert.equal([...stateDict(large)], before);
    small.dispose();
    large.dispose();
  });
});

test('an unknown ending is refused with those there are', () => {
  const model = mlp({ inputShape: [2, 1, 1], hiddenSizes: [], numClasses: 2 });
  assert.throws(
    () => saveStateDict(model, 'model.h5'),
    (error: Error) =>
      error.message === 'unknown weight format: model.h5 (known endings: .pt, .pth, .safetensors)',
  );
  model.dispose();
});

test('a layer without a counterpart in PyTorch’s terms is named', () => {
  const model = tf.sequential({
    layers: [
      tf.layers.convLstm2d({ name: 'clouds', filters: 1, kernelSize: 1, inputShape: [2, 3, 3, 1] }),
    ],
  });
  assert.throws(
    () => stateDict(model),
    /^layer clouds: no PyTorch layout for ConvLSTM2D \(known: Dense, Conv1D, /,
  );
  model.dispose();
});

test('two layers of one name are refused', () => {
  const half = () =>
    tf.sequential({ layers: [tf.layers.dense({ name: 'fc', units: 2, inputShape: [2] })] });
  const model = { parts: { encoder: half(), decoder: half() }, dispose: () => undefined };
  assert.throws(() => stateDict(model), /^two layers have weights named fc\.weight/);
});

test('a model that shares layers between its parts has each weight once', () => {
  const shared = tf.layers.dense({ name: 'fc', units: 2, inputShape: [2] });
  const [a, b] = [1, 2].map(() => {
    const x = tf.input({ shape: [2] });
    return tf.model({ inputs: x, outputs: shared.apply(x) as tf.SymbolicTensor });
  });
  const dict = stateDict({ parts: { a, b }, dispose: () => undefined });
  assert.equal([...dict.keys()], ['fc.weight', 'fc.bias']);
});

const fc = () =>
  tf.sequential({ layers: [tf.layers.dense({ name: 'fc', units: 1, inputShape: [2] })] });

test('weights of other types are converted, and rounded only on request', () => {
  const model = fc();
  const bias: StoredTensor = { type: 'bfloat16', shape: [1], data: new Uint16Array([0xbfc0]) };
  const dictWith = (weight: StoredTensor) =>
    new Map([
      ['fc.weight', weight],
      ['fc.bias', bias],
    ]);
  const exact: [StoredTensor['type'], StoredTensor['data'], number[]][] = [
    ['float16', new Uint16Array([0x3555, 0x8001]), [0.333251953125, -(2 ** -24)]],
    ['float16', new Uint16Array([0x7c00, 0xfbff]), [Infinity, -65504]],
    ['int8', new Int8Array([-128, 127]), [-128, 127]],
    ['int16', new Int16Array([-32768, 32767]), [-32768, 32767]],
    ['uint8', new Uint8Array([0, 255]), [0, 255]],
    ['uint16', new Uint16Array([0, 65535]), [0, 65535]],
    ['bool', new Uint8Array([0, 1]), [0, 1]],
  ];
  for (const [type, data, expected] of exact) {
    applyStateDict(model, dictWith({ type, shape: [1, 2], data }));
    assert.equal([...stateDict(model).get('fc.weight')!.data], expected, type);
    assert.equal([...stateDict(model).get('fc.bias')!.data], [-1.5]);
  }
  const rounded: [StoredTensor['type'], StoredTensor['data'], number[]][] = [
    ['float64', new Float64Array([0.1, 1e300]), [Math.fround(0.1), Infinity]],
    ['int32', new Int32Array([2 ** 24 + 1, -1]), [2 ** 24, -1]],
    ['int64', new BigInt64Array([-1n, 2n ** 40n]), [-1, 2 ** 40]],
    ['uint32', new Uint32Array([0, 7]), [0, 7]],
    ['uint64', new BigUint64Array([0n, 2n ** 63n]), [0, 2 ** 63]],
  ];
  for (const [type, data, expected] of rounded) {
    const dict = dictWith({ type, shape: [1, 2], data });
    assert.throws(
      () => applyStateDict(model, dict),
      (error: Error) =>
        error.message ===
        `the weights do not fit: fc.weight is ${type}, which float32 rounds ({ narrow: true } allows it)`,
    );
    applyStateDict(model, dict, { narrow: true });
    assert.equal([...stateDict(model).get('fc.weight')!.data], expected, type);
  }
  model.dispose();
});

test('names that wrappers have changed are read on request', async () => {
  await inFolder((folder) => {
    const file = join(folder, 'wrapped.pt');
    const model = fc();
    const dict = stateDict(model);
    writeTorchFile(
      file,
      new Map([
        ['module._orig_mod.fc.weight', dict.get('fc.weight')!],
        ['module.fc._orig_mod.bias', dict.get('fc.bias')!],
      ]),
    );
    assert.throws(() => loadStateDict(model, file), /\(read the file with \{ unwrap: true \}\)$/);
    loadStateDict(model, file, { unwrap: true });
    assert.equal([...readStateDict(file, { unwrap: true }).keys()], ['fc.weight', 'fc.bias']);
    writeTorchFile(
      file,
      new Map([
        ['module.x', dict.get('fc.bias')!],
        ['x', dict.get('fc.bias')!],
      ]),
    );
    assert.throws(
      () => readStateDict(file, { unwrap: true }),
      (error: Error) => error.message === `${file} has two tensors for x without wrappers`,
    );
    model.dispose();
  });
});

test('a normalisation without scale or without shift has PyTorch’s constant there', () => {
  const model = tf.sequential({
    layers: [
      tf.layers.batchNormalization({ name: 'bn', scale: false, inputShape: [2] }),
      tf.layers.layerNormalization({ name: 'ln', center: false }),
    ],
  });
  const dict = new Map(stateDict(model));
  assert.equal([...dict.get('bn.weight')!.data], [1, 1]);
  assert.equal([...dict.get('ln.bias')!.data], [0, 0]);
  applyStateDict(model, dict);
  dict.set('bn.weight', { type: 'float32', shape: [2], data: new Float32Array([1, 2]) });
  assert.throws(
    () => applyStateDict(model, dict),
    /bn\.weight is not 1 throughout, as our layer has it$/,
  );
  model.dispose();
});

test.run();

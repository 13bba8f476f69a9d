import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { WeightsError } from '../../lib/notegrad/src/errors';
import { readStateDict } from '../../lib/notegrad/src/models/state-dict';
import { sourceOf } from '../../lib/notegrad/src/weights/byte-source';
import { opcode } from '../../lib/notegrad/src/weights/pickle-opcodes';
import { parseTorchFile, readTorchFile } from '../../lib/notegrad/src/weights/torch-file';
import { unpickleTorch } from '../../lib/notegrad/src/weights/torch-pickle';
import { inFolder } from '../support/folders';
import { mutations, seededRandom } from '../support/mutations';

/** Files that fixtures/make.py had PyTorch 1.13 write, and no test changes. */
const fixture = (name: string) => join(__dirname, 'fixtures', `${name}.pt`);

const KINDS = ['legacy-2', 'legacy-4', 'legacy-5', 'zip-2', 'zip-4', 'zip-5'];
const TENSOR_FILES = KINDS.map((kind) => `tensors-${kind}`);
const CHECKPOINT_FILES = KINDS.map((kind) => `checkpoint-${kind}`);

for (const name of TENSOR_FILES) {
  test(`${name}: every type and stride is read`, () => {
    const read = [...readTorchFile(fixture(name))].map(([key, { type, shape, data }]) => [
      key,
      type,
      shape,
      [...data],
    ]);
    assert.equal(read, [
      ['weight', 'float32', [3, 4], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
      ['transposed', 'float32', [4, 3], [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]],
      ['slice', 'float32', [2, 2], [5, 6, 9, 10]],
      ['expanded', 'float32', [2, 3], [1.5, 1.5, 1.5, 2.5, 2.5, 2.5]],
      ['half', 'float16', [2], [0x3800, 0xfbff]],
      ['bfloat16', 'bfloat16', [1], [0xbfc0]],
      ['double', 'float64', [], [0.1]],
      ['int8', 'int8', [2], [-128, 127]],
      ['int16', 'int16', [1], [-32768]],
      ['int32', 'int32', [1], [-7]],
      ['int64', 'int64', [1], [-(2n ** 40n)]],
      ['uint8', 'uint8', [1], [255]],
      ['bool', 'bool', [2], [1, 0]],
      ['parameter', 'float32', [2], [1, 1]],
      ['empty', 'float32', [0, 3], []],
    ]);
  });
}

test('a state dict is given with numbers where JavaScript has none of the type', () => {
  const dict = readStateDict(fixture('tensors-zip-2'));
  assert.equal(dict.get('half'), {
    type: 'float32',
    shape: [2],
    data: new Float32Array([0.5, -65504]),
  });
  assert.equal([...dict.get('bfloat16')!.data], [-1.5]);
  assert.is(dict.get('double')?.type, 'float64', 'nothing is rounded');
});

for (const name of CHECKPOINT_FILES) {
  test(`${name}: the state dict of a checkpoint is chosen by its key`, () => {
    const read = readTorchFile(fixture(name), { key: 'model_state_dict' });
    assert.equal([...read.keys()], ['weight', 'bias']);
    assert.equal(read.get('weight')?.shape, [1, 2]);
    const what =
      'epoch (3), best (0.5), model_state_dict (a state dict of 2), ' +
      'optimizer_state_dict (a dict of 2), classes (a tuple of 7), arguments (pathlib.PosixPath), ' +
      'others (a list of 11)';
    const refusal = (key?: string) => {
      try {
        readTorchFile(fixture(name), { key });
      } catch (error) {
        return (error as Error).message.replace(/^.*that can be read: /, '');
      }
      return 'nothing was refused';
    };
    assert.is(
      refusal(),
      `it is no dict of tensors but holds ${what}: choose one by its key, as { key: 'model_state_dict' }`,
    );
    assert.is(refusal('model'), `it has no model (known: ${what})`);
    assert.is(refusal('epoch'), 'its epoch is 3, no dict of tensors');
  });
}

test('modules and TorchScript files are named, with what to save instead', () => {
  assert.throws(
    () => readTorchFile(fixture('module')),
    /holds a whole module, torch\.nn\.modules\.linear\.Linear.*torch\.save\(module\.state_dict\(\)/,
  );
  assert.throws(
    () => readTorchFile(fixture('script')),
    /is a TorchScript file.*torch\.save\(torch\.jit\.load\(file\)\.state_dict\(\)/,
  );
});

test('a .safetensors has no keys to choose by', () => {
  assert.throws(
    () => readStateDict('x.safetensors', { key: 'model' }),
    /^x\.safetensors is one dict of tensors, in which no model can be chosen$/,
  );
});

for (const name of [...TENSOR_FILES, ...CHECKPOINT_FILES]) {
  test(`${name}: 1,000 mutations end in tensors or in one of our errors`, () => {
    const key = name.startsWith('checkpoint') ? 'model_state_dict' : undefined;
    let refused = 0;
    for (const bytes of mutations(readFileSync(fixture(name)), 1_000)) {
      try {
        parseTorchFile(bytes, { key });
      } catch (error) {
        assert.instance(error, WeightsError, `${(error as Error).stack}`);
        refused++;
      }
    }
    assert.ok(refused > 100, `${refused} refused`);
  });
}

test('20,000 random programs of all opcodes end in a value or in one of our errors', () => {
  const random = seededRandom(3);
  const below = (limit: number) => Math.floor(random() * limit);
  const opcodes = Object.values(opcode).filter((code) => code !== opcode.STOP);
  const reached = new Set<number>();
  const named = (name: string) => Buffer.from(`c${name}\n`);
  /** Programs of opcodes alone fail at once for want of values to act on, so these are put in. */
  const values = [
    ...['N', 'K\x01', '}', ']', ')', '(', 'X\x01\0\0\0a'].map((text) =>
      Buffer.from(text, 'latin1'),
    ),
    ...['collections\nOrderedDict', 'torch._utils\n_rebuild_tensor_v2', 'os\nsystem'].map(named),
  ];
  let ended = 0;
  for (let i = 0; i < 20_000; i++) {
    const pieces: Buffer[] = [];
    for (let k = 0; k <= below(12); k++) {
      pieces.push(values[below(values.length)]);
      if (random() < 0.4) continue;
      const code = opcodes[below(opcodes.length)];
      reached.add(code);
      pieces.push(Buffer.from([code, ...Array.from({ length: below(3) }, () => below(3))]));
    }
    const source = sourceOf(Buffer.concat([...pieces, Buffer.from('.')]));
    try {
      unpickleTorch(source, new Map());
      ended++;
    } catch (error) {
      assert.instance(error, WeightsError, `${(error as Error).stack}`);
    }
  }
  assert.is(reached.size, opcodes.length);
  assert.ok(ended > 1_000, `${ended} ended in a value`);
});

/** A pickle of two views into storages of zeros and of one number, as latin-1. */
function pickleOfTwo(largeCount: number): Buffer {
  const text = (s: string) => `X${String.fromCharCode(s.length)}\0\0\0${s}`;
  const count = Buffer.alloc(10, Buffer.from([0x8a, 8]));
  count.writeBigInt64LE(BigInt(largeCount), 2);
  const tensor = (key: string, numElements: string, offset: string) => {
    const id = `(${text('storage')}ctorch\nByteStorage\n${text(key)}${text('cpu')}${numElements}tQ`;
    return `ctorch._utils\n_rebuild_tensor_v2\n(${id}${offset}K\x01\x85K\x01\x85\x89NtR`;
  };
  const large = count.toString('latin1');
  const last = Buffer.from(count);
  last.writeBigInt64LE(BigInt(largeCount - 1), 2);
  const entries =
    `${text('large')}${tensor('0', large, last.toString('latin1'))}` +
    `${text('small')}${tensor('1', 'K\x01', 'K\0')}`;
  return Buffer.from(`\x80\x02}(${entries}u.`, 'latin1');
}

test('of a file of 5 GiB only what is needed is read, by position', async () => {
  await inFolder((folder) => {
    const path = join(folder, 'large.pt');
    const size = 5 * 2 ** 30;
    const files = [
      { name: 'a/data.pkl', size: 0, bytes: pickleOfTwo(size) },
      { name: 'a/data/0', size, bytes: Buffer.alloc(0) },
      { name: 'a/data/1', size: 1, bytes: Buffer.from([42]) },
    ];
    const descriptor = openSync(path, 'w');
    const directory: Buffer[] = [];
    let at = 0;
    for (const { name, size: hole, bytes } of files) {
      const length = Math.max(hole, bytes.length);
      const local = Buffer.alloc(30);
      local.writeUInt32LE(0x04034b50);
      local.writeUInt16LE(name.length, 26);
      writeSync(descriptor, Buffer.concat([local, Buffer.from(name), bytes]), 0, null, at);
      const central = Buffer.alloc(46 + name.length + 28);
      central.writeUInt32LE(0x02014b50);
      for (const field of [20, 24, 42]) central.writeUInt32LE(0xffffffff, field);
      central.writeUInt16LE(name.length, 28);
      central.writeUInt16LE(28, 30);
      central.write(name, 46);
      central.writeUInt16LE(1, 46 + name.length);
      central.writeUInt16LE(24, 48 + name.length);
      for (const [i, value] of [length, length, at].entries()) {
        central.writeBigUInt64LE(BigInt(value), 50 + name.length + 8 * i);
      }
      directory.push(central);
      at += 30 + name.length + length;
    }
    // The last byte of the large storage: all others are a hole in the file, which takes no disk.
    const largeEnd = at - (30 + 'a/data/1'.length + 1);
    writeSync(descriptor, Buffer.from([7]), 0, 1, largeEnd - 1);
    ftruncateSync(descriptor, at);
    const central = Buffer.concat(directory);
    const wide = Buffer.alloc(56 + 20 + 22);
    wide.writeUInt32LE(0x06064b50);
    for (const [i, value] of [3, 3, central.length, at].entries()) {
      wide.writeBigUInt64LE(BigInt(value), 24 + 8 * i);
    }
    wide.writeUInt32LE(0x07064b50, 56);
    wide.writeBigUInt64LE(BigInt(at + central.length), 64);
    wide.writeUInt32LE(0x06054b50, 76);
    writeSync(descriptor, Buffer.concat([central, wide]), 0, null, at);
    closeSync(descriptor);

    const before = process.memoryUsage().arrayBuffers;
    const read = readTorchFile(path);
    assert.equal([...read.get('large')!.data], [7]);
    assert.equal([...read.get('small')!.data], [42]);
    assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 24, 'it is not held in memory');
  });
});

test.run();

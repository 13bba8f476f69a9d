import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { WeightsError } from '../../lib/notegrad/src/errors';
import type { StoredTensor } from '../../lib/notegrad/src/weights/named-tensors';
import {
  parseTorchFile,
  readTorchFile,
  writeTorchFile,
} from '../../lib/notegrad/src/weights/torch-file';
import { inFolder } from '../support/folders';
import { mutations } from '../support/mutations';
import { pythonWithTorch, runPython } from '../support/python-torch';

const tensors = new Map<string, StoredTensor>([
  ['fc.weight', { type: 'float32', shape: [2, 3], data: new Float32Array([1, -2, 3, 4, 5.5, 6]) }],
  ['fc.bias', { type: 'float64', shape: [2], data: new Float64Array([0.5, -0.125]) }],
  ['steps', { type: 'int64', shape: [], data: new BigInt64Array([-(2n ** 40n)]) }],
  ['ids', { type: 'int32', shape: [300, 1], data: new Int32Array(300).fill(-7) }],
  ['mask', { type: 'bool', shape: [3], data: new Uint8Array([1, 0, 1]) }],
  ['bytes', { type: 'uint8', shape: [1, 1, 2], data: new Uint8Array([0, 255]) }],
  ['empty', { type: 'float32', shape: [0, 5], data: new Float32Array(0) }],
]);

const python = pythonWithTorch();
const withTorch = python
  ? test
  : (name: string) => console.log(`skipped: ${name}: no python3 has torch`);

async function validFile(): Promise<Uint8Array> {
  return inFolder((folder) => {
    writeTorchFile(join(folder, 'x.pt'), tensors);
    return readFileSync(join(folder, 'x.pt'));
  });
}

/** The valid file with its pickle replaced: opcodes as latin-1 text. */
function withPickle(pickle: string, more: Record<string, Uint8Array> = {}): Uint8Array {
  return zipSync({ 'a/data.pkl': Buffer.from(pickle, 'latin1'), ...more });
}

function refusal(bytes: Uint8Array): string {
  try {
    parseTorchFile(bytes);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was refused';
}

test('what is written is read again, in order and in every type', async () => {
  assert.equal([...parseTorchFile(await validFile())], [...tensors]);
});

test('a type that PyTorch has no storage of is refused', () => {
  const tensor: StoredTensor = { type: 'uint16', shape: [1], data: new Uint16Array(1) };
  assert.throws(
    () => writeTorchFile('never.pt', new Map([['x', tensor]])),
    /^tensor x: a \.pt file cannot hold uint16 \(known: float64, float32, /,
  );
});

test('equal tensors give equal files', async () => {
  assert.ok(Buffer.from(await validFile()).equals(Buffer.from(await validFile())));
});

withTorch('torch.load with weights_only opens what we wrote', async () => {
  await inFolder((folder) => {
    const path = join(folder, 'x.pt');
    writeTorchFile(path, tensors);
    const script = `
import sys, json, torch
d = torch.load(sys.argv[1], weights_only=True)
print(json.dumps([type(d).__name__, [[k, str(v.dtype), list(v.shape), v.flatten().tolist()] for k, v in d.items()]]))`;
    const [type, entries] = JSON.parse(runPython(python!, script, [path]));
    assert.is(type, 'OrderedDict');
    assert.equal(entries, [
      ['fc.weight', 'torch.float32', [2, 3], [1, -2, 3, 4, 5.5, 6]],
      ['fc.bias', 'torch.float64', [2], [0.5, -0.125]],
      ['steps', 'torch.int64', [], [-(2 ** 40)]],
      ['ids', 'torch.int32', [300, 1], new Array(300).fill(-7)],
      ['mask', 'torch.bool', [3], [true, false, true]],
      ['bytes', 'torch.uint8', [1, 1, 2], [0, 255]],
      ['empty', 'torch.float32', [0, 5], []],
    ]);
  });
});

withTorch('a state dict of torch.save is read: views, shared storages, parameters', async () => {
  await inFolder((folder) => {
    const path = join(folder, 'theirs.pt');
    const script = `
import sys, torch
m = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
d = m.state_dict()
base = torch.arange(12.).reshape(3, 4)
d['transposed'] = base.t()
d['column'] = base[:, 1]
d['parameter'] = torch.nn.Parameter(torch.ones(2))
torch.save(d, sys.argv[1])`;
    runPython(python!, script, [path]);
    const read = readTorchFile(path);
    assert.equal(
      [...read.keys()],
      [
        ...['0.weight', '0.bias', '1.weight', '1.bias', '1.running_mean', '1.running_var'],
        ...['1.num_batches_tracked', 'transposed', 'column', 'parameter'],
      ],
    );
    assert.equal(read.get('0.weight')?.shape, [2, 1, 3, 3]);
    assert.equal(read.get('transposed'), {
      type: 'float32',
      shape: [4, 3],
      data: new Float32Array([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]),
    });
    assert.equal([...read.get('column')!.data], [1, 5, 9]);
    assert.equal([...read.get('parameter')!.data], [1, 1]);
    assert.equal([...read.get('1.num_batches_tracked')!.data], [0n]);
  });
});

test('the further entries that PyTorch 2 writes are passed over', async () => {
  const entries = unzipSync(await validFile());
  const renamed = Object.entries(entries).map(([name, data]) => [
    name.replace(/^archive/, 'mnist_ae'),
    data,
  ]);
  const asTorch2 = zipSync({
    ...Object.fromEntries(renamed),
    'mnist_ae/.format_version': Buffer.from('1'),
    'mnist_ae/.storage_alignment': Buffer.from('64'),
    'mnist_ae/.data/serialization_id': Buffer.from('0123456789'),
  });
  assert.equal([...parseTorchFile(asTorch2)], [...tensors]);
});

test('a pickle that would run code is refused, naming what it would call', () => {
  const system = 'cposix\nsystem\n(X\x04\x00\x00\x00echotR.';
  assert.is(
    refusal(withPickle(system)),
    'it holds an object of Python, posix.system, which is not made here',
  );
  const instance = 'cbuiltins\nobject\n)\x81.';
  assert.is(
    refusal(withPickle(instance)),
    'it holds an object of Python, builtins.object, which is not made here',
  );
  const extension = '\x82\x01.';
  assert.is(refusal(withPickle(extension)), 'the pickle uses an opcode that is not allowed: 0x82');
});

test('broken pickles are refused with the reason', () => {
  const cases: [string, string][] = [
    ['', 'the pickle is cut short'],
    ['}', 'the pickle is cut short'],
    ['cno newline', 'the pickle ends within a line'],
    ['h\x05.', 'the pickle recalls what it never kept (5)'],
    ['t.', 'the pickle takes from an empty stack'],
    ['R.', 'the pickle takes from an empty stack'],
    ['N)R.', 'the pickle calls what is no global'],
    ['(R.', 'the pickle takes a mark for a value'],
    ['}NN.', 'it holds None, no dict of tensors'],
    ['}X\x01\x00\x00\x00aNs.', 'its entry a is no tensor: None'],
    ['NQ.', 'the pickle refers to what is no storage'],
  ];
  for (const [pickle, reason] of cases) assert.is(refusal(withPickle(pickle)), reason);
});

/** A pickle of one tensor of shape [size] with a stride, in a storage of two floats. */
function oneTensor(
  size: string,
  stride: string,
  storage = 'torch\nFloatStorage',
  claimed = 2,
  [sizeCode, strideCode] = [`K${size}`, `K${stride}`],
) {
  const text = (s: string) => `X${String.fromCharCode(s.length)}\0\0\0${s}`;
  const id = `(${text('storage')}c${storage}\n${text('0')}${text('cpu')}K${String.fromCharCode(claimed)}tQ`;
  const call = `ctorch._utils\n_rebuild_tensor_v2\n(${id}K\0${sizeCode}\x85${strideCode}\x85\x89NtR`;
  return withPickle(`}${text('x')}${call}s.`, { 'a/data/0': new Uint8Array(8) });
}

test('a tensor that leaves its storage or repeats it without end is refused', () => {
  assert.is(refusal(oneTensor('\x02', '\x01')), 'nothing was refused');
  assert.is(
    refusal(oneTensor('\x03', '\x01')),
    'x: a tensor of shape [3] leaves its storage of 2 elements',
  );
  assert.is(
    refusal(oneTensor('\x02', '\x02')),
    'x: a tensor of shape [2] leaves its storage of 2 elements',
  );
  assert.is(refusal(oneTensor('\xff', '\x00')), 'nothing was refused', 'an expanded view');
});

test('an expanded view that would fill the memory is refused', () => {
  assert.is(
    refusal(oneTensor('', '', 'torch\nFloatStorage', 2, ['J\0\0\0\x40', 'K\0'])),
    'x: a tensor of shape [1073741824] repeats its storage too often',
  );
});

test('storages of unknown type or of another size are refused', () => {
  assert.is(
    refusal(oneTensor('\x02', '\x01', 'torch\nComplexFloatStorage')),
    'x: its elements are of an unknown type: torch.ComplexFloatStorage',
  );
  assert.is(
    refusal(oneTensor('\x02', '\x01', 'torch\nFloatStorage', 3)),
    'x: storage 0 should hold 3 float32, it has 8 bytes',
  );
});

test('what is no file of torch.save is refused with the reason', () => {
  assert.is(
    refusal(Buffer.from('hello')),
    'it is neither a zip nor a pickle: it was not made by torch.save',
  );
  const tar = Buffer.alloc(1024);
  tar.write('ustar', 257);
  assert.match(refusal(tar), /^it is a tar file of an early PyTorch/);
  assert.is(
    refusal(Buffer.from('\x80\x02N.', 'latin1')),
    'it is a pickle that is no file of torch.save',
  );
  assert.is(
    refusal(zipSync({ 'readme.txt': new Uint8Array(1) })),
    'the zip has no data.pkl: it was not made by torch.save',
  );
  assert.is(
    refusal(withPickle('}.', { 'a/byteorder': Buffer.from('big') })),
    'unknown byte order: big (known: little)',
  );
});

test('a zip that claims to hold more than it can is refused before any memory is taken', () => {
  const zip = Buffer.from(withPickle('}.'.repeat(50)));
  const directory = zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  zip.writeUInt32LE(0xfffffff0, directory + 24);
  assert.match(refusal(zip), /^the zip is broken: a\/data\.pkl claims a size of 4294967280 bytes/);
});

test('10,000 mutations of a valid file end in tensors or in one of our errors', async () => {
  let refused = 0;
  for (const bytes of mutations(await validFile(), 10_000)) {
    try {
      parseTorchFile(bytes);
    } catch (error) {
      assert.instance(error, WeightsError, `${(error as Error).stack}`);
      refused++;
    }
  }
  assert.ok(refused > 1_000, `${refused} refused`);
});

test.run();

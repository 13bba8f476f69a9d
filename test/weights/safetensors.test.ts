import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { WeightsError } from '../../lib/notegrad/src/errors';
import {
  elementSize,
  newArray,
  type StoredTensor,
} from '../../lib/notegrad/src/weights/named-tensors';
import {
  parseSafetensors,
  readSafetensors,
  writeSafetensors,
} from '../../lib/notegrad/src/weights/safetensors';
import { inFolder } from '../support/folders';
import { mutations } from '../support/mutations';

const tensors = new Map<string, StoredTensor>([
  ['fc.weight', { type: 'float32', shape: [2, 3], data: new Float32Array([1, -2, 3, 4, 5.5, 6]) }],
  ['fc.bias', { type: 'float64', shape: [2], data: new Float64Array([-0.1, Infinity]) }],
  ['steps', { type: 'int64', shape: [], data: new BigInt64Array([-(2n ** 40n)]) }],
  ['ids', { type: 'int32', shape: [1, 2], data: new Int32Array([-7, 7]) }],
  ['mask', { type: 'bool', shape: [3], data: new Uint8Array([1, 0, 1]) }],
  ['half', { type: 'float16', shape: [2], data: new Uint16Array([0x3c00, 0xfbff]) }],
  ['brain', { type: 'bfloat16', shape: [1], data: new Uint16Array([0xbf80]) }],
  ['int16', { type: 'int16', shape: [1], data: new Int16Array([-300]) }],
  ['int8', { type: 'int8', shape: [3], data: new Int8Array([-128, 0, 127]) }],
  ['uint64', { type: 'uint64', shape: [1], data: new BigUint64Array([2n ** 64n - 1n]) }],
  ['uint32', { type: 'uint32', shape: [1], data: new Uint32Array([2 ** 32 - 1]) }],
  ['uint16', { type: 'uint16', shape: [1], data: new Uint16Array([65535]) }],
  ['uint8', { type: 'uint8', shape: [1], data: new Uint8Array([255]) }],
  ['empty', { type: 'float32', shape: [0, 5], data: new Float32Array(0) }],
]);

/** The bytes of a file with this header, as text, and these data. */
function file(header: string, data: Uint8Array = new Uint8Array(0)): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), data]);
}

function latin1File(header: string): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header, 'latin1')]);
}

function refusal(bytes: Uint8Array): string {
  try {
    parseSafetensors(bytes);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was refused';
}

const entry = (dtype: string, shape: unknown, offsets: unknown) =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });

test('what is written is read again, in every type and with its metadata', async () => {
  await inFolder((folder) => {
    const path = join(folder, 'model.safetensors');
    writeSafetensors(path, tensors, { format: 'pt' });
    const read = readSafetensors(path);
    assert.equal([...read.tensors], [...tensors]);
    assert.equal(read.metadata, { format: 'pt' });
    assert.equal(readdirSync(folder), ['model.safetensors'], 'no temporary file is left');
  });
});

test('a file laid out by hand after the format’s description is read', () => {
  const header = `{"x":${entry('F32', [1, 2], [0, 8])}}`;
  const data = Buffer.from([0, 0, 128, 63, 0, 0, 0, 192]); // 1 and -2, little-endian
  const { tensors } = parseSafetensors(file(header, data));
  assert.equal(tensors.get('x'), {
    type: 'float32',
    shape: [1, 2],
    data: new Float32Array([1, -2]),
  });
});

test('any text can be a name, and the order stays', async () => {
  await inFolder((folder) => {
    const path = join(folder, 'names.safetensors');
    const names = ['b', '10', '2', '__proto__', 'constructor', '', 'a b', '"\\\n', 'ß€😀', '\0'];
    const one = (value: number): StoredTensor => ({
      type: 'uint8',
      shape: [],
      data: new Uint8Array([value]),
    });
    const named = new Map(names.map((name, i) => [name, one(i)]));
    writeSafetensors(path, named);
    assert.equal([...readSafetensors(path).tensors], [...named]);
    for (const bad of ['__metadata__', '\ud800']) {
      assert.throws(
        () => writeSafetensors(path, new Map([[bad, one(1)]])),
        /^a tensor cannot be named /,
      );
    }
  });
});

test('each tensor stands at a multiple of its elements’ size', async () => {
  await inFolder((folder) => {
    const path = join(folder, 'aligned.safetensors');
    const mixed = new Map(
      ['int8', 'float64', 'bool', 'int64', 'int16'].map((name) => {
        const type = name as StoredTensor['type'];
        return [name, { type, shape: [1], data: newArray(type, 1) } satisfies StoredTensor];
      }),
    );
    writeSafetensors(path, mixed);
    const bytes = readFileSync(path);
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE())));
    for (const [name, { type }] of mixed) {
      assert.is(header[name].data_offsets[0] % elementSize(type), 0, name);
    }
  });
});

test('the data start at a multiple of eight bytes', async () => {
  await inFolder((folder) => {
    const path = join(folder, 'a.safetensors');
    writeSafetensors(path, tensors);
    assert.is(Number(readFileSync(path).readBigUInt64LE()) % 8, 0);
  });
});

test('hostile files are refused with the reason', () => {
  const four = new Uint8Array(4);
  const huge = Buffer.alloc(8);
  huge.writeBigUInt64LE(2n ** 62n);
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(0), '0 bytes are too few for the length of a header'],
    [huge, 'a header of 4611686018427387904 bytes is over the limit of 100000000'],
    [file('{}').subarray(0, 9), 'a header of 2 bytes does not fit into 9 bytes'],
    [file('{'), 'the header is not JSON'],
    [file('[]'), 'the header is not a JSON object'],
    [file('{"x":1}'), 'tensor x is not described by an object'],
    [
      file(`{"x":${entry('F4', [1], [0, 4])}}`, four),
      'tensor x has an unknown dtype: F4 (known: F64, F32, F16, BF16, I64, I32, I16, I8, U64, ' +
        'U32, U16, U8, BOOL)',
    ],
    ...['-1', '1.5', '1.0', '1e0', '-0'].map((size): [Uint8Array, string] => [
      file(`{"x":{"dtype":"F32","shape":[${size}],"data_offsets":[0,4]}}`, four),
      `the header has a number that is no size: ${size}`,
    ]),
    [
      file(`{"x":${entry('F32', [2 ** 40, 2 ** 40, 0], [0, 0])}}`),
      'tensor x has an invalid shape: [1099511627776,1099511627776,0]',
    ],
    [file(`{"x":${entry('F32', ['1'], [0, 4])}}`, four), 'tensor x has an invalid shape: ["1"]'],
    [file(' {}'), 'the header does not begin with {'],
    [file('\ufeff{}'), 'the header is not JSON'],
    [file('{"x":"\\ud800"}'), 'the header has half a character: \ud800'],
    [latin1File('{"x\xff":1}'), 'the header is not UTF-8'],
    [file(`{"x":${'['.repeat(200)}${']'.repeat(200)}}`), 'the header is nested too deeply'],
    [
      file('{"x":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', four),
      'the header names shape twice',
    ],
    [file(`{"x":${entry('F32', [1], [4, 0])}}`, four), 'tensor x has invalid offsets: [4,0]'],
    [file(`{"x":${entry('F32', [1], 'a')}}`, four), 'tensor x has invalid offsets: "a"'],
    [
      file(`{"x":${entry('F32', [2], [0, 4])}}`, four),
      'tensor x of shape [2] takes 8 bytes, its offsets hold 4',
    ],
    [
      file(`{"x":${entry('F32', [2], [0, 8])}}`, four),
      'tensor x ends at byte 8 of 4: the file is cut short',
    ],
    [
      file(`{"x":${entry('F32', [1], [0, 4])},"y":${entry('F32', [1], [0, 4])}}`, four),
      'tensor y overlaps the one before it',
    ],
    [file(`{"x":${entry('U8', [1], [3, 4])}}`, four), 'bytes 0 to 3 belong to no tensor'],
    [file(`{"x":${entry('U8', [1], [0, 1])}}`, four), '3 bytes follow the last tensor'],
    [
      file(`{"x":${entry('F32', [1], [0, 4])},"x":${entry('F32', [1], [0, 4])}}`, four),
      'the header names x twice',
    ],
    [
      file(`{"x":${entry('F32', [1], [0, 4])},"\\u0078":${entry('F32', [1], [0, 4])}}`, four),
      'the header names x twice',
    ],
    [file('{"__metadata__":{"a":1}}'), '__metadata__ is not an object of strings'],
  ];
  for (const [bytes, reason] of cases) assert.is(refusal(bytes), reason);
});

test('a refusal names the file', async () => {
  await inFolder((folder) => {
    const path = join(folder, 'broken.safetensors');
    writeFileSync(path, '');
    assert.throws(
      () => readSafetensors(path),
      (error: Error) => error.message.startsWith(`${path} is not a safetensors file: 0 bytes`),
    );
  });
});

test('data that do not fill their shape are not written', async () => {
  await inFolder((folder) => {
    const bad = new Map<string, StoredTensor>([
      ['x', { type: 'float32', shape: [2, 2], data: new Float32Array(3) }],
    ]);
    assert.throws(
      () => writeSafetensors(join(folder, 'x.safetensors'), bad),
      (error: Error) => error.message === 'tensor x: 3 values do not fill shape [2,2]',
    );
    assert.equal(readdirSync(folder), []);
  });
});

test('10,000 mutations of a valid file end in tensors or in one of our errors', async () => {
  await inFolder((folder) => {
    const path = join(folder, 'valid.safetensors');
    writeSafetensors(path, tensors, { format: 'pt' });
    let refused = 0;
    for (const bytes of mutations(readFileSync(path), 10_000)) {
      try {
        parseSafetensors(bytes);
      } catch (error) {
        assert.instance(error, WeightsError, String(error));
        refused++;
      }
    }
    assert.ok(refused > 5_000, `${refused} refused`);
  });
});

test.run();

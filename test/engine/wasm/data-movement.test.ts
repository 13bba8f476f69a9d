import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../../lib/notegrad/src/engine/wasm/load';
import { assertSameAsCpu, Numbers } from '../../support/native-and-cpu';

const EXACT = { rtol: 0, atol: 0 };

test('a slice is the cpu backend’s for every rank, start and size', async () => {
  const numbers = new Numbers(1);
  for (let rank = 1; rank <= 6; rank++) {
    for (let i = 0; i < 12; i++) {
      const shape = Array.from({ length: rank }, () => numbers.between(1, 5));
      const begin = shape.map((length) => numbers.between(0, length - 1));
      const size = shape.map((length, axis) => numbers.between(0, length - begin[axis]));
      const values = numbers.values(shape);
      await assertSameAsCpu(
        () => tf.slice(tf.tensor(values, shape), begin, size),
        EXACT,
        `${size} of ${shape} from ${begin}`,
        'wasm',
      );
    }
  }
});

test('a slice that leaves the tensor is refused', async () => {
  await tf.setBackend('wasm');
  assert.throws(() => tf.slice(tf.zeros([3, 3]), [1, 0], [3, 3]), /begin\[0\]/);
});

test('tensors are taken apart as on the cpu backend, and their gradient is put together', async () => {
  const numbers = new Numbers(2);
  const values = numbers.values([4, 6, 3]);
  const make = () => tf.tensor(values, [4, 6, 3]);
  for (const axis of [0, 1, 2, -1]) {
    const last = (parts: tf.Tensor[]) => parts[parts.length - 1];
    await assertSameAsCpu(
      () => [
        ...tf.unstack(make(), axis),
        tf.grad((x) => last(tf.unstack(x, axis)).square())(make()),
      ],
      EXACT,
      `unstack along ${axis}`,
      'wasm',
    );
  }
  await assertSameAsCpu(
    () => [
      ...tf.split(make(), 3, 1),
      ...tf.split(make(), [1, 3, 2], 1),
      ...tf.split(make(), 3, -1),
    ],
    EXACT,
    'split',
    'wasm',
  );
});

test('a tile is the cpu backend’s for every count', async () => {
  for (const [shape, reps] of [
    [[3], [4]],
    [[1], [7]],
    [[3], [0]],
    [
      [1, 1, 1, 5],
      [2, 3, 4, 1],
    ],
    [
      [1, 2, 3],
      [3, 1, 1],
    ],
    [
      [2, 3],
      [2, 3],
    ],
    [
      [1, 2],
      [3, 2],
    ],
  ]) {
    const values = new Numbers(3).values(shape);
    await assertSameAsCpu(
      () => tf.tile(tf.tensor(values, shape), reps),
      EXACT,
      `[${shape}] times [${reps}]`,
      'wasm',
    );
  }
});

test('the gradient of a gather adds up rows that were gathered twice', async () => {
  const numbers = new Numbers(4);
  for (const [shape, axis] of [
    [[7], 0],
    [[7, 3], 0],
    [[2, 7, 3], 1],
  ] as const) {
    const values = numbers.values(shape);
    for (const indices of [
      [0],
      [6, 6, 1, 0, 6],
      [
        [1, 2],
        [2, 1],
      ],
    ]) {
      await assertSameAsCpu(
        () =>
          tf.grad((x) => tf.gather(x, tf.tensor(indices, undefined, 'int32'), axis).square())(
            tf.tensor(values, [...shape]),
          ),
        { rtol: 1e-6, atol: 1e-6 },
        `gather ${JSON.stringify(indices)} of ${shape}`,
        'wasm',
      );
    }
  }
});

test('rows of a segment that does not exist count nowhere', async () => {
  await assertSameAsCpu(
    () =>
      tf.unsortedSegmentSum(
        tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]),
        tf.tensor1d([-1, 1, 9], 'int32'),
        2,
      ),
    EXACT,
    'ids beyond',
    'wasm',
  );
});

test('clipping keeps NaN and types', async () => {
  await assertSameAsCpu(
    () => [
      tf.clipByValue(tf.tensor1d([Number.NaN, -3, 0.5, Number.POSITIVE_INFINITY]), -1, 1),
      tf.clipByValue(tf.tensor1d([-3, 0, 3], 'int32'), -1, 1),
    ],
    EXACT,
    'clip',
    'wasm',
  );
});

test('a cast to bool makes ones of all but zero', async () => {
  await assertSameAsCpu(
    () => tf.cast(tf.tensor1d([0, 0.5, -2, 300]), 'bool'),
    EXACT,
    'cast',
    'wasm',
  );
});

test.before(async () => {
  tf.enableProdMode();
  await loadWasm();
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../../lib/notegrad/src/engine/tf';
import { useNative } from '../../../support/native';
import { assertSameAsCpu, Numbers, withSpecials } from '../../../support/native-and-cpu';

const EXACT = { rtol: 0, atol: 0 };
const SUMS = { rtol: 1e-6, atol: 1e-6 };
const DTYPES = ['float32', 'int32', 'bool'] as const;

/** A tensor of any type whose elements are not all alike. */
function sample(
  shape: number[],
  dtype: 'float32' | 'int32' | 'bool' = 'float32',
  seed = 1,
): tf.Tensor {
  const values = new Numbers(seed).values(shape);
  if (dtype === 'float32') return tf.tensor(withSpecials(values), shape);
  return tf.tensor(
    values.map((v) => (dtype === 'bool' ? Number(v > 0) : Math.round(v * 99))),
    shape,
    dtype,
  );
}

test('axes are transposed as on the cpu backend', async () => {
  const numbers = new Numbers(1);
  for (const rank of [0, 1, 2, 3, 4, 5, 6]) {
    for (let round = 0; round < 8; round++) {
      const shape = Array.from({ length: rank }, () => numbers.oneOf([1, 2, 3, 4]));
      const perm = shape.map((_, i) => i).sort(() => numbers.unit() - 0.5);
      const dtype = numbers.oneOf(DTYPES);
      const run = () => tf.transpose(sample(shape, dtype), perm);
      await assertSameAsCpu(run, EXACT, `[${shape}] to ${perm}`);
    }
  }
  for (const [shape, perm] of [
    [
      [70, 90],
      [1, 0],
    ],
    [
      [5, 33, 65],
      [0, 2, 1],
    ],
    [
      [3, 40, 5, 37],
      [3, 0, 1, 2],
    ],
    [
      [0, 4],
      [1, 0],
    ],
  ]) {
    await assertSameAsCpu(() => tf.transpose(sample(shape), perm), EXACT, `[${shape}] to ${perm}`);
  }
});

test('slices, steps and reversals are those of the cpu backend', async () => {
  const numbers = new Numbers(2);
  for (let round = 0; round < 60; round++) {
    const shape = Array.from({ length: numbers.between(1, 5) }, () => numbers.between(1, 5));
    const begin = shape.map((length) => numbers.between(0, length - 1));
    const size = shape.map((length, i) => numbers.between(0, length - begin[i]));
    const axes = shape.map((_, i) => i).filter(() => numbers.unit() < 0.5);
    const [from, to] = [shape, shape].map((lengths) => lengths.map((n) => numbers.between(-n, n)));
    const strides = shape.map(() => numbers.oneOf([2, 3, -1, -2]));
    const dtype = numbers.oneOf(DTYPES);
    const run = () => {
      const x = sample(shape, dtype);
      return [tf.slice(x, begin, size), tf.reverse(x, axes), tf.stridedSlice(x, from, to, strides)];
    };
    await assertSameAsCpu(
      run,
      EXACT,
      `[${shape}] from ${begin}, ${size}; ${from}:${to}:${strides}`,
    );
  }
  const masks = () => {
    const x = sample([3, 4, 5]);
    return [
      tf.stridedSlice(x, [1, 1], [2, 3], [1, 1], 0, 0, 0, 0, 1),
      tf.stridedSlice(x, [1, 0, 2], [3, 0, 4], [1, 1, 1], 1, 0, 2),
      tf.stridedSlice(x, [0, 1], [0, 4], [1, 2], 0, 0, 0, 1),
    ];
  };
  await assertSameAsCpu(masks, EXACT, 'masks of strided slices');
});

test('padding is that of the cpu backend', async () => {
  const numbers = new Numbers(3);
  for (let round = 0; round < 40; round++) {
    const shape = Array.from({ length: numbers.between(1, 4) }, () => numbers.between(1, 6));
    const paddings = shape.map(() => [numbers.between(0, 3), numbers.between(0, 3)]) as [
      number,
      number,
    ][];
    const mirrored = shape.map((n) => [numbers.between(0, n - 1), numbers.between(0, n - 1)]) as [
      number,
      number,
    ][];
    const dtype = numbers.oneOf(DTYPES);
    const run = () => {
      const x = sample(shape, dtype);
      const value = dtype === 'float32' ? -2.5 : 1;
      const kinds = [tf.pad(x, paddings), tf.pad(x, paddings, value)];
      // The mirrored kinds refuse a type or a rank of their own accord.
      if (dtype !== 'float32') return kinds;
      return [
        ...kinds,
        tf.mirrorPad(x, mirrored, 'reflect'),
        tf.mirrorPad(x, mirrored, 'symmetric'),
      ];
    };
    await assertSameAsCpu(run, EXACT, `[${shape}] with ${JSON.stringify(paddings)}`);
  }
  await assertSameAsCpu(
    () =>
      tf.pad(
        tf.zeros([0, 2]),
        [
          [1, 1],
          [0, 1],
        ],
        3,
      ),
    EXACT,
    'around nothing',
  );
});

test('tensors are joined, stacked, split and unstacked as on the cpu backend', async () => {
  const numbers = new Numbers(4);
  for (let round = 0; round < 40; round++) {
    const shape = Array.from({ length: numbers.between(1, 4) }, () => numbers.between(1, 4));
    const axis = numbers.between(0, shape.length - 1);
    const lengths = Array.from({ length: numbers.between(1, 4) }, () => numbers.between(0, 3));
    const dtype = numbers.oneOf(DTYPES);
    const run = () => {
      const parts = lengths.map((length, i) => sample(shape.with(axis, length), dtype, i));
      const whole = tf.concat(parts, axis);
      const x = sample(shape, dtype);
      return [
        whole,
        ...(whole.size > 0 ? tf.split(whole, lengths, axis) : []),
        tf.stack([x, sample(shape, dtype, 2)], axis),
        tf.stack([x], axis),
        ...tf.unstack(x, axis),
      ];
    };
    await assertSameAsCpu(run, EXACT, `[${shape}] along ${axis}: ${lengths}`);
  }
});

test('repetition and broadcasting are those of the cpu backend', async () => {
  const numbers = new Numbers(5);
  for (let round = 0; round < 40; round++) {
    const shape = Array.from({ length: numbers.between(1, 5) }, () => numbers.between(1, 3));
    const reps = shape.map(() => numbers.between(0, 3));
    const wide = [2, ...shape.map((length) => (length === 1 ? 4 : length))];
    const dtype = numbers.oneOf(DTYPES);
    const run = () => {
      const x = sample(shape, dtype);
      return [tf.tile(x, reps), tf.broadcastTo(x, wide)];
    };
    await assertSameAsCpu(run, EXACT, `[${shape}] times ${reps}`);
  }
});

test('elements are picked by index as on the cpu backend', async () => {
  const numbers = new Numbers(6);
  for (let round = 0; round < 40; round++) {
    const shape = Array.from({ length: numbers.between(1, 4) }, () => numbers.between(1, 5));
    const axis = numbers.between(0, shape.length - 1);
    const indices = Array.from({ length: numbers.between(1, 6) }, () =>
      numbers.between(0, shape[axis] - 1),
    );
    const dtype = numbers.oneOf(DTYPES);
    const run = () => tf.gather(sample(shape, dtype), tf.tensor1d(indices, 'int32'), axis);
    await assertSameAsCpu(run, EXACT, `[${shape}] at ${indices} along ${axis}`);
  }
  const batched = () =>
    tf.gather(
      sample([2, 3, 4]),
      tf.tensor2d(
        [
          [0, 2],
          [1, 1],
        ],
        [2, 2],
        'int32',
      ),
      1,
      1,
    );
  await assertSameAsCpu(batched, EXACT, 'a batch of indices');
});

test('an index out of range is refused', async () => {
  await useNative();
  assert.throws(
    () => tf.tidy(() => tf.gather(tf.zeros([3, 2]), tf.tensor1d([0, 3], 'int32'))),
    /the index value 3 is not in \[0, 2\]/,
  );
});

test('rows are summed by segment as on the cpu backend, those of no segment left out', async () => {
  for (const [rows, width, segments] of [
    [1, 1, 1],
    [7, 3, 4],
    [50, 130, 9],
    [400, 200, 30],
  ]) {
    const run = () => {
      const numbers = new Numbers(rows);
      const x = tf.tensor2d(numbers.values([rows, width]), [rows, width]);
      const ids = Array.from({ length: rows }, () => numbers.between(-1, segments));
      return tf.unsortedSegmentSum(x, tf.tensor1d(ids, 'int32'), segments);
    };
    await assertSameAsCpu(run, { rtol: 1e-5, atol: 1e-5 }, `${rows} rows into ${segments}`);
  }
});

test('one-hot vectors, casts and constants are those of the cpu backend', async () => {
  const run = () => {
    const indices = tf.tensor2d(
      [
        [0, 3],
        [-1, 2],
      ],
      [2, 2],
      'int32',
    );
    const x = tf.tensor1d([0, -0, 1.9, -1.9, 3e9, -3e9, 1e20, Number.NaN, Infinity, 1e-40]);
    return [
      tf.oneHot(indices, 3),
      tf.oneHot(indices, 4, 0.5, -1, 'float32'),
      tf.cast(x, 'int32'),
      tf.cast(x, 'bool'),
      tf.cast(tf.cast(x, 'int32'), 'bool'),
      tf.cast(tf.cast(x, 'int32'), 'float32'),
      tf.cast(tf.cast(x, 'bool'), 'float32'),
      tf.cast(tf.cast(x, 'bool'), 'int32'),
      tf.cast(x, 'float32'),
      tf.fill([2, 3], 1.5),
      tf.fill([3], -7, 'int32'),
      tf.fill([0], 1),
      tf.fill([], true as unknown as number, 'bool'),
      tf.zerosLike(indices),
      tf.onesLike(x),
      tf.onesLike(tf.cast(x, 'bool')),
    ];
  };
  await assertSameAsCpu(run, EXACT, 'constants');
});

test('what a cast makes has its own memory, of its own type', async () => {
  const backend = await useNative();
  tf.tidy(() => {
    const mask = tf.cast(tf.greater(tf.tensor1d([1, -1]), 0), 'float32');
    assert.instance(backend.valuesOf(mask.dataId), Float32Array);
  });
});

test('gradients of movements are those of the cpu backend', async () => {
  const moves: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    transpose: (x) => tf.transpose(x, [2, 0, 1]),
    reverse: (x) => tf.reverse(x, [0, 2]),
    slice: (x) => tf.slice(x, [1, 0, 2], [2, 4, 2]),
    pad: (x) =>
      tf.pad(x, [
        [1, 0],
        [0, 2],
        [1, 1],
      ]),
    mirrorPad: (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 0],
          [0, 2],
          [1, 1],
        ],
        'reflect',
      ),
    tile: (x) => tf.tile(x, [2, 1, 3]),
    concat: (x) => tf.concat([x, tf.square(x)], 1),
    stack: (x) => tf.stack([x, tf.square(x)], 1),
    split: (x) => tf.mul(...(tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor])),
    unstack: (x) => tf.addN(tf.unstack(x, 0)),
    gather: (x) => tf.gather(x, tf.tensor1d([1, 1, 3], 'int32'), 1),
    broadcast: (x) => tf.broadcastTo(tf.slice(x, [0, 0, 0], [3, 1, 5]), [2, 3, 4, 5]),
  };
  for (const [name, move] of Object.entries(moves)) {
    const x = new Numbers(7).values([3, 4, 5]);
    const run = () => tf.grad((t) => tf.square(move(t)))(tf.tensor(x, [3, 4, 5]));
    await assertSameAsCpu(run, SUMS, name);
  }
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../../lib/notegrad/src/engine/tf';
import { useNative } from '../../../support/native';
import { assertSameAsCpu, Numbers, withSpecials } from '../../../support/native-and-cpu';

/** The cpu backend sums in double precision, we in float32 within blocks of 64. */
const SUMS = { rtol: 1e-6, atol: 5e-6 };
const EXACT = { rtol: 0, atol: 0 };

const CASES: [shape: number[], axes: (number[] | undefined)[]][] = [
  [[], [undefined, []]],
  [[1], [undefined, [0]]],
  [[37], [undefined]],
  [
    [3, 5],
    [undefined, [0], [1], [-1], [0, 1], []],
  ],
  [
    [70, 3],
    [[0], [1]],
  ],
  [
    [1, 40, 1],
    [[1], [0, 2], undefined],
  ],
  [
    [4, 3, 5, 2],
    [[0], [1], [3], [0, 2], [1, 3], [0, 1, 2], [0, 3], undefined],
  ],
  [
    [2, 3, 2, 2, 3, 2],
    [[0, 2, 4], [1, 3, 5], undefined],
  ],
  [
    [1000, 2],
    [[0], [1], undefined],
  ],
  [
    [2, 1500],
    [[0], [1], undefined],
  ],
  [
    [3, 700, 70],
    [[1], [0, 2], [0, 1], undefined],
  ],
];

type Reduction = (x: tf.Tensor, axis?: number[], keepDims?: boolean) => tf.Tensor;

async function sweep(
  reductions: Record<string, Reduction>,
  make: (numbers: Numbers, shape: number[]) => tf.Tensor,
  tolerance: { rtol: number; atol: number },
): Promise<void> {
  let seed = 0;
  for (const [name, reduce] of Object.entries(reductions)) {
    for (const [shape, axes] of CASES) {
      for (const axis of axes) {
        const keepDims = ++seed % 2 === 0;
        const run = () => reduce(make(new Numbers(seed), shape), axis, keepDims);
        await assertSameAsCpu(run, tolerance, `${name} of [${shape}] along ${axis}`);
      }
    }
  }
}

test('sums and means along any axes are those of the cpu backend', async () => {
  await sweep(
    { sum: tf.sum, mean: tf.mean },
    (numbers, shape) => tf.tensor(numbers.values(shape), shape),
    SUMS,
  );
});

test('products along any axes are those of the cpu backend', async () => {
  const nearOne = (numbers: Numbers, shape: number[]) =>
    tf.tensor(
      numbers.values(shape).map((v) => 1 + v / 64),
      shape,
    );
  await sweep({ prod: tf.prod }, nearOne, { rtol: 1e-6, atol: 0 });
});

test('extremes along any axes are those of the cpu backend, NaN and infinities included', async () => {
  const special = (numbers: Numbers, shape: number[]) =>
    tf.tensor(withSpecials(numbers.values(shape)), shape);
  await sweep({ max: tf.max, min: tf.min }, special, EXACT);
});

test('whole numbers are summed, multiplied and compared as whole numbers', async () => {
  const ints = (numbers: Numbers, shape: number[]) =>
    tf.tensor(
      numbers.values(shape).map((v) => Math.round(v * 3)),
      shape,
      'int32',
    );
  await sweep({ sum: tf.sum, prod: tf.prod, max: tf.max, min: tf.min, mean: tf.mean }, ints, SUMS);
});

test('booleans are counted, and asked whether all or any hold', async () => {
  const bools = (numbers: Numbers, shape: number[]) =>
    tf.greater(tf.tensor(numbers.values(shape), shape), -0.95);
  await sweep({ sum: tf.sum, all: tf.all, any: tf.any }, bools, EXACT);
});

test('the place of an extreme is the first one, along any axis', async () => {
  for (const [shape] of CASES.slice(1)) {
    for (let axis = 0; axis < shape.length; axis++) {
      const run = () => {
        const values = new Numbers(axis).values(shape).map((v) => Math.round(v * 4));
        const x = tf.tensor(withSpecials(values), shape);
        const ints = tf.tensor(values, shape, 'int32');
        return [
          tf.argMax(x, axis),
          tf.argMin(x, axis),
          tf.argMax(ints, axis),
          tf.argMin(ints, axis),
        ];
      };
      await assertSameAsCpu(run, EXACT, `place in [${shape}] along ${axis}`);
    }
  }
});

test('reductions of nothing are those of the cpu backend', async () => {
  for (const reduce of [tf.sum, tf.mean, tf.prod, tf.max, tf.min] as Reduction[]) {
    for (const axis of [[0], [1], undefined]) {
      await assertSameAsCpu(() => reduce(tf.zeros([0, 3]), axis), EXACT, `${reduce.name} ${axis}`);
    }
  }
});

test('running sums and products are those of the cpu backend', async () => {
  for (const [shape] of CASES.slice(1)) {
    for (let axis = 0; axis < shape.length; axis++) {
      for (const [exclusive, reverse] of [
        [false, false],
        [true, true],
      ]) {
        const run = () => {
          const x = tf.tensor(new Numbers(axis).values(shape), shape);
          const ints = tf.cast(tf.mul(x, 3), 'int32');
          return [x, ints].flatMap((t) => [
            tf.cumsum(t, axis, exclusive, reverse),
            tf.cumprod(t, axis, exclusive, reverse),
          ]);
        };
        await assertSameAsCpu(run, EXACT, `running in [${shape}] along ${axis}`);
      }
    }
  }
});

test('the gradient of a sum is one for each element, that of a mean its share', async () => {
  for (const backend of ['cpu', 'native']) {
    await tf.setBackend(backend);
    tf.tidy(() => {
      const x = tf.ones([2, 3, 4]);
      const of = (f: (t: tf.Tensor) => tf.Tensor) => [...tf.grad(f)(x).dataSync()];
      assert.equal(
        of((t) => tf.sum(t, [0, 2])),
        new Array(24).fill(1),
      );
      assert.equal(
        of((t) => tf.mean(t, 2)),
        new Array(24).fill(1 / 4),
      );
      assert.equal(
        of((t) => tf.mul(tf.mean(t), 24)),
        new Array(24).fill(1),
      );
    });
  }
});

test('gradients of reductions are those of the cpu backend', async () => {
  for (const reduce of [tf.sum, tf.mean, tf.max, tf.min, tf.prod] as Reduction[]) {
    for (const axis of [[0], [1, 2], [0, 2], undefined]) {
      const x = new Numbers(7).values([3, 4, 5]).map((v) => v + 2);
      const run = () => tf.grad((t) => tf.square(reduce(t, axis)))(tf.tensor(x, [3, 4, 5]));
      await assertSameAsCpu(run, { rtol: 1e-5, atol: 1e-4 }, `${reduce.name} ${axis}`);
    }
  }
});

test('a long sum is as near to the truth as one in double precision', async () => {
  await useNative();
  const x = new Numbers(8).values([3_000_000]).map((v) => v + 1);
  const truth = x.reduce((sum, value) => sum + value, 0);
  tf.tidy(() => {
    const [sum] = tf.sum(tf.tensor1d(x)).dataSync();
    assert.ok(Math.abs(sum / truth - 1) < 1e-7, `${sum} for ${truth}`);
  });
});

test('sums do not depend on the number of threads', async () => {
  const { addon } = await useNative();
  const { threads } = addon.libraries();
  const x = tf.tensor3d(new Numbers(9).values([40, 300, 70]), [40, 300, 70]);
  const sums = () =>
    tf.tidy(() =>
      [[0], [1], [2], [0, 1], [0, 2], undefined].flatMap((axis) => [...tf.sum(x, axis).dataSync()]),
    );
  addon.setThreads(1);
  const alone = sums();
  addon.setThreads(3);
  assert.equal(sums(), alone);
  addon.setThreads(threads);
  x.dispose();
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../../lib/notegrad/src/engine/tf';
import { assertClose } from '../../../support/close';
import { useNative } from '../../../support/native';
import { assertSameAsCpu, Numbers, nativeOps, withSpecials } from '../../../support/native-and-cpu';

const TOLERANCE = { rtol: 1e-5, atol: 1e-5 };

type Size = [number, number];
type Shape = [number, number, number, number];
type Pad = 'same' | 'valid' | number | [Size, Size, Size, Size];

interface Case {
  readonly name: string;
  readonly x: Float32Array;
  readonly xShape: Shape;
  readonly filter: Size;
  readonly strides: Size;
  readonly pad: Pad;
  readonly rounding?: 'floor' | 'round' | 'ceil';
}

function pooling(numbers: Numbers, pads: readonly Pad[]): Case {
  const filter: Size = [numbers.between(1, 4), numbers.between(1, 4)];
  const strides: Size = [numbers.between(1, 4), numbers.between(1, 4)];
  const pad = numbers.oneOf(pads);
  const rounding =
    typeof pad === 'string' ? undefined : numbers.oneOf([undefined, 'floor', 'ceil'] as const);
  const extent = Math.max(...filter);
  const channels = numbers.oneOf([1, 2, 3, 8, 17, 64, 70]);
  const [height, width] = [extent + numbers.between(0, 5), extent + numbers.between(0, 5)];
  const xShape: Shape = [numbers.between(1, 3), height, width, channels];
  // Few different values, so that windows have more than one largest.
  const x = numbers.values(xShape).map((value) => Math.round(4 * value));
  const name = `${xShape}, filter ${filter}, strides ${strides}, pad ${pad} ${rounding}`;
  return { name, x, xShape, filter, strides, pad, rounding };
}

const PADS: Pad[] = [
  'same',
  'valid',
  0,
  1,
  [
    [0, 0],
    [1, 0],
    [0, 1],
    [0, 0],
  ],
];

const pools = { max: tf.maxPool, average: tf.avgPool };

const pool = (kind: keyof typeof pools, c: Case) => (x: tf.Tensor) =>
  pools[kind](x as tf.Tensor4D, c.filter, c.strides, c.pad as number, c.rounding);

for (const kind of ['max', 'average'] as const) {
  test(`${kind} pooling of any attributes is that of the cpu backend`, async () => {
    const numbers = new Numbers(1);
    for (let round = 0; round < 100; round++) {
      const c = pooling(numbers, PADS);
      await assertSameAsCpu(() => pool(kind, c)(tf.tensor(c.x, c.xShape)), TOLERANCE, c.name);
    }
  });

  test(`the gradient of ${kind} pooling is that of the cpu backend`, async () => {
    const numbers = new Numbers(2);
    for (let round = 0; round < 100; round++) {
      const pads = kind === 'max' ? PADS : (['valid'] as const);
      const c = { ...pooling(numbers, pads), rounding: undefined };
      const gradient = () => tf.grad((x) => pool(kind, c)(x).square())(tf.tensor(c.x, c.xShape));
      await assertSameAsCpu(gradient, TOLERANCE, c.name);
    }
  });

  test(`an empty batch and NaN are ${kind} pooled as on the cpu backend`, async () => {
    const empty = () => pools[kind](tf.zeros<tf.Rank.R4>([0, 4, 4, 3]), 2, 2, 'same');
    await assertSameAsCpu(empty, TOLERANCE, 'empty');
    const x = withSpecials(new Numbers(3).values([2, 7, 6, 5]));
    const special = () => pools[kind](tf.tensor4d(x, [2, 7, 6, 5]), 3, 2, 'same');
    await assertSameAsCpu(special, TOLERANCE, 'special values');
  });
}

test('average pooling at the edges of an image has the gradient of what it computes', async () => {
  const numbers = new Numbers(4);
  for (let round = 0; round < 40; round++) {
    const c = pooling(numbers, ['same']);
    const direction = numbers.values(c.xShape);
    await useNative();
    tf.tidy(() => {
      const slope = tf.grad(pool('average', c))(tf.tensor(c.x, c.xShape));
      // Linear: the directional derivative is the output for the direction.
      const along = pool('average', c)(tf.tensor(direction, c.xShape)).sum();
      const derivative = slope.mul(tf.tensor(direction, c.xShape)).sum();
      assertClose(derivative.dataSync(), along.dataSync(), { rtol: 1e-4, atol: 1e-4 }, c.name);
    });
  }
});

test('whole numbers are pooled as on the cpu backend', async () => {
  const x = [3, 1, 2, 5, 4, 9, 8, 7, 6];
  const whole = () => tf.maxPool(tf.tensor4d(x, [1, 3, 3, 1], 'int32'), 2, 1, 'valid');
  await assertSameAsCpu(whole, { rtol: 0, atol: 0 }, 'int32');
});

test('pooling and its gradients are native', async () => {
  const x = tf.ones<tf.Rank.R4>([1, 5, 5, 2]);
  const ops = await nativeOps(() => {
    const both = (x: tf.Tensor4D) => tf.avgPool(tf.maxPool(x, 3, 1, 'same'), 2, 2, 'same');
    return tf.grad(both as (x: tf.Tensor) => tf.Tensor)(x);
  });
  for (const op of ['maxPool', 'maxPoolGrad', 'avgPool', 'avgPoolGrad']) {
    assert.ok(ops.includes(op), `${op} is not among ${ops}`);
  }
});

test.run();

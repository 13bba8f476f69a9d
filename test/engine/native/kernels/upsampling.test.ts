import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../../lib/notegrad/src/engine/tf';
import { assertClose } from '../../../support/close';
import { assertSameAsCpu, Numbers, nativeOps } from '../../../support/native-and-cpu';

type Size = [number, number];
type Shape = [number, number, number, number];

interface Case {
  readonly name: string;
  readonly x: Float32Array;
  readonly xShape: Shape;
  readonly size: Size;
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

function resizing(numbers: Numbers): Case {
  const length = () => numbers.oneOf([1, 2, 3, 5, 8]);
  const xShape: Shape = [numbers.between(1, 3), length(), length(), numbers.oneOf([1, 3, 16, 17])];
  const whole = numbers.unit() < 0.5;
  const size: Size = whole
    ? [xShape[1] * numbers.between(1, 3), xShape[2] * numbers.between(1, 3)]
    : [numbers.between(1, 11), numbers.between(1, 11)];
  const [alignCorners, halfPixelCenters] = numbers.oneOf([
    [false, false],
    [true, false],
    [false, true],
  ]);
  const name = `${xShape} to ${size}, align ${alignCorners}, half pixels ${halfPixelCenters}`;
  return { name, x: numbers.values(xShape), xShape, size, alignCorners, halfPixelCenters };
}

const resizes = { nearest: tf.image.resizeNearestNeighbor, bilinear: tf.image.resizeBilinear };

const resize = (kind: keyof typeof resizes, c: Case) => (x: tf.Tensor) =>
  resizes[kind](x as tf.Tensor4D, c.size, c.alignCorners, c.halfPixelCenters);

for (const kind of ['nearest', 'bilinear'] as const) {
  test(`${kind} resizing of any attributes is that of the cpu backend`, async () => {
    const numbers = new Numbers(1);
    for (let round = 0; round < 150; round++) {
      const c = resizing(numbers);
      const compute = () => resize(kind, c)(tf.tensor(c.x, c.xShape));
      await assertSameAsCpu(compute, { rtol: 1e-5, atol: 1e-6 }, c.name);
    }
  });

  test(`the gradient of ${kind} resizing, where the cpu backend has it right, is the same`, async () => {
    const numbers = new Numbers(2);
    for (let round = 0; round < 80; round++) {
      const { xShape, x, ...rest } = resizing(numbers);
      const square: Shape = [1, xShape[1], xShape[1], xShape[3]];
      const c = {
        ...{ ...rest, xShape: square, x: numbers.values(square), halfPixelCenters: false },
        // With one pixel, the cpu backend's loop is endless.
        alignCorners: rest.alignCorners && square[1] > 1,
      };
      const gradient = () => tf.grad((x) => resize(kind, c)(x).square())(tf.tensor(c.x, square));
      await assertSameAsCpu(gradient, { rtol: 1e-4, atol: 1e-5 }, c.name);
    }
  });

  test(`the gradient of ${kind} resizing is that of what it computes`, async () => {
    const numbers = new Numbers(3);
    for (let round = 0; round < 80; round++) {
      const c = resizing(numbers);
      const direction = numbers.values(c.xShape);
      const weights = numbers.values([c.xShape[0], ...c.size, c.xShape[3]]);
      const ops = await nativeOps(() =>
        tf.tidy(() => {
          const weigh = (x: tf.Tensor) =>
            resize(kind, c)(x).mul(tf.tensor(weights, [c.xShape[0], ...c.size, c.xShape[3]]));
          const slope = tf.grad(weigh)(tf.tensor(c.x, c.xShape));
          // Linear: the directional derivative is the output for the direction.
          const along = weigh(tf.tensor(direction, c.xShape)).sum().dataSync();
          const derivative = slope.mul(tf.tensor(direction, c.xShape)).sum().dataSync();
          assertClose(derivative, along, { rtol: 1e-4, atol: 1e-4 }, c.name);
          return slope;
        }),
      );
      assert.ok(
        ops.some((op) => op.startsWith('resize') && op.endsWith('Grad')),
        String(ops),
      );
    }
  });
}

test('an empty batch is resized to nothing, and whole numbers as on the cpu backend', async () => {
  const empty = () => tf.image.resizeNearestNeighbor(tf.zeros<tf.Rank.R4>([0, 2, 2, 3]), [4, 4]);
  await assertSameAsCpu(empty, {}, 'empty');
  const whole = () =>
    tf.image.resizeNearestNeighbor(tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1], 'int32'), [4, 4]);
  await assertSameAsCpu(whole, { rtol: 0, atol: 0 }, 'int32');
});

test('the upsampling layer repeats every pixel', async () => {
  const layer = () =>
    tf.layers.upSampling2d({ size: [2, 2] }).apply(tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]));
  await assertSameAsCpu(() => layer() as tf.Tensor, {}, 'layer');
});

test.run();

import { test } from 'uvu';
import * as tf from '../../../lib/src/engine/tf';
import { loadWasm } from '../../../lib/src/engine/wasm/load';
import { assertSameAsCpu, Numbers } from '../../support/native-and-cpu';

const TOLERANCE = { rtol: 1e-5, atol: 1e-6 };

type Size = number | [number, number];
const WINDOWS: Size[] = [1, 2, 3, [3, 2], [1, 2]];
const STRIDES: Size[] = [1, 2, 3, [1, 2], [2, 1]];
const PADS = ['same', 'valid', 0, 1] as const;
const POOLS = { maxPool: tf.maxPool, avgPool: tf.avgPool };

test('a pooling and its gradient are the cpu backend’s for every window, stride and padding', async () => {
  const numbers = new Numbers(1);
  for (const [name, pool] of Object.entries(POOLS)) {
    for (const window of WINDOWS) {
      for (const strides of STRIDES) {
        for (const pad of PADS) {
          const shape: [number, number, number, number] = [
            2,
            numbers.between(3, 9),
            numbers.between(3, 9),
            numbers.between(1, 5),
          ];
          const values = numbers.values(shape);
          const forward = (x: tf.Tensor) => pool(x as tf.Tensor4D, window, strides, pad);
          await assertSameAsCpu(
            () => {
              const x = tf.tensor4d(values, shape);
              return [forward(x), tf.grad((a) => forward(a).square())(x)];
            },
            TOLERANCE,
            `${name} of ${shape}, window ${window}, strides ${strides}, pad ${pad}`,
            'wasm',
          );
        }
      }
    }
  }
});

test('among equals the first gets the gradient of max pooling', async () => {
  await assertSameAsCpu(
    () => tf.grad((x) => tf.maxPool(x as tf.Tensor4D, 2, 1, 'same'))(tf.ones([2, 5, 4, 3])),
    TOLERANCE,
    'ones',
    'wasm',
  );
});

test('an empty batch is pooled to an empty batch', async () => {
  await assertSameAsCpu(
    () => {
      const [input, dy] = [tf.zeros([0, 4, 4, 2]), tf.zeros([0, 2, 2, 2])];
      const attrs = { filterSize: 2, strides: 2, pad: 'valid' };
      return tf.engine().runKernel('MaxPoolGrad', { dy, input, output: dy }, attrs) as tf.Tensor;
    },
    TOLERANCE,
    'batch 0',
    'wasm',
  );
});

test.before(async () => {
  tf.enableProdMode();
  await loadWasm();
});

test.run();

import { test } from 'uvu';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../../lib/notegrad/src/engine/wasm/load';
import { assertClose } from '../../support/close';
import { assertSameAsCpu, Numbers } from '../../support/native-and-cpu';

const TOLERANCE = { rtol: 1e-5, atol: 1e-6 };

type Size = number | [number, number];
const WINDOWS: Size[] = [1, 2, 3, [3, 2], [1, 2]];
const STRIDES: Size[] = [1, 2, 3, [1, 2], [2, 1]];
const PADS = ['same', 'valid', 0, 1] as const;
const POOLS = { maxPool: tf.maxPool, avgPool: tf.avgPool };

interface Case {
  readonly shape: [number, number, number, number];
  readonly values: Float32Array;
  readonly forward: (x: tf.Tensor) => tf.Tensor;
  readonly how: string;
  /** Whether tfjs counts the windows right: with a number as padding it takes all for square. */
  readonly isCounted: boolean;
}

function* cases(name: keyof typeof POOLS): Generator<Case> {
  const numbers = new Numbers(1);
  for (const window of WINDOWS) {
    for (const strides of STRIDES) {
      for (const pad of PADS) {
        const isSquare = !Array.isArray(window) && !Array.isArray(strides);
        const size = () => numbers.between(3, 9);
        const shape: Case['shape'] = [2, size(), size(), numbers.between(1, 5)];
        yield {
          shape,
          values: numbers.values(shape),
          forward: (x) => POOLS[name](x as tf.Tensor4D, window, strides, pad),
          how: `${name} of ${shape}, window ${window}, strides ${strides}, pad ${pad}`,
          isCounted: isSquare || typeof pad === 'string',
        };
      }
    }
  }
}

test('max pooling and its gradient are the cpu backend’s for every window, stride and padding', async () => {
  for (const { shape, values, forward, how } of cases('maxPool')) {
    const compute = () => {
      const x = tf.tensor4d(values, shape);
      return [forward(x), tf.grad((a) => forward(a).square())(x)];
    };
    await assertSameAsCpu(compute, TOLERANCE, how, 'wasm');
  }
});

test('average pooling is the cpu backend’s for every window, stride and padding', async () => {
  for (const { shape, values, forward, how } of cases('avgPool')) {
    await assertSameAsCpu(() => forward(tf.tensor4d(values, shape)), TOLERANCE, how, 'wasm');
  }
});

test('the gradient of average pooling is its derivative, at the edges, too', async () => {
  await tf.setBackend('wasm');
  for (const { shape, values, forward, how, isCounted } of cases('avgPool')) {
    if (!isCounted) continue;
    tf.tidy(() => {
      const [x, direction] = [tf.zeros(shape), tf.tensor4d(values, shape)];
      const along = forward(direction).sum().dataSync();
      if (!Number.isFinite(along[0])) return; // windows that see only padding
      const slope = tf
        .grad((a) => forward(a))(x)
        .mul(direction)
        .sum();
      assertClose(slope.dataSync(), along, { rtol: 1e-4, atol: 1e-5 }, how);
    });
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

test('greatest values below 0 are right in three dimensions and in dilations', async () => {
  let numbers = new Numbers(7);
  const below = (shape: number[]) => tf.tensor(numbers.values(shape), shape).sub(2);
  const operations: Record<string, () => tf.Tensor | tf.Tensor[]> = {
    maxPool3d: () => tf.maxPool3d(below([2, 3, 4, 4, 2]) as tf.Tensor5D, 2, 1, 'same'),
    'the gradient of maxPool3d': () =>
      tf.grad((x) => tf.maxPool3d(x as tf.Tensor5D, 2, 1, 'same').square())(below([2, 3, 4, 4, 2])),
    maxPoolWithArgmax: () =>
      Object.values(tf.maxPoolWithArgmax(below([1, 4, 4, 2]) as tf.Tensor4D, 2, 2, 'valid')),
    dilation2d: () =>
      tf.dilation2d(below([1, 4, 4, 2]) as tf.Tensor4D, below([2, 2, 2]) as tf.Tensor3D, 1, 'same'),
    'the gradients of dilation2d': () =>
      tf.grads((x: tf.Tensor, filter: tf.Tensor) =>
        tf.dilation2d(x as tf.Tensor4D, filter as tf.Tensor3D, 1, 'same').square(),
      )([below([1, 4, 4, 2]), below([2, 2, 2])]),
  };
  for (const [name, operation] of Object.entries(operations)) {
    const seeded = () => {
      numbers = new Numbers(7);
      return operation();
    };
    await assertSameAsCpu(seeded, TOLERANCE, name, 'wasm');
  }
});

test.before(async () => {
  tf.enableProdMode();
  await loadWasm();
});

test.run();

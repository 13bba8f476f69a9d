import { test } from 'uvu';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../../lib/notegrad/src/engine/wasm/load';
import { assertSameAsCpu, Numbers } from '../../support/native-and-cpu';

/** Sums of up to some thousand products of values below 1, in another order. */
const TOLERANCE = { rtol: 1e-4, atol: 2e-5 };

type Size = [number, number];
type Pad = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;

interface Convolution {
  readonly batch: number;
  readonly size: Size;
  readonly kernel: Size;
  readonly strides: Size;
  readonly pad: Pad;
  readonly channels: Size;
}

const SIZES: Size[] = [
  [1, 1],
  [2, 5],
  [7, 6],
  [8, 8],
  [13, 9],
];
const KERNELS: Size[] = [
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 4],
  [5, 2],
  [7, 7],
];
const STRIDES: Size[] = [
  [1, 1],
  [2, 2],
  [3, 3],
  [2, 1],
  [4, 4],
];
const EXPLICIT: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [2, 0],
  [1, 3],
  [0, 0],
];
const PADS: Pad[] = ['same', 'valid', 0, 1, 2, EXPLICIT];

/** Every kernel with every stride and padding, on images and channels picked by the seed. */
function* convolutions(seed: number): Generator<Convolution> {
  const numbers = new Numbers(seed);
  for (const kernel of KERNELS) {
    for (const strides of STRIDES) {
      for (const pad of PADS) {
        const batch = numbers.between(1, 3);
        const channels: Size = [numbers.oneOf([1, 2, 3, 8]), numbers.oneOf([1, 2, 5, 8])];
        const convolution = { batch, size: numbers.oneOf(SIZES), kernel, strides, pad, channels };
        if (outputSize(convolution).every((length) => length >= 1)) yield convolution;
      }
    }
  }
}

function outputSize({ size, kernel, strides, pad }: Convolution): number[] {
  return [0, 1].map((axis) => {
    if (pad === 'same') return Math.ceil(size[axis] / strides[axis]);
    const [before, after] =
      pad === 'valid' ? [0, 0] : typeof pad === 'number' ? [pad, pad] : pad[axis + 1];
    return Math.floor((size[axis] + before + after - kernel[axis]) / strides[axis]) + 1;
  });
}

const describe = (convolution: Convolution): string => JSON.stringify(convolution);

test('a convolution and both its gradients are the cpu backend’s for every stride and padding', async () => {
  const numbers = new Numbers(1);
  for (const convolution of convolutions(2)) {
    const { batch, size, kernel, strides, pad, channels } = convolution;
    const shape: [number, number, number, number] = [batch, ...size, channels[0]];
    const filterShape: [number, number, number, number] = [...kernel, ...channels];
    const [xs, ws] = [numbers.values(shape), numbers.values(filterShape)];
    const forward = (x: tf.Tensor4D, w: tf.Tensor4D) =>
      tf.conv2d(x, w, strides, pad, 'NHWC', 1, typeof pad === 'string' ? undefined : 'floor');
    await assertSameAsCpu(
      () => {
        const [x, w] = [tf.tensor4d(xs, shape), tf.tensor4d(ws, filterShape)];
        const y = forward(x, w);
        const dy = tf.tensor4d(
          y.dataSync().map((_, i) => Math.sin(i)),
          y.shape,
        );
        const [dx, dw] = tf.grads((a, b) => forward(a as tf.Tensor4D, b as tf.Tensor4D))(
          [x, w],
          dy,
        );
        return [y, dx, dw];
      },
      TOLERANCE,
      describe(convolution),
      'wasm',
    );
  }
});

test('a dilated convolution is the cpu backend’s', async () => {
  const numbers = new Numbers(3);
  for (const dilation of [2, 3]) {
    for (const pad of ['same', 'valid'] as const) {
      const [xs, ws] = [numbers.values([2, 11, 9, 3]), numbers.values([3, 2, 3, 4])];
      await assertSameAsCpu(
        () =>
          tf.conv2d(
            tf.tensor4d(xs, [2, 11, 9, 3]),
            tf.tensor4d(ws, [3, 2, 3, 4]),
            1,
            pad,
            'NHWC',
            dilation,
          ),
        TOLERANCE,
        `dilation ${dilation}, ${pad}`,
        'wasm',
      );
    }
  }
});

test('a transposed convolution and its gradients are the cpu backend’s', async () => {
  const numbers = new Numbers(4);
  for (const [kernel, stride, pad] of [
    [4, 2, 'same'],
    [3, 2, 'same'],
    [2, 2, 'valid'],
    [5, 3, 'valid'],
    [3, 1, 'same'],
    [2, 3, 'valid'],
  ] as const) {
    const outSize = pad === 'same' ? 5 * stride : 4 * stride + Math.max(kernel, stride);
    const [xs, ws] = [numbers.values([2, 5, 5, 3]), numbers.values([kernel, kernel, 2, 3])];
    const forward = (x: tf.Tensor, w: tf.Tensor) =>
      tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, outSize, outSize, 2], stride, pad);
    await assertSameAsCpu(
      () => {
        const x = tf.tensor4d(xs, [2, 5, 5, 3]);
        const w = tf.tensor4d(ws, [kernel, kernel, 2, 3]);
        return [forward(x, w), ...tf.grads((a, b) => forward(a, b).square())([x, w])];
      },
      TOLERANCE,
      `kernel ${kernel}, stride ${stride}, ${pad}`,
      'wasm',
    );
  }
});

test('a convolution of no images at all has a gradient of zeros', async () => {
  await assertSameAsCpu(
    () => {
      const filterShape: [number, number, number, number] = [3, 3, 2, 4];
      const [x, dy] = [tf.zeros([0, 6, 6, 2]), tf.zeros([0, 6, 6, 4])];
      const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC' };
      const engine = tf.engine();
      const filter = tf.ones(filterShape);
      return [
        engine.runKernel('Conv2DBackpropFilter', { x, dy }, { ...attrs, filterShape }),
        engine.runKernel('Conv2DBackpropInput', { dy, filter }, { ...attrs, inputShape: x.shape }),
      ] as tf.Tensor[];
    },
    {},
    'batch 0',
    'wasm',
  );
});

test('of an output gradient that is larger than the output, the rest is left out', async () => {
  const numbers = new Numbers(8);
  const [xs, dys] = [numbers.values([2, 4, 4, 3]), numbers.values([2, 8, 8, 2])];
  await assertSameAsCpu(
    () => {
      const [x, dy] = [tf.tensor4d(xs, [2, 4, 4, 3]), tf.tensor4d(dys, [2, 8, 8, 2])];
      const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', filterShape: [3, 3, 3, 2] };
      return tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, attrs) as tf.Tensor;
    },
    TOLERANCE,
    'dy of 8 × 8',
    'wasm',
  );
});

test('a convolution with its channels first is the cpu backend’s', async () => {
  const numbers = new Numbers(5);
  const [xs, ws] = [numbers.values([2, 3, 6, 5]), numbers.values([3, 3, 3, 4])];
  const forward = (x: tf.Tensor, w: tf.Tensor) =>
    tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 1, 'NCHW', 1, 'floor');
  await assertSameAsCpu(
    () => {
      const [x, w] = [tf.tensor4d(xs, [2, 3, 6, 5]), tf.tensor4d(ws, [3, 3, 3, 4])];
      return [forward(x, w), ...tf.grads(forward)([x, w])];
    },
    TOLERANCE,
    'NCHW',
    'wasm',
  );
});

test('a depthwise convolution and its gradients are the cpu backend’s', async () => {
  const numbers = new Numbers(6);
  for (const [kernel, stride, pad, multiplier] of [
    [3, 1, 'same', 1],
    [3, 2, 'same', 2],
    [2, 1, 'valid', 3],
    [4, 3, 'valid', 1],
    [1, 1, 'same', 2],
  ] as const) {
    const [xs, ws] = [
      numbers.values([2, 7, 6, 3]),
      numbers.values([kernel, kernel, 3, multiplier]),
    ];
    const forward = (x: tf.Tensor, w: tf.Tensor) =>
      tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad);
    await assertSameAsCpu(
      () => {
        const x = tf.tensor4d(xs, [2, 7, 6, 3]);
        const w = tf.tensor4d(ws, [kernel, kernel, 3, multiplier]);
        return [forward(x, w), ...tf.grads((a, b) => forward(a, b).square())([x, w])];
      },
      TOLERANCE,
      `kernel ${kernel}, stride ${stride}, ${pad}, multiplier ${multiplier}`,
      'wasm',
    );
  }
});

test('convolutions in three dimensions and their gradients are the cpu backend’s', async () => {
  const numbers = new Numbers(8);
  const [xs, ws] = [numbers.values([2, 3, 5, 4, 2]), numbers.values([2, 3, 2, 2, 3])];
  for (const strides of [1, 2] as const) {
    for (const pad of ['same', 'valid'] as const) {
      await assertSameAsCpu(
        () => {
          const x = tf.tensor5d(xs, [2, 3, 5, 4, 2]);
          const filter = tf.tensor5d(ws, [2, 3, 2, 2, 3]);
          const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
            tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, strides, pad).square();
          return [convolve(x, filter), ...tf.grads(convolve)([x, filter])];
        },
        { rtol: 1e-4, atol: 1e-4 },
        `strides ${strides}, pad ${pad}`,
        'wasm',
      );
    }
  }
});

test.before(async () => {
  tf.enableProdMode();
  await loadWasm();
});

test.run();

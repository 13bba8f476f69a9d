import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../../lib/notegrad/src/engine/tf';
import { assertClose } from '../../../support/close';
import { useNative } from '../../../support/native';
import { assertSameAsCpu, Numbers, nativeOps, withSpecials } from '../../../support/native-and-cpu';

const TOLERANCE = { rtol: 1e-4, atol: 2e-5 };

type Size = [number, number];
type Shape = [number, number, number, number];
type Pad = 'same' | 'valid' | number | [Size, Size, Size, Size];

interface Case {
  readonly name: string;
  readonly x: Float32Array;
  readonly xShape: Shape;
  readonly filter: Float32Array;
  readonly filterShape: Shape;
  readonly strides: Size;
  readonly dilations: Size;
  readonly pad: Pad;
  readonly rounding?: 'floor' | 'round' | 'ceil';
}

const CHANNELS = [1, 2, 3, 4, 5, 8, 16, 19];

function explicitPad(numbers: Numbers): Pad {
  const side = () => [numbers.between(0, 2), numbers.between(0, 2)] as Size;
  return [[0, 0], side(), side(), [0, 0]];
}

/** A convolution of any attributes that tfjs takes; `outChannels` is depthwise's multiplier. */
function convolution(numbers: Numbers, outChannels: readonly number[], dilated: boolean): Case {
  const kernel: Size = [numbers.between(1, 4), numbers.between(1, 4)];
  const dilations: Size = dilated ? [numbers.between(1, 3), numbers.between(1, 2)] : [1, 1];
  const strided = dilations[0] === 1 && dilations[1] === 1;
  const strides: Size = strided ? [numbers.between(1, 3), numbers.between(1, 3)] : [1, 1];
  // tfjs reckons the output's width from the kernel's height when the padding is a number.
  const extent = Math.max(...kernel.map((k, i) => (k - 1) * dilations[i] + 1));
  const size = [extent + numbers.between(0, 6), extent + numbers.between(0, 6)];
  const pad = numbers.oneOf<Pad>(['same', 'valid', 0, 1, explicitPad(numbers)]);
  const rounding =
    typeof pad === 'string'
      ? undefined
      : numbers.oneOf([undefined, 'floor', 'round', 'ceil'] as const);
  const batch = numbers.oneOf([1, 1, 2, 3, 3]);
  const xShape: Shape = [batch, size[0], size[1], numbers.oneOf(CHANNELS)];
  const filterShape: Shape = [...kernel, xShape[3], numbers.oneOf(outChannels)];
  const x = numbers.values(xShape);
  const filter = numbers.values(filterShape);
  const name = `${xShape} * ${filterShape}, strides ${strides}, dilations ${dilations}, pad ${pad} ${rounding}`;
  return { name, x, xShape, filter, filterShape, strides, dilations, pad, rounding };
}

function conv2d(c: Case, x: tf.Tensor, filter: tf.Tensor): tf.Tensor {
  const { strides, pad, dilations, rounding } = c;
  const [x4d, filter4d] = [x as tf.Tensor4D, filter as tf.Tensor4D];
  return tf.conv2d(x4d, filter4d, strides, pad, 'NHWC', dilations, rounding);
}

function depthwise(c: Case, x: tf.Tensor, filter: tf.Tensor): tf.Tensor {
  const { strides, pad, dilations, rounding } = c;
  const [x4d, filter4d] = [x as tf.Tensor4D, filter as tf.Tensor4D];
  return tf.depthwiseConv2d(x4d, filter4d, strides, pad, 'NHWC', dilations, rounding);
}

const tensors = (c: Case) => [tf.tensor(c.x, c.xShape), tf.tensor(c.filter, c.filterShape)];

/** Gradients of a function whose slope differs from output to output. */
const gradients = (c: Case, compute: typeof conv2d) =>
  tf.grads((x, filter) => compute(c, x, filter).square())(tensors(c));

test('convolutions of any attributes are those of the cpu backend', async () => {
  const numbers = new Numbers(1);
  for (let round = 0; round < 150; round++) {
    const c = convolution(numbers, CHANNELS, round % 3 === 0);
    const compute = () => {
      const [x, filter] = tensors(c);
      return conv2d(c, x, filter);
    };
    await assertSameAsCpu(compute, TOLERANCE, c.name);
  }
});

test('gradients of convolutions are those of the cpu backend', async () => {
  const numbers = new Numbers(2);
  for (let round = 0; round < 100; round++) {
    const c = { ...convolution(numbers, CHANNELS, false), rounding: undefined };
    await assertSameAsCpu(() => gradients(c, conv2d), { rtol: 1e-4, atol: 1e-3 }, c.name);
  }
});

test('transposed convolutions and their gradients are those of the cpu backend', async () => {
  const numbers = new Numbers(3);
  for (let round = 0; round < 50; round++) {
    const stride = numbers.between(1, 3);
    const kernel = numbers.between(stride, 4);
    const [inChannels, outChannels] = [numbers.oneOf(CHANNELS), numbers.oneOf(CHANNELS)];
    const size = numbers.between(1, 5);
    const pad = numbers.oneOf(['same', 'valid'] as const);
    const xShape: Shape = [numbers.between(1, 3), size, size, inChannels];
    const filterShape: Shape = [kernel, kernel, outChannels, inChannels];
    const outSize = pad === 'same' ? size * stride : (size - 1) * stride + kernel;
    const outShape: Shape = [xShape[0], outSize, outSize, outChannels];
    const [x, filter] = [numbers.values(xShape), numbers.values(filterShape)];
    const transposed = (a: tf.Tensor, b: tf.Tensor) =>
      tf.conv2dTranspose(a as tf.Tensor4D, b as tf.Tensor4D, outShape, stride, pad);
    const both = () => {
      const inputs = [tf.tensor(x, xShape), tf.tensor(filter, filterShape)];
      const slopes = tf.grads((a, b) => transposed(a, b).square())(inputs);
      return [transposed(inputs[0], inputs[1]), ...slopes];
    };
    await assertSameAsCpu(both, { rtol: 1e-4, atol: 1e-3 }, `${xShape} to ${outShape}, ${pad}`);
  }
});

test('depthwise convolutions of any attributes are those of the cpu backend', async () => {
  const numbers = new Numbers(4);
  for (let round = 0; round < 80; round++) {
    const c = convolution(numbers, [1, 2, 3], round % 3 === 0);
    const compute = () => {
      const [x, filter] = tensors(c);
      return depthwise(c, x, filter);
    };
    await assertSameAsCpu(compute, TOLERANCE, c.name);
  }
});

test('gradients of depthwise convolutions are those of the cpu backend', async () => {
  const numbers = new Numbers(5);
  for (let round = 0; round < 60; round++) {
    const c = convolution(numbers, [1, 2, 3], false);
    await assertSameAsCpu(() => gradients(c, depthwise), { rtol: 1e-4, atol: 1e-3 }, c.name);
  }
});

test('an empty batch has no output, and a filter that saw nothing has no gradient', async () => {
  const compute = (x: tf.Tensor, filter: tf.Tensor) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
  await assertSameAsCpu(
    () => {
      const inputs = [tf.zeros([0, 5, 4, 2]), tf.ones([3, 3, 2, 4])];
      return [compute(inputs[0], inputs[1]), ...tf.grads(compute)(inputs)];
    },
    TOLERANCE,
    'empty batch',
  );
});

test('NaN and infinities in images reach the outputs and gradients that they reach on cpu', async () => {
  const numbers = new Numbers(6);
  for (const outChannels of [1, 4, 16]) {
    for (const inChannels of [1, 3, 16]) {
      const xShape: Shape = [2, 6, 5, inChannels];
      const filterShape: Shape = [3, 3, inChannels, outChannels];
      const x = numbers.values(xShape);
      [Number.NaN, Number.POSITIVE_INFINITY].forEach((special, i) => {
        x[7 * inChannels * (1 + 2 * i)] = special;
      });
      const filter = numbers.values(filterShape);
      const c: Case = {
        ...{ name: `${xShape} * ${filterShape}`, x, xShape, filter, filterShape },
        ...{ strides: [1, 1], dilations: [1, 1], pad: 'same' },
      };
      const all = () => {
        const [image, kernel] = tensors(c);
        const slope = tf.grads((a, b) => conv2d(c, a, b))([image, kernel]);
        return [conv2d(c, image, kernel), ...slope];
      };
      await assertSameAsCpu(all, { rtol: 1e-4, atol: 1e-4 }, c.name);
    }
  }
});

const ACTIVATIONS = ['linear', 'relu', 'relu6', 'elu', 'leakyrelu', 'sigmoid', 'prelu'] as const;

test('bias and every activation that tfjs fuses follow convolutions', async () => {
  const numbers = new Numbers(7);
  for (const activation of ACTIVATIONS) {
    for (const [batch, inChannels, outChannels] of [
      [1, 2, 1],
      [3, 1, 5],
      [2, 4, 16],
      [3, 1, 32],
      [8, 1, 24],
    ]) {
      const x = withSpecials(numbers.values([batch, 16, 13, inChannels])).map((v) => 3 * v);
      const filter = numbers.values([3, 2, inChannels, outChannels]);
      const deep = numbers.values([2, 2, inChannels, 2]);
      const channels = (count: number) => ({
        bias: tf.tensor1d(numbers2.values([count])),
        preluActivationWeights:
          activation === 'prelu' ? tf.tensor1d(numbers2.values([count])) : undefined,
      });
      let numbers2 = new Numbers(8);
      const fused = () => {
        numbers2 = new Numbers(8);
        const image = tf.tensor4d(x, [batch, 16, 13, inChannels]);
        const options = { strides: 1, pad: 'same', activation, leakyreluAlpha: 0.2 } as const;
        return [
          tf.fused.conv2d({
            ...{ x: image, filter: tf.tensor4d(filter, [3, 2, inChannels, outChannels]) },
            ...options,
            ...channels(outChannels),
          }),
          tf.fused.depthwiseConv2d({
            ...{ x: image, filter: tf.tensor4d(deep, [2, 2, inChannels, 2]) },
            ...options,
            ...channels(2 * inChannels),
          }),
        ];
      };
      await assertSameAsCpu(fused, TOLERANCE, `${activation} of ${inChannels} to ${outChannels}`);
    }
  }
});

test("a filter's gradient brings the bias's with it where it is asked to", async () => {
  const numbers = new Numbers(9);
  const backend = await useNative();
  for (const [inChannels, outChannels] of [
    [1, 16],
    [8, 1],
    [7, 3],
    [4, 19],
  ]) {
    const xShape: Shape = [3, 7, 6, inChannels];
    const dyShape: Shape = [3, 7, 6, outChannels];
    const [x, dy] = [numbers.values(xShape), numbers.values(dyShape)];
    tf.tidy(() => {
      const slope = tf.tensor(dy, dyShape);
      const [dFilter, dBias] = [[3, 3, inChannels, outChannels], [outChannels]].map((shape) =>
        tf.zeros(shape),
      );
      const window = {
        ...{
          batch: 3,
          inHeight: 7,
          inWidth: 6,
          inChannels,
          outHeight: 7,
          outWidth: 6,
          outChannels,
        },
        ...{ kernelHeight: 3, kernelWidth: 3, strideHeight: 1, strideWidth: 1 },
        ...{ dilationHeight: 1, dilationWidth: 1, padTop: 1, padLeft: 1 },
      };
      const inputs = [tf.tensor(x, xShape), slope];
      const params = { window, depthwise: false, withBias: true };
      backend.run('conv2dKernelGradient', inputs, [dFilter, dBias], params);
      assertClose(dBias.dataSync(), slope.sum([0, 1, 2]).dataSync(), TOLERANCE, 'bias');
      const filter = tf.zeros<tf.Rank.R4>([3, 3, inChannels, outChannels]);
      const loss = (f: tf.Tensor) =>
        tf.conv2d(inputs[0] as tf.Tensor4D, f as tf.Tensor4D, 1, 'same').mul(slope);
      assertClose(dFilter.dataSync(), tf.grad(loss)(filter).dataSync(), TOLERANCE, 'filter');
    });
  }
});

test('convolutions and their gradients are native', async () => {
  const x = tf.ones<tf.Rank.R4>([2, 6, 6, 3]);
  const filter = tf.ones<tf.Rank.R4>([3, 3, 3, 3]);
  for (const compute of [tf.conv2d, tf.depthwiseConv2d]) {
    const ops = await nativeOps(() =>
      tf.grads((a, b) => compute(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'))([x, filter]),
    );
    for (const op of ['conv2d', 'conv2dInputGradient', 'conv2dKernelGradient']) {
      assert.ok(ops.includes(op), `${op} is not among ${ops}`);
    }
  }
});

test('channels first and whole numbers are left to the cpu backend', async () => {
  const channelsFirst = () =>
    tf.conv2d(tf.ones<tf.Rank.R4>([1, 2, 4, 4]), tf.ones<tf.Rank.R4>([2, 2, 2, 3]), 1, 1, 'NCHW');
  await assertSameAsCpu(channelsFirst, TOLERANCE, 'NCHW');
});

test('a filter of other channels than the image is refused in the words of tfjs', async () => {
  await tf.setBackend('native');
  const wrong = () =>
    tf.conv2d(tf.ones<tf.Rank.R4>([1, 4, 4, 2]), tf.ones<tf.Rank.R4>([2, 2, 3, 3]), 1, 1);
  assert.throws(wrong, /must match input depth/);
});

test.run();

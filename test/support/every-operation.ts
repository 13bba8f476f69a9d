import type { NativeBackend } from '../../lib/notegrad/src/engine/native/backend/native-backend';
import type { OperationParams } from '../../lib/notegrad/src/engine/native/backend/operations';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { Numbers } from './native-and-cpu';

/** From this many values on, operations share their loops among threads. */
const LARGE = 40000;

/** Runs every native operation, each in several forms, on small and on some large tensors. */
export function runEveryOperation(backend: NativeBackend): void {
  const programs = [
    elementwise,
    movement,
    reductions,
    products,
    convolutions,
    pooling,
    normalisation,
    losses,
    upsampling,
    random,
    optimizers,
    recurrence,
    fusedOnly,
  ];
  for (const program of programs) tf.tidy(() => program(backend));
}

const numbers = new Numbers(1);

function floats(...shape: number[]): tf.Tensor {
  return tf.tensor(numbers.values(shape), shape);
}

function ints(...shape: number[]): tf.Tensor {
  return tf.cast(tf.mul(floats(...shape), 100), 'int32');
}

function bools(...shape: number[]): tf.Tensor {
  return tf.greater(floats(...shape), 0);
}

function indices(limit: number, ...shape: number[]): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  const values = Int32Array.from({ length: size }, () => numbers.between(0, limit - 1));
  return tf.tensor(values, shape, 'int32');
}

/** The gradients of a function's sum, which run the operations that only gradients need. */
function gradients(compute: (...inputs: tf.Tensor[]) => tf.Tensor, ...inputs: tf.Tensor[]): void {
  tf.grads((...given: tf.Tensor[]) => tf.sum(tf.square(compute(...given))))(inputs);
}

function elementwise(): void {
  const unary = [
    ...[tf.abs, tf.ceil, tf.floor, tf.round, tf.neg, tf.reciprocal, tf.square, tf.sqrt, tf.rsqrt],
    ...[tf.sign, tf.relu, tf.relu6, tf.exp, tf.expm1, tf.log, tf.log1p, tf.sigmoid, tf.tanh],
    ...[tf.softplus, tf.erf, tf.elu, tf.selu, tf.sin, tf.cos, tf.tan, tf.asin, tf.acos, tf.atan],
    ...[tf.sinh, tf.cosh, tf.asinh, tf.acosh, tf.atanh, tf.isNaN, tf.isInf, tf.isFinite],
    ...[tf.step, (x: tf.Tensor) => tf.leakyRelu(x, 0.1)],
    (x: tf.Tensor) => tf.clipByValue(x, -0.5, 0.5),
  ];
  for (const compute of unary) for (const size of [7, LARGE]) compute(floats(size));
  tf.abs(ints(5));
  tf.clipByValue(ints(5), -3, 3);
  tf.logicalNot(bools(6));
  const binary = [
    ...[tf.add, tf.sub, tf.mul, tf.div, tf.maximum, tf.minimum, tf.squaredDifference, tf.mod],
    ...[tf.pow, tf.atan2, tf.floorDiv, tf.equal, tf.notEqual, tf.greater, tf.greaterEqual],
    ...[tf.less, tf.lessEqual],
  ];
  for (const compute of binary) {
    compute(floats(LARGE), floats(LARGE));
    compute(floats(2, 1, 3), floats(4, 1));
    compute(floats(3, 5), tf.scalar(2));
    compute(ints(3, 2), ints(2));
  }
  for (const compute of [tf.logicalAnd, tf.logicalOr]) compute(bools(4, 3), bools(3));
  tf.prelu(floats(3, 4), floats(4));
  gradients(tf.elu, floats(9));
  tf.where(bools(8), floats(8), floats(8));
  tf.where(bools(8), bools(8), bools(8));
  for (const dtype of ['float32', 'int32', 'bool'] as const) {
    for (const x of [floats(6), ints(6), bools(6)]) tf.cast(x, dtype);
    tf.fill([3, 2], 1, dtype);
    tf.oneHot(indices(4, 3), 4, 1, 0, dtype);
  }
}

function movement(backend: NativeBackend): void {
  for (const x of [floats(3, 4, 5), ints(3, 4, 5), bools(3, 4, 5)]) {
    tf.transpose(x, [2, 0, 1]);
    tf.reverse(x, [0, 2]);
    tf.tile(x, [2, 1, 2]);
    tf.slice(x, [1, 0, 2], [2, 3, 2]);
    tf.stridedSlice(x, [0, 3, 0], [3, 0, 5], [2, -1, 1]);
    tf.concat([x, x], 1);
    tf.stack([x, x, x], 2);
    tf.pad(x, [
      [1, 0],
      [0, 2],
      [3, 1],
    ]);
    for (const mode of ['reflect', 'symmetric'] as const) {
      const paddings: [number, number][] = [
        [1, 2],
        [0, 1],
        [2, 0],
      ];
      tf.mirrorPad(x, paddings, mode);
    }
    tf.gather(x, indices(4, 6), 1);
    const copy = backend.allocate(x.shape, x.dtype as 'float32');
    backend.run('copy', [x], [copy], { bytes: x.size * (x.dtype === 'bool' ? 1 : 4) });
  }
  tf.transpose(floats(150, 300));
  tf.unsortedSegmentSum(floats(9, 4), indices(5, 9) as tf.Tensor1D, 5);
}

function reductions(): void {
  const large = floats(70, 90, 8);
  for (const compute of [tf.sum, tf.mean, tf.prod, tf.max, tf.min]) {
    for (const axes of [[0], [1], [2], [0, 2], [0, 1, 2]]) compute(large, axes);
    compute(floats(3, 100), 1);
    compute(floats(100, 3), 0);
  }
  for (const compute of [tf.sum, tf.prod, tf.max, tf.min]) compute(ints(4, 3), 0);
  for (const compute of [tf.sum, tf.prod]) compute(bools(4, 3), 0);
  for (const compute of [tf.any, tf.all]) compute(bools(4, 3), 1);
  for (const compute of [tf.argMax, tf.argMin]) {
    for (const x of [floats(4, 5, 3), ints(4, 5, 3), bools(4, 5, 3)]) compute(x, 1);
  }
  for (const compute of [tf.cumsum, tf.cumprod]) {
    for (const x of [floats(4, 5, 3), ints(4, 5, 3)]) compute(x, 1, true, true);
  }
}

function products(): void {
  tf.matMul(floats(3, 4), floats(4, 5));
  tf.matMul(floats(64, 300), floats(100, 300), false, true);
  tf.matMul(floats(2, 3, 4), floats(2, 5, 4), false, true);
  tf.matMul(floats(4, 1, 3, 2), floats(5, 2, 3));
  for (const activation of ['linear', 'relu', 'relu6', 'elu', 'sigmoid'] as const) {
    tf.fused.matMul({ a: floats(6, 7), b: floats(7, 3), bias: floats(3), activation });
  }
  const prelu = { activation: 'prelu', preluActivationWeights: floats(3) } as const;
  tf.fused.matMul({ a: floats(6, 7), b: floats(7, 3), ...prelu });
}

function convolutions(): void {
  const pairs: [x: number[], kernel: number[], stride: number, pad: 'same' | 'valid'][] = [
    [[2, 9, 8, 1], [3, 3, 1, 16], 1, 'same'],
    [[3, 8, 8, 4], [3, 2, 4, 5], 2, 'same'],
    [[2, 7, 6, 8], [3, 3, 8, 2], 1, 'valid'],
    [[2, 6, 6, 2], [5, 5, 2, 8], 1, 'same'],
    [[40, 12, 12, 8], [3, 3, 8, 16], 1, 'same'],
  ];
  for (const [x, kernel, stride, pad] of pairs) {
    const convolve = (images: tf.Tensor, filter: tf.Tensor) =>
      tf.conv2d(images as tf.Tensor4D, filter as tf.Tensor4D, stride, pad);
    gradients(convolve, floats(...x), floats(...kernel));
    tf.fused.conv2d({
      x: floats(...x) as tf.Tensor4D,
      filter: floats(...kernel) as tf.Tensor4D,
      strides: stride,
      pad,
      bias: floats(kernel[3]),
      activation: 'relu',
    });
  }
  tf.conv2d(
    floats(1, 9, 9, 3) as tf.Tensor4D,
    floats(3, 3, 3, 4) as tf.Tensor4D,
    1,
    'same',
    'NHWC',
    2,
  );
  const depthwise = (images: tf.Tensor, filter: tf.Tensor) =>
    tf.depthwiseConv2d(images as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
  gradients(depthwise, floats(2, 6, 7, 3), floats(3, 3, 3, 2));
}

function pooling(): void {
  for (const pool of [tf.maxPool, tf.avgPool]) {
    for (const [size, stride] of [
      [2, 2],
      [3, 1],
    ]) {
      const compute = (x: tf.Tensor) => pool(x as tf.Tensor4D, size, stride, 'same');
      gradients(compute, floats(2, 7, 6, 5));
      gradients(compute, floats(8, 20, 20, 16));
    }
  }
}

function normalisation(backend: NativeBackend): void {
  for (const [rows, channels] of [
    [6, 3],
    [500, 100],
  ]) {
    const [x, dy] = [floats(rows, channels), floats(rows, channels)];
    const [mean, scale, offset] = [floats(channels), floats(channels), floats(channels)];
    const variance = tf.abs(floats(channels));
    tf.batchNorm(x, mean, variance, offset, scale);
    tf.batchNorm(x, mean, variance);
    const make = (...shapes: number[][]) =>
      shapes.map((shape) => backend.allocate(shape, 'float32'));
    const [image, vector] = [[rows, channels], [channels]];
    const params = { normalisation: { rows, channels, epsilon: 1e-3 } };
    backend.run('batchNormTraining', [x, scale, offset], make(image, vector, vector), params);
    const given = [dy, x, mean, variance, scale];
    backend.run('batchNormGrad', given, make(image, vector, vector, vector, vector), params);
    backend.run('batchNormTrainingGrad', given, make(image, vector, vector), params);
  }
}

function losses(backend: NativeBackend): void {
  gradients((x) => tf.softmax(x), floats(5, 7));
  gradients((x) => tf.logSoftmax(x), floats(200, 70));
  const labels = tf.abs(floats(5, 7));
  gradients((x) => tf.losses.softmaxCrossEntropy(labels, x), floats(5, 7));
  gradients((x) => tf.losses.sigmoidCrossEntropy(labels, x), floats(5, 7));
  const [classes, logits, dy] = [indices(7, 5), floats(5, 7), floats()];
  const [loss, gradient] = [backend.allocate([], 'float32'), backend.allocate([5, 7], 'float32')];
  backend.run('sparseSoftmaxCrossEntropy', [classes, logits], [loss], { rows: 5, classes: 7 });
  backend.run('sparseSoftmaxCrossEntropyGrad', [dy, classes, logits], [gradient], {
    rows: 5,
    classes: 7,
  });
}

function upsampling(): void {
  for (const resize of [tf.image.resizeBilinear, tf.image.resizeNearestNeighbor]) {
    for (const size of [
      [9, 4],
      [2, 12],
    ] as [number, number][]) {
      gradients((x) => resize(x as tf.Tensor4D, size, true), floats(2, 5, 6, 3));
      gradients((x) => resize(x as tf.Tensor4D, size, false, true), floats(2, 5, 6, 3));
    }
  }
}

function random(): void {
  for (const shape of [[5], [LARGE]] as [number][]) {
    tf.randomUniform(shape);
    tf.randomNormal(shape);
    tf.truncatedNormal(shape);
    tf.dropout(floats(...shape), 0.5);
  }
  tf.randomNormal([5], 0, 1, 'float32', 7);
}

function optimizers(backend: NativeBackend): void {
  const states = {
    sgd: 0,
    momentum: 1,
    adam: 2,
    adamax: 2,
    lion: 1,
    rmsProp: 2,
    centredRmsProp: 3,
    adagrad: 1,
    adadelta: 2,
  };
  const betas = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  const means = { decay: 0.9, momentum: 0.1, epsilon: 1e-8 };
  const params: Record<keyof typeof states, Record<string, number | boolean>> = {
    sgd: {},
    momentum: { momentum: 0.9, useNesterov: true },
    adam: betas,
    adamax: { ...betas, decay: 0.1 },
    lion: { beta1: 0.9, beta2: 0.99, weightDecay: 0.1 },
    rmsProp: means,
    centredRmsProp: means,
    adagrad: { epsilon: 1e-8 },
    adadelta: { rho: 0.9, epsilon: 1e-8 },
  };
  const sizes = [3, LARGE, 1];
  const one = () => sizes.map((size) => floats(size));
  for (const [name, count] of Object.entries(states)) {
    const op = name as keyof typeof states;
    const updated = [tf.zeros([1], 'int32'), ...Array.from({ length: 1 + count }, one).flat()];
    const inputs = [tf.scalar(0.1), ...one(), ...updated];
    backend.run(op, inputs, updated, { sizes, ...params[op] } as OperationParams[typeof op]);
  }
}

function recurrence(backend: NativeBackend): void {
  for (const [batch, time, hidden, vocabulary, allSteps] of [
    [3, 4, 5, 6, 0],
    [3, 4, 5, 6, 1],
    [16, 10, 32, 9, 0],
  ]) {
    const gates = 4 * hidden;
    const [ids, lengths] = [indices(vocabulary, batch, time), indices(time + 1, batch)];
    const [wIh, wHh, bias] = [floats(vocabulary, gates), floats(hidden, gates), floats(gates)];
    const out = allSteps ? [batch, time, hidden] : [batch, hidden];
    const make = (shape: number[]) => backend.allocate(shape, 'float32');
    const states = [time + 1, batch, hidden];
    const outputs = [out, [time, batch, gates], states, states].map(make);
    const params = { batch, time, hidden, vocabulary, allSteps: allSteps === 1 };
    backend.run('charLstm', [ids, lengths, wIh, wHh, bias], outputs, params);
    const saved = outputs.slice(1);
    const weights = [wIh, wHh, bias].map(({ shape }) => make(shape));
    backend.run('charLstmGrad', [floats(...out), ids, lengths, wHh, ...saved], weights, params);
  }
}

/** Operations that only a recorded step runs. */
function fusedOnly(backend: NativeBackend): void {
  const make = (...shape: number[]) => backend.allocate(shape, 'float32');
  for (const [rows, channels] of [
    [6, 5],
    [900, 64],
  ]) {
    const inputs = [floats(rows, channels), floats(rows, channels)];
    const [dx, dBias] = [make(rows, channels), make(channels)];
    backend.run('activationGradient', inputs, [dx], {
      ...{ rows, channels, below: 0.1, withBias: false },
    });
    backend.run('activationGradient', inputs, [dx, dBias], {
      ...{ rows, channels, below: 0, withBias: true },
    });
    const window = {
      ...{ batch: rows, inHeight: 5, inWidth: 4, inChannels: channels },
      ...{ outHeight: 2, outWidth: 2, outChannels: channels },
      ...{ kernelHeight: 2, kernelWidth: 2, strideHeight: 2, strideWidth: 2 },
      ...{ dilationHeight: 1, dilationWidth: 1, padTop: 0, padLeft: 0 },
    };
    const op = 'maxPoolActivationGradient';
    const images = floats(rows, 5, 4, channels);
    const dPooled = floats(rows, 2, 2, channels);
    const outputs = [make(rows, 5, 4, channels), dBias];
    const given = [dPooled, images];
    backend.run(op, given, outputs, { window, below: 0.1, withBias: true });
    backend.run(op, given, [outputs[0]], { window, below: 0, withBias: false });
  }
}

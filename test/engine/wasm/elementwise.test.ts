import { test } from 'uvu';
import * as tf from '../../../lib/notegrad/src/engine/tf';
import { loadWasm } from '../../../lib/notegrad/src/engine/wasm/load';
import { assertSameAsCpu, Numbers, withSpecials } from '../../support/native-and-cpu';

const TOLERANCE = { rtol: 2e-5, atol: 1e-6 };

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const UNARY: Record<string, Unary> = {
  abs: tf.abs,
  neg: tf.neg,
  square: tf.square,
  sqrt: tf.sqrt,
  rsqrt: tf.rsqrt,
  reciprocal: tf.reciprocal,
  exp: tf.exp,
  expm1: tf.expm1,
  log: tf.log,
  log1p: tf.log1p,
  relu: tf.relu,
  relu6: tf.relu6,
  elu: tf.elu,
  selu: tf.selu,
  leakyRelu: (x) => tf.leakyRelu(x, 0.2),
  sigmoid: tf.sigmoid,
  softplus: tf.softplus,
  tanh: tf.tanh,
  sin: tf.sin,
  cos: tf.cos,
  erf: tf.erf,
  floor: tf.floor,
  ceil: tf.ceil,
  round: tf.round,
  sign: tf.sign,
  step: tf.step,
  isNaN: tf.isNaN,
  clip: (x) => tf.clipByValue(x, -0.5, 0.5),
  softmax: (x) => tf.softmax(x),
  logSoftmax: (x) => tf.logSoftmax(x),
};

const BINARY: Record<string, Binary> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
  pow: (a, b) => tf.pow(tf.abs(a), b),
  mod: tf.mod,
  floorDiv: tf.floorDiv,
  prelu: tf.prelu,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  equal: tf.equal,
  notEqual: tf.notEqual,
};

const REDUCTIONS: Record<string, (x: tf.Tensor, axis: number[], keepDims: boolean) => tf.Tensor> = {
  sum: tf.sum,
  mean: tf.mean,
  max: tf.max,
  min: tf.min,
  prod: tf.prod,
  logSumExp: tf.logSumExp,
};

const SHAPES = [
  [
    [4, 5],
    [4, 5],
  ],
  [[4, 5], [5]],
  [[4, 5], []],
  [[], [3]],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [
    [4, 1, 3],
    [1, 5, 3],
  ],
  [
    [2, 3, 4, 5],
    [3, 1, 5],
  ],
  [
    [0, 3],
    [1, 3],
  ],
];

for (const [name, op] of Object.entries(UNARY)) {
  test(`${name} and its gradient are the cpu backend's`, async () => {
    const values = new Numbers(1).values([6, 11]).map((value) => 3 * value);
    await assertSameAsCpu(
      () => {
        const x = tf.tensor2d(values, [6, 11]);
        return name === 'isNaN' ? op(x) : [op(x), tf.grad(op)(x)];
      },
      TOLERANCE,
      name,
      'wasm',
    );
  });

  test(`${name} of NaN and infinities is the cpu backend's`, async () => {
    const values = withSpecials(new Numbers(2).values([4, 11]));
    await assertSameAsCpu(() => op(tf.tensor2d(values, [4, 11])), TOLERANCE, name, 'wasm');
  });
}

for (const [name, op] of Object.entries(BINARY)) {
  test(`${name} is the cpu backend's for every broadcast and type`, async () => {
    const numbers = new Numbers(3);
    for (const [shapeA, shapeB] of SHAPES) {
      for (const dtype of ['float32', 'int32'] as const) {
        const scale = dtype === 'int32' ? 9 : 1;
        const make = (values: Float32Array, shape: number[]) =>
          tf.tensor(
            dtype === 'int32' ? values.map((v) => Math.round(scale * v) || 1) : values,
            shape,
            dtype,
          );
        const [as, bs] = [numbers.values(shapeA), numbers.values(shapeB)];
        await assertSameAsCpu(
          () => [op(make(as, shapeA), make(bs, shapeB)), op(make(bs, shapeB), make(as, shapeA))],
          TOLERANCE,
          `${name} of ${dtype} [${shapeA}] and [${shapeB}]`,
          'wasm',
        );
      }
    }
  });
}

for (const name of ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'squaredDifference']) {
  test(`the gradients of ${name} are the cpu backend's`, async () => {
    const numbers = new Numbers(4);
    const broadcasts = ['add', 'sub', 'mul', 'div'].includes(name);
    // tfjs has no other gradients of broadcasts, and none of empty ones.
    const shapes = SHAPES.slice(0, broadcasts ? -1 : 1);
    for (const [shapeA, shapeB] of shapes) {
      const [as, bs] = [numbers.values(shapeA), numbers.values(shapeB)];
      await assertSameAsCpu(
        () => tf.grads(BINARY[name])([tf.tensor(as, shapeA), tf.tensor(bs, shapeB)]),
        TOLERANCE,
        `${name} of [${shapeA}] and [${shapeB}]`,
        'wasm',
      );
    }
  });
}

for (const [name, reduce] of Object.entries(REDUCTIONS)) {
  test(`${name} is the cpu backend's along every axis, and so is its gradient`, async () => {
    const numbers = new Numbers(5);
    for (const axis of [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]) {
      for (const keepDims of [false, true]) {
        const values = numbers.values([3, 4, 5]);
        await assertSameAsCpu(
          () => {
            const x = tf.tensor3d(values, [3, 4, 5]);
            return [reduce(x, axis, keepDims), tf.grad((a) => reduce(a, axis, keepDims))(x)];
          },
          TOLERANCE,
          `${name} along ${axis}`,
          'wasm',
        );
      }
    }
  });

  test(`${name} of NaN, infinities, whole numbers and nothing is the cpu backend's`, async () => {
    const specials = withSpecials(new Numbers(6).values([4, 11]));
    await assertSameAsCpu(
      () => [
        reduce(tf.tensor2d(specials, [4, 11]), [1], false),
        ...(name === 'logSumExp' ? [] : [reduce(tf.tensor1d([3, -2, 2], 'int32'), [0], false)]),
        ...(['sum', 'prod', 'max'].includes(name) ? [reduce(tf.zeros([0, 3]), [0], false)] : []),
      ],
      TOLERANCE,
      name,
      'wasm',
    );
  });
}

test.before(async () => {
  tf.enableProdMode();
  await loadWasm();
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../../lib/notegrad/src/engine/tf';
import { assertSameAsCpu, Numbers, withSpecials } from '../../../support/native-and-cpu';

/** Our polynomials are within 3 units in the last place; sums of gradients add roundings. */
const VALUES = { rtol: 4e-7, atol: 1e-38 };
const GRADIENTS = { rtol: 3e-6, atol: 1e-6 };

type Unary = (x: tf.Tensor) => tf.Tensor;

const UNARY: Record<string, Unary> = {
  abs: tf.abs,
  ceil: tf.ceil,
  floor: tf.floor,
  neg: tf.neg,
  reciprocal: tf.reciprocal,
  square: tf.square,
  sqrt: tf.sqrt,
  rsqrt: tf.rsqrt,
  relu: tf.relu,
  relu6: tf.relu6,
  exp: tf.exp,
  expm1: tf.expm1,
  log: tf.log,
  log1p: tf.log1p,
  sigmoid: tf.sigmoid,
  tanh: tf.tanh,
  softplus: tf.softplus,
  elu: tf.elu,
  selu: tf.selu,
  sin: tf.sin,
  cos: tf.cos,
  tan: tf.tan,
  asin: tf.asin,
  acos: tf.acos,
  atan: tf.atan,
  sinh: tf.sinh,
  cosh: tf.cosh,
  asinh: tf.asinh,
  acosh: tf.acosh,
  atanh: tf.atanh,
  leakyRelu: (x) => tf.leakyRelu(x, 0.1),
  clipByValue: (x) => tf.clipByValue(x, -0.5, 0.75),
  step: (x) => tf.step(x, 0.25),
  sign: tf.sign,
  round: tf.round,
};

const EDGES = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  1e-40,
  -1e-40,
  1e-30,
  3e38,
  -3e38,
  88.5,
  88.8,
  -87,
  -95,
  -104,
  10,
  -20,
  1e-7,
  -1e-7,
  6,
  4,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];

test('functions of one number are those of the cpu backend, at special values too', async () => {
  const numbers = new Numbers(1);
  for (const [name, compute] of Object.entries(UNARY)) {
    for (const scale of [1, 30]) {
      for (const shape of [[], [1], [0, 3], [17], [2, 3, 5], [5000]]) {
        const x = withSpecials(numbers.values(shape).map((value) => value * scale));
        await assertSameAsCpu(() => compute(tf.tensor(x, shape)), VALUES, `${name} of [${shape}]`);
      }
    }
    await assertSameAsCpu(() => compute(tf.tensor1d(EDGES)), VALUES, `${name} of edges`);
  }
});

test('erf is nearer to the truth than the cpu backend, whose formula is good to 1.5e-7', async () => {
  const x = new Numbers(2).values([4000]).map((value) => value * 5);
  await assertSameAsCpu(() => tf.erf(tf.tensor1d(x)), { rtol: 0, atol: 3e-7 }, 'erf');
  const truth = [0.1124629160182849, 0.5204998778130465, 0.8427007929497149, 0.9953222650189527];
  tf.tidy(() => {
    const values = tf.erf(tf.tensor1d([0.1, 0.5, 1, 2])).dataSync();
    values.forEach((value, i) => {
      assert.ok(Math.abs(value - truth[i]) <= 1.2e-7 * truth[i], `${value} for ${truth[i]}`);
    });
  });
});

test('gradients of functions of one number are those of the cpu backend', async () => {
  const numbers = new Numbers(3);
  const smooth = Object.entries(UNARY).filter(([name]) => !['sign', 'round'].includes(name));
  for (const [name, compute] of smooth) {
    const x = numbers.values([3, 7]);
    const positive = ['log', 'sqrt', 'rsqrt'].includes(name) ? x.map((v) => v + 1.5) : x;
    const safe = name === 'acosh' ? x.map((v) => v + 2.5) : positive;
    await assertSameAsCpu(() => tf.grad(compute)(tf.tensor2d(safe, [3, 7])), GRADIENTS, name);
  }
});

test('a whole number keeps its type through the functions that the cpu backend keeps it through', async () => {
  const x = [-3, -1, 0, 1, 2, 46341, 2147483647, -2147483648];
  for (const name of ['neg', 'relu', 'relu6', 'sign', 'step', 'exp', 'clipByValue']) {
    await assertSameAsCpu(() => UNARY[name](tf.tensor1d(x, 'int32')), VALUES, `${name} of int32`);
  }
  // The cpu backend leaves these two in arrays of floats, which cannot hold what is beyond 2²⁴.
  for (const compute of [tf.square, tf.abs]) {
    const run = () => compute(tf.tensor1d([-3, 0, 46340], 'int32'));
    await assertSameAsCpu(run, VALUES, `${compute.name} of int32`);
  }
});

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const ARITHMETIC: Record<string, Binary> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
  mod: tf.mod,
  pow: tf.pow,
  atan2: tf.atan2,
  floorDiv: tf.floorDiv,
};

const COMPARISONS: Record<string, Binary> = {
  equal: tf.equal,
  notEqual: tf.notEqual,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
};

/** Shapes that broadcast: scalars, rows, columns, the middle, both ways at once, nothing at all. */
const PAIRS: [number[], number[]][] = [
  [[], []],
  [[1], []],
  [[5], [1]],
  [[], [3, 4]],
  [
    [3, 4],
    [3, 4],
  ],
  [[3, 4], [4]],
  [
    [3, 1],
    [3, 4],
  ],
  [
    [3, 1],
    [1, 4],
  ],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [
    [2, 1, 4],
    [1, 3, 1],
  ],
  [
    [2, 1, 3, 1, 2],
    [1, 4, 1, 5, 2],
  ],
  [
    [2, 1, 2, 1, 2, 1],
    [2, 1, 2, 1, 2],
  ],
  [[0], []],
  [
    [0, 3],
    [2, 0, 1],
  ],
  [[300, 130], [130]],
  [
    [300, 1],
    [300, 130],
  ],
];

test('functions of two numbers broadcast and round as on the cpu backend', async () => {
  const numbers = new Numbers(4);
  for (const [name, compute] of Object.entries({ ...ARITHMETIC, ...COMPARISONS })) {
    for (const [aShape, bShape] of PAIRS) {
      const a = withSpecials(numbers.values(aShape).map((v) => Math.round(v * 8) / 2));
      const b = withSpecials(numbers.values(bShape).map((v) => Math.round(v * 8) / 2));
      const run = () => compute(tf.tensor(a, aShape), tf.tensor(b, bShape));
      await assertSameAsCpu(run, VALUES, `${name} of [${aShape}] and [${bShape}]`);
    }
  }
});

test('whole numbers wrap, divide and compare as on the cpu backend', async () => {
  const a = [7, -7, 7, -7, 0, 5, 2147483647, -2147483648, 123456789];
  const b = [2, 2, -2, -2, 0, 0, 2147483647, -1, 987654321];
  for (const [name, compute] of Object.entries({ ...ARITHMETIC, ...COMPARISONS })) {
    const run = () => compute(tf.tensor1d(a, 'int32'), tf.tensor1d(b, 'int32'));
    await assertSameAsCpu(run, VALUES, `${name} of int32`);
    const [ints, floats] = [a.slice(0, 6), b.slice(0, 6).map((v) => v / 2)];
    const mixed = () => compute(tf.tensor1d(ints, 'int32'), tf.tensor1d(floats));
    await assertSameAsCpu(mixed, VALUES, `${name} of int32 and float32`);
  }
});

test('powers have the special values of JavaScript, not those of C', async () => {
  const [bases, exponents] = [
    EDGES,
    [0, 1, 2, 3, -1, 0.5, -0.5, 7.25, Number.NaN, Infinity, -Infinity],
  ];
  for (const exponent of exponents) {
    const run = () => [
      tf.pow(tf.tensor1d(bases), exponent),
      tf.pow(tf.scalar(exponent), tf.tensor1d(bases)),
    ];
    await assertSameAsCpu(run, VALUES, `power ${exponent}`);
  }
});

test('gradients of functions of two numbers are summed over what was broadcast', async () => {
  const numbers = new Numbers(5);
  const smooth: Record<string, Binary> = {
    add: tf.add,
    sub: tf.sub,
    mul: tf.mul,
    div: tf.div,
    pow: tf.pow,
    atan2: tf.atan2,
    prelu: tf.prelu as Binary,
  };
  for (const [name, compute] of Object.entries(smooth)) {
    for (const [aShape, bShape] of PAIRS.slice(4, 12)) {
      const broadcastsOut = tf.broadcast_util.assertAndGetBroadcastShape(aShape, bShape);
      if (name === 'prelu' && String(broadcastsOut) !== String(aShape)) continue;
      const [a, b] = [numbers.values(aShape), numbers.values(bShape)].map((v) =>
        v.map((x) => x + 2),
      );
      const gradients = () =>
        tf.grads((x, y) => tf.square(compute(x, y)))([tf.tensor(a, aShape), tf.tensor(b, bShape)]);
      await assertSameAsCpu(gradients, GRADIENTS, `${name} of [${aShape}] and [${bShape}]`);
    }
  }
  for (const compute of [tf.maximum, tf.minimum]) {
    const gradients = () =>
      tf.grads(compute)([tf.tensor1d([1, 2, 3, -1]), tf.tensor1d([2, 2, -3, -4])]);
    await assertSameAsCpu(gradients, GRADIENTS, compute.name);
  }
});

test('logical functions and choices are those of the cpu backend', async () => {
  const numbers = new Numbers(6);
  for (const [aShape, bShape] of PAIRS) {
    const seed = numbers.between(0, 1e6);
    const run = () => {
      const own = new Numbers(seed);
      const [p, q] = [aShape, bShape].map((shape) =>
        tf.greater(tf.tensor(own.values(shape), shape), 0),
      );
      const [t, e] = [aShape, bShape].map((shape) => tf.tensor(own.values(shape), shape));
      return [
        tf.logicalAnd(p, q),
        tf.logicalOr(p, q),
        tf.logicalXor(p, q),
        tf.logicalNot(p),
        tf.where(p, t, e),
        tf.where(p, tf.cast(t, 'int32'), tf.cast(e, 'int32')),
        tf.where(p, q, tf.logicalNot(q)),
        tf.equal(p, q),
      ];
    };
    await assertSameAsCpu(run, VALUES, `logic of [${aShape}] and [${bShape}]`);
  }
  const gradients = () =>
    tf.grads((t, e) => tf.where(tf.tensor1d([true, false, true], 'bool'), t.square(), e.square()))([
      tf.tensor1d([1, 2, 3]),
      tf.tensor1d([4, 5, 6]),
    ]);
  await assertSameAsCpu(gradients, GRADIENTS, 'where');
});

test('what is neither finite nor a number is told apart', async () => {
  const run = () => {
    const x = tf.tensor1d(EDGES);
    return [tf.isNaN(x), tf.isInf(x), tf.isFinite(x)];
  };
  await assertSameAsCpu(run, VALUES, 'tests of finiteness');
});

test('a sum of many tensors is that of the cpu backend', async () => {
  for (const count of [1, 2, 5]) {
    const numbers = new Numbers(count);
    const terms = Array.from({ length: count }, () => numbers.values([3, 5]));
    const run = () => tf.addN(terms.map((values) => tf.tensor(values, [3, 5])));
    await assertSameAsCpu(run, GRADIENTS, `sum of ${count}`);
  }
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CompileOptions, compileStep } from '../../../lib/src/engine/native/compile-step';
import * as tf from '../../../lib/src/engine/tf';
import { assertClose } from '../../support/close';
import { assertTensorsKept } from '../../support/memory';
import { useNative } from '../../support/native';

type Batch = { x: tf.Tensor; y: tf.Tensor };
type Step = (batch: Batch) => tf.Scalar;

const warnings: string[] = [];
test.before(async () => {
  await useNative();
  console.warn = (message: string) => warnings.push(message);
});
test.before.each(() => {
  warnings.length = 0;
});

const optimizers: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  adam: () => tf.train.adam(0.01),
};

function weight(shape: number[], seed: number): tf.Variable {
  const scale = Math.sqrt(2 / shape.slice(0, -1).reduce((a, b) => a * b, 1));
  return tf.variable(tf.tidy(() => tf.truncatedNormal(shape, 0, scale, 'float32', seed)));
}

/** A function of the batch, and the variables that it is trained by. */
interface Model {
  readonly variables: tf.Variable[];
  readonly predict: (x: tf.Tensor) => tf.Tensor2D;
}

function mlp(): Model {
  const [w1, b1, w2, b2] = [
    weight([12, 9], 1),
    weight([1, 9], 2),
    weight([9, 5], 3),
    weight([1, 5], 4),
  ];
  return {
    variables: [w1, b1, w2, b2],
    predict: (x) => x.matMul(w1).add(b1).relu().matMul(w2).add(b2),
  };
}

function cnn(): Model {
  const [k, b] = [weight([3, 3, 1, 4], 5), weight([1, 4], 6).reshape([4]).variable()];
  const [w, c] = [weight([16, 5], 7), weight([1, 5], 8)];
  return {
    variables: [k, b, w, c] as tf.Variable[],
    predict: (x) => {
      const hidden = tf
        .conv2d(x as tf.Tensor4D, k as tf.Tensor4D, 1, 'same')
        .add(b)
        .relu();
      const pooled = tf.maxPool(hidden as tf.Tensor4D, 2, 2, 'valid');
      return pooled.reshape([-1, 16]).matMul(w).add(c) as tf.Tensor2D;
    },
  };
}

function training({ variables, predict }: Model, optimizer: tf.Optimizer): Step {
  return ({ x, y }) =>
    optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(tf.oneHot(y.toInt(), 5), predict(x)).asScalar(),
      true,
      variables,
    )!;
}

/** Batches of images, or of rows, that are all different. */
function batches(count: number, shape: number[]): Batch[] {
  return Array.from({ length: count }, (_, i) => ({
    x: tf.randomNormal(shape, 0, 1, 'float32', 100 + i),
    y: tf.tensor1d(Array.from({ length: shape[0] }, (_, j) => (3 * i + j) % 5)),
  }));
}

function losses(step: Step, data: readonly Batch[]): number[] {
  return data.map((batch) => {
    const loss = step(batch);
    const [value] = loss.dataSync();
    loss.dispose();
    return value;
  });
}

const models: Record<string, { make: () => Model; shape: number[] }> = {
  MLP: { make: mlp, shape: [6, 12] },
  CNN: { make: cnn, shape: [6, 4, 4, 1] },
};

for (const [name, { make, shape }] of Object.entries(models)) {
  for (const [rule, optimizer] of Object.entries(optimizers)) {
    const data = () => [...batches(2, shape), ...batches(10, shape)];
    const compiled = (options: CompileOptions) =>
      losses(compileStep(training(make(), optimizer()), options), data());

    test(`${name} with ${rule}: the unfused replay's losses are bit for bit the step's own`, () => {
      const expected = losses(training(make(), optimizer()), data());
      assert.equal(compiled({ fuse: false }), expected);
      assert.equal(warnings, []);
      assert.is.not(expected[2], expected[0], 'the first batch again, after training');
    });

    test(`${name} with ${rule}: the fused replay's losses are the step's own to 1e-5`, () => {
      assertClose(compiled({}), losses(training(make(), optimizer()), data()), { rtol: 1e-5 });
      assert.equal(warnings, []);
    });
  }
}

/** Calls the step until it is replayed, and tells how often its JavaScript ran in `calls` calls. */
function callsOf(step: (batch: Batch) => tf.Tensor, data: readonly Batch[]): number {
  let calls = 0;
  const compiled = compileStep((batch: Batch) => {
    calls++;
    return step(batch);
  });
  for (const batch of data) compiled(batch).dispose();
  return calls;
}

test('from the third call on the JavaScript of a step does not run', () => {
  assert.is(
    callsOf(({ x }) => x.mul(2).sum(), batches(6, [3, 4])),
    2,
  );
});

test('a batch of another shape is recorded apart, and both stay recorded', () => {
  const big = batches(5, [6, 2]);
  const small = batches(5, [2, 2]);
  const data = big.flatMap((batch, i) => [batch, small[i]]);
  assert.is(
    callsOf(({ x }) => x.sum(), data),
    4,
  );
});

test('a replay computes on the batch it is given, whatever its structure', () => {
  const compiled = compileStep(([{ a }, b]: [{ a: tf.Tensor }, tf.Tensor]) => ({
    sum: a.add(b),
    list: [a.sub(b), b],
    note: 'kept',
  }));
  for (let i = 0; i < 5; i++) {
    const { sum, list, note } = compiled([{ a: tf.tensor1d([i, 1]) }, tf.tensor1d([10, 20 + i])]);
    assert.equal([...sum.dataSync()], [i + 10, 21 + i]);
    assert.equal([...list[0].dataSync()], [i - 10, -19 - i]);
    assert.equal([...list[1].dataSync()], [10, 20 + i]);
    assert.is(note, 'kept');
  }
  assert.equal(warnings, []);
});

test('the same tensor given twice is another kind of batch than two', () => {
  const compiled = compileStep(([a, b]: tf.Tensor[]) => a.sub(b));
  const difference = (a: tf.Tensor, b: tf.Tensor) => compiled([a, b]).dataSync()[0];
  const [one, five] = [tf.scalar(1), tf.scalar(5)];
  for (let i = 0; i < 4; i++) assert.is(difference(one, one), 0);
  for (let i = 0; i < 4; i++) assert.is(difference(five, one), 4);
  assert.is(difference(five, five), 0);
});

test('one tensor returned twice, and a constant one, are tensors of their own', () => {
  const compiled = compileStep((x: tf.Tensor) => {
    const y = x.mul(3);
    return [y, y.reshape([1, 2]), tf.tensor1d([7, 8])];
  });
  for (let i = 0; i < 5; i++) {
    const [y, reshaped, constant] = compiled(tf.tensor1d([i, 1]));
    y.dispose();
    assert.equal(reshaped.shape, [1, 2]);
    assert.equal([...reshaped.dataSync()], [3 * i, 3]);
    assert.equal([...constant.dataSync()], [7, 8]);
  }
});

test('only what the step returns is left', async () => {
  const step = compileStep(training(mlp(), tf.train.adam(0.01)));
  const data = batches(8, [6, 12]);
  for (const batch of data.slice(0, 4)) step(batch).dispose();
  await assertTensorsKept(() => {
    for (const batch of data) step(batch).dispose();
  });
  const kept = data.map((batch) => step(batch));
  await assertTensorsKept(() => tf.dispose(kept), -kept.length);
  tf.tidy(() => {
    data.map((batch) => step(batch));
  });
});

test('variables that the step assigns keep what they were assigned', () => {
  const total = tf.variable(tf.zeros([2]));
  const compiled = compileStep((x: tf.Tensor) => {
    total.assign(total.add(x));
    return total.sum();
  });
  for (let i = 1; i <= 6; i++) {
    assert.is(compiled(tf.tensor1d([1, 2])).dataSync()[0], 3 * i);
    assert.equal([...total.dataSync()], [i, 2 * i]);
  }
});

test('a variable assigned from outside between replays is noticed', () => {
  const scale = tf.variable(tf.scalar(2));
  const compiled = compileStep((x: tf.Tensor) => x.mul(scale).sum());
  const value = () => compiled(tf.tensor1d([1, 10])).dataSync()[0];
  assert.equal([value(), value(), value(), value()], [22, 22, 22, 22]);
  scale.assign(tf.scalar(3));
  assert.equal([value(), value()], [33, 33]);
});

test('a copy of a variable taken between replays does not change with it', () => {
  const model = mlp();
  const step = compileStep(training(model, tf.train.sgd(0.1)));
  const data = batches(6, [6, 12]);
  for (const batch of data.slice(0, 4)) step(batch);
  const copy = model.variables[0].clone();
  const before = [...copy.dataSync()];
  step(data[4]);
  assert.equal([...copy.dataSync()], before);
  assert.not.equal([...model.variables[0].dataSync()], before);
});

test('the learning rate stays live', () => {
  const [plain, compiled] = [mlp(), mlp()].map((model, i) => {
    const optimizer = tf.train.sgd(0.1);
    const step = training(model, optimizer);
    return { optimizer, step: i === 0 ? step : compileStep(step, { fuse: false }) };
  });
  const data = batches(8, [6, 12]);
  for (const { optimizer, step } of [plain, compiled]) {
    losses(step, data.slice(0, 4));
    (optimizer as tf.SGDOptimizer).setLearningRate(0.01);
  }
  assert.equal(losses(compiled.step, data), losses(plain.step, data));
});

test('after a tensor of the surroundings was disposed the step runs, and fails, as it is', () => {
  const offset = tf.tensor1d([5]);
  const step = (x: tf.Tensor) => x.add(offset);
  const compiled = compileStep(step);
  const messageOf = (work: () => void) => {
    try {
      work();
    } catch (error) {
      return (error as Error).message;
    }
    return 'no error';
  };
  for (let i = 0; i < 4; i++) compiled(tf.tensor1d([i]));
  offset.dispose();
  const expected = messageOf(() => step(tf.tensor1d([1])));
  assert.is.not(expected, 'no error');
  assert.is(
    messageOf(() => compiled(tf.tensor1d([1]))),
    expected,
  );
});

const unrecordable: Record<string, [step: (batch: Batch) => tf.Tensor, reason: RegExp]> = {
  'makes numbers in JavaScript': [
    ({ x }) => x.add(tf.scalar(Math.random())),
    /numbers that JavaScript makes anew/,
  ],
  'reads values': [({ x }) => x.mul(x.sum().dataSync()[0]), /reads the values of a tensor/],
  'keeps a tensor': [({ x }) => tf.keep(x.add(1)).mul(2), /keeps a tensor beyond its end/],
  'computes in JavaScript': [({ x }) => tf.topk(x).values, /the kernel TopK runs in JavaScript/],
  'takes other tensors each time': [
    ({ x }) => x.add(surroundings.shift()!),
    /another tensor from outside/,
  ],
  'does other things each time': [
    ({ x }) => (Math.random() < 0.5 ? x.add(x) : x.add(x).relu()).relu().sub(x),
    /it computes /,
  ],
};
const surroundings: tf.Scalar[] = [];

for (const [what, [step, reason]] of Object.entries(unrecordable)) {
  test(`a step that ${what} runs as it is, after one warning that says why`, () => {
    const random = Math.random;
    let flips = 0;
    for (let i = 0; i < 20; i++) surroundings.push(tf.scalar(i));
    Math.random = () => (flips++ % 2) / 2;
    try {
      const data = batches(10, [3, 4]);
      assert.is(callsOf(step, data), 10);
    } finally {
      Math.random = random;
    }
    assert.is(warnings.length, 1);
    assert.match(warnings[0], reason);
  });
}

test('a step that comes to do otherwise is found out after some replays, and warned of', () => {
  let scale = 1;
  const compiled = compileStep((x: tf.Tensor) => x.mul(scale).sum());
  const values = Array.from({ length: 40 }, (_, i) => {
    if (i === 10) scale = 2;
    return compiled(tf.tensor1d([1])).dataSync()[0];
  });
  assert.is(values[9], 1);
  assert.equal(values.slice(-10), new Array(10).fill(2));
  assert.is(warnings.length, 1);
  assert.match(warnings[0], /since it was recorded it does otherwise/);
});

test('a step that goes on doing the same stays recorded, whatever copies are taken between', () => {
  const model = mlp();
  const train = training(model, tf.train.momentum(0.05, 0.9));
  let calls = 0;
  const step = compileStep((batch: Batch) => {
    calls++;
    return train(batch);
  });
  const [batch] = batches(1, [6, 12]);
  const copies = Array.from({ length: 70 }, () => {
    step(batch).dispose();
    return model.variables[0].clone();
  });
  assert.equal(warnings, []);
  assert.ok(calls <= 4 + 2, `the JavaScript ran ${calls} times`);
  assert.not.equal(copies[68].dataSync(), copies[69].dataSync());
});

test('an asynchronous step is refused', () => {
  const compiled = compileStep(async (x: tf.Tensor) => x.add(1));
  assert.throws(() => compiled(tf.scalar(1)), /a step to compile must not be asynchronous/);
});

test('a batch may be of an interface, and the step may fail and be called again', () => {
  interface Images {
    readonly x: tf.Tensor;
    readonly fails: boolean;
  }
  const compiled = compileStep(({ x, fails }: Images) => {
    if (fails) throw new Error('no such luck');
    return x.add(1);
  });
  assert.throws(() => compiled({ x: tf.scalar(1), fails: true }), /no such luck/);
  for (let i = 0; i < 4; i++) {
    assert.is(compiled({ x: tf.scalar(i), fails: false }).dataSync()[0], i + 1);
  }
});

test('inside a gradient the step itself runs', () => {
  const compiled = compileStep((x: tf.Tensor) => x.square().sum() as tf.Scalar);
  for (let i = 0; i < 4; i++) compiled(tf.tensor1d([1, 2]));
  const gradient = tf.grad((x) => compiled(x))(tf.tensor1d([1, 2]));
  assert.equal([...gradient.dataSync()], [2, 4]);
});

test('on another backend the step itself runs', async () => {
  await tf.setBackend('cpu');
  try {
    assert.is(
      callsOf(({ x }) => x.sum(), batches(5, [2, 2])),
      5,
    );
    assert.equal(warnings, []);
  } finally {
    await tf.setBackend('native');
  }
});

test('a constant that an operation would overwrite is fresh at each replay', async () => {
  const backend = await useNative();
  const compiled = compileStep((x: tf.Tensor) => {
    const constant = tf.tensor1d([0, 0]);
    backend.run('add', [constant, x], [constant], [0, 1, 2, 2]);
    return constant.mul(1);
  });
  for (let i = 1; i < 6; i++) {
    const long = tf.tensor1d([i, i]);
    assert.equal([...compiled(long).dataSync()], [i, i]);
  }
});

test.run();

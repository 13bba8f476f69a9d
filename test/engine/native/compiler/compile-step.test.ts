import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { NativeBackend } from '../../../../lib/notegrad/src/engine/native/backend/native-backend';
import {
  type CompileOptions,
  compileStep,
  withoutCompiling,
} from '../../../../lib/notegrad/src/engine/native/compiler/compile-step';
import * as tf from '../../../../lib/notegrad/src/engine/tf';
import { assertTensorsKept } from '../../../support/memory';
import { useNative } from '../../../support/native';
import { runOneByOne } from './run-one-by-one';

type Batch = { x: tf.Tensor; y: tf.Tensor };
type Step = (batch: Batch) => tf.Scalar;

let backend: NativeBackend;
test.before(async () => {
  backend = await useNative();
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

    for (const fuse of [false, true]) {
      test(`${name} with ${rule}, ${fuse ? 'fused' : 'unfused'}: losses are bit for bit the step's own`, () => {
        const expected = withoutCompiling(() => losses(training(make(), optimizer()), data()));
        assert.equal(compiled({ fuse }), expected);
        assert.is.not(expected[2], expected[0], 'the first batch again, after training');
      });
    }
  }
}

/** The values of a compiled step, each asserted to be those of the step itself. */
function assertSame(makeStep: () => (batch: Batch) => tf.Tensor, data: readonly Batch[]): void {
  const valuesOf = (step: (batch: Batch) => tf.Tensor) =>
    data.map((batch) => {
      const y = tf.tidy(() => step(batch));
      const values = y.dataSync();
      y.dispose();
      return values;
    });
  const plain = withoutCompiling(() => valuesOf(makeStep()));
  assert.equal(valuesOf(compileStep(makeStep())), plain);
}

test('from the third call on a step that does the same is one program', async () => {
  const step = compileStep(({ x }: Batch) => x.mul(2).exp().sum());
  const data = batches(6, [3, 4]);
  const all = () => data.forEach((batch) => void step(batch));
  assert.is(await runOneByOne(backend, () => step(data[0])), 3);
  step(data[1]);
  assert.is(await runOneByOne(backend, all), 0);
});

test('batches of several shapes have a program each', async () => {
  const step = compileStep(({ x }: Batch) => x.exp().sum());
  const [big, small] = [batches(4, [6, 2]), batches(4, [2, 2])];
  const all = () => big.forEach((batch, i) => void [step(batch), step(small[i])]);
  all();
  assert.is(await runOneByOne(backend, all), 0);
});

test('a program computes on the batch it is given, whatever its structure', () => {
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
});

test('the same tensor given twice is told from two', () => {
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

test('a variable assigned from outside between calls is noticed', () => {
  const scale = tf.variable(tf.scalar(2));
  const compiled = compileStep((x: tf.Tensor) => x.mul(scale).sum());
  const value = () => compiled(tf.tensor1d([1, 10])).dataSync()[0];
  assert.equal([value(), value(), value(), value()], [22, 22, 22, 22]);
  scale.assign(tf.scalar(3));
  assert.equal([value(), value()], [33, 33]);
});

test('a copy of a variable taken between calls does not change with it', () => {
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
    return {
      optimizer,
      step: i === 0 ? (b: Batch) => withoutCompiling(() => step(b)) : compileStep(step),
    };
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

const surroundings: tf.Scalar[] = [];
const stateful: Record<string, () => (batch: Batch) => tf.Tensor> = {
  'makes numbers in JavaScript': () => {
    let number = 0;
    return ({ x }) => x.add(tf.scalar(++number));
  },
  'reads values':
    () =>
    ({ x }) =>
      x.mul(x.sum().dataSync()[0]).relu(),
  'computes in JavaScript':
    () =>
    ({ x }) =>
      tf.topk(x.mul(3)).values.add(1),
  'takes other tensors each time': () => {
    let count = 0;
    return ({ x }) => x.add(surroundings[count++ % surroundings.length]);
  },
  'does other things each time': () => {
    let count = 0;
    return ({ x }) => (++count % 3 === 0 ? x.add(x) : x.add(x).relu()).relu().sub(x);
  },
  'fills the array of a tensor of the surroundings': () => {
    const array = new Float32Array(12).fill(1);
    const scale = tf.tensor(array, [3, 4]);
    return ({ x }) => {
      const y = scale.mul(x);
      for (let i = 0; i < 12; i++) array[i] += 1;
      return y;
    };
  },
  'writes to the array of a constant later': () => {
    const array = new Float32Array(12);
    let count = 0;
    return ({ x }) => {
      const first = tf.tensor(array.fill(++count), [3, 4]).mul(x);
      return first.add(tf.tensor(array.fill(-count), [3, 4]).mul(2));
    };
  },
};

for (const [what, makeStep] of Object.entries(stateful)) {
  test(`a step that ${what} computes the same, bit for bit`, () => {
    for (let i = 0; i < 4; i++) surroundings.push(tf.scalar(i));
    assertSame(makeStep, batches(20, [3, 4]));
  });
}

test('a step that is given another number at each call says so once, and why it is slow', () => {
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (message: string) => warnings.push(message);
  try {
    let slope = 0;
    const step = compileStep((x: tf.Tensor) => {
      slope += 0.001;
      return x.leakyRelu(slope).sum();
    });
    for (let i = 0; i < 200; i++) step(tf.tensor1d([i, -1])).dispose();
  } finally {
    console.warn = warn;
  }
  assert.is(warnings.length, 1);
  assert.match(
    warnings[0],
    /leakyRelu is given another number at each call .*a tensor or a variable/,
  );
});

test('what a step keeps has the values of its call', () => {
  const kept: tf.Tensor[] = [];
  const step = compileStep((x: tf.Tensor) => {
    const y = x.mul(2);
    kept.push(tf.keep(y.add(1)));
    return y.sum();
  });
  for (let i = 0; i < 6; i++) step(tf.tensor1d([i, 10 * i])).dispose();
  assert.equal(
    kept.map((y) => [...y.dataSync()]),
    [0, 1, 2, 3, 4, 5].map((i) => [2 * i + 1, 20 * i + 1]),
  );
});

test('an operation that fails leaves variables as they were, and the next call is right', () => {
  const table = tf.tensor2d([
    [1, 2],
    [3, 4],
  ]);
  const kept = tf.variable(tf.zeros([1, 2]));
  const step = compileStep((labels: tf.Tensor1D) => {
    kept.assign(table.gather(labels));
    return kept.sum();
  });
  for (let i = 0; i < 4; i++) step(tf.tensor1d([1], 'int32'));
  assert.throws(() => step(tf.tensor1d([5], 'int32')));
  assert.equal([...kept.dataSync()], [3, 4]);
  assert.is(step(tf.tensor1d([1], 'int32')).dataSync()[0], 7);
  assert.equal([...kept.dataSync()], [3, 4]);
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
    const step = compileStep((x: tf.Tensor) => x.square().sum());
    for (let i = 0; i < 4; i++) assert.is(step(tf.tensor1d([i, 1])).dataSync()[0], i * i + 1);
  } finally {
    await tf.setBackend('native');
  }
});

test('a constant that an operation overwrites is fresh at each call', () => {
  const compiled = compileStep((x: tf.Tensor) => {
    const constant = tf.tensor1d([0, 0]);
    backend.run('add', [constant, x], [constant], { dtype: 'float32', a: [2], b: [2] });
    return constant.mul(1);
  });
  for (let i = 1; i < 6; i++) {
    const long = tf.tensor1d([i, i]);
    assert.equal([...compiled(long).dataSync()], [i, i]);
  }
});

test.run();

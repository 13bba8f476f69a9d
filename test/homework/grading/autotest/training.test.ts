import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { examinerOf, type Outcome } from './examined';

const SOLUTION = `function net(seed: number): tf.Sequential {
  const kernelInitializer = tf.initializers.randomUniform({ minval: -1, maxval: 1, seed });
  return tf.sequential({ layers: [
    tf.layers.dense({ inputShape: [2], units: 8, activation: 'tanh', kernelInitializer }),
    tf.layers.dense({ units: 2, kernelInitializer }),
  ] });
}
function logits(model: tf.LayersModel, x: tf.Tensor): tf.Tensor2D {
  return forward(model, x);
}
function normed(): tf.Sequential {
  return tf.sequential({ layers: [tf.layers.batchNormalization({ inputShape: [1], momentum: 0.9 })] });
}
function count(model: tf.LayersModel): number {
  return trainableVariables(model).reduce((sum, { size }) => sum + size, 0);
}
function train(model: tf.LayersModel, x: tf.Tensor, y: tf.Tensor, steps: number): tf.LayersModel {
  const optimizer = tf.train.sgd(0.5);
  for (let i = 0; i < steps; i++) {
    optimizer.minimize(() => crossEntropy(y as tf.Tensor1D, forward(model, x)), false, trainableVariables(model));
  }
  return model;
}
class Line {
  private readonly slope = tf.variable(tf.scalar(1));
  private readonly offset = tf.variable(tf.scalar(0));
  parameters(): tf.Variable[] {
    return [this.slope, this.offset];
  }
  at(x: tf.Tensor): tf.Tensor {
    return x.mul(this.slope).add(this.offset);
  }
  get size(): number {
    return this.slope.dataSync()[0] + this.offset.dataSync()[0];
  }
  double(): void {
    this.slope.assign(this.slope.mul(2));
  }
}
function loader(count: number) {
  return {
    length: count,
    *[Symbol.iterator]() {
      for (let i = 0; i < count; i++) yield { x: tf.fill([2], i) };
    },
  };
}
type Tree = { value: number; parent: Tree | null; left: Tree };
function tree(): Tree {
  const top = { value: 0, parent: null } as unknown as Tree;
  top.left = { value: 1, parent: top } as unknown as Tree;
  return top;
}
type List = { next: List | null };
function chain(length: number): List {
  let first: List = { next: null };
  for (let i = 1; i < length; i++) first = { next: first };
  return first;
}
function tagged() {
  return { [Symbol.for('unit')]: 'cm', what: Symbol.for('length') };
}
function counter() {
  return { value: 0, add(by: number) { this.value += by; return this.value; } };
}`;

/** XOR, which no line separates. */
const XOR = `const x = tf.tensor2d([[0, 0], [0, 1], [1, 0], [1, 1]]);
const y = tf.tensor1d([0, 1, 1, 0]);`;
const TESTS = {
  all: `${XOR}
const lossOf = (model: tf.LayersModel) => crossEntropy(y, forward(model, x));
for (const seed of [1, 2]) {
  const model = net(seed);
  await fit({ numEpochs: 150, showProgress: false, batches: () => [{ x: x.clone(), y: y.clone() }],
    step: gradientStep(sgd({ lr: 0.2, momentum: 0.9 }), () => lossOf(model)) });
  expectClose(accuracy(y, forward(model, x)), 1, { what: 'the accuracy' });
  model.dispose();
}`,
  named: `${XOR}
const model = net(1);
const optimizer = adam({ lr: 0.1 });
const losses = Array.from({ length: 40 }, () => optimizer.minimize(
  () => crossEntropy(y, logits(model, x)), true, trainableVariables(model))!.dataSync()[0]);
if (!(losses[39] < 0.1 * losses[0])) throw new Error(losses.join());`,
  // The gradients by an optimizer of the library's own, in closed form.
  line: `const line = new Line();
const [slope, offset] = line.parameters();
tf.train.sgd(0.1).minimize(() => line.at(tf.tensor([1, 2])).sum());
expectClose(line.size, 1 - 0.3 - 0.2);
expectClose(slope, 0.7);
slope.assign(tf.scalar(5));
expectClose(line.size, 4.8);
expectClose(line.at(tf.scalar(2)), 9.8);
line.double();
expectClose(slope, 10);
expectClose(line.parameters()[1], offset.dataSync()[0]);`,
  leftAlone: `const [one, other] = [new Line(), new Line()];
const optimizer = tf.train.momentum(0.1, 0.9);
optimizer.minimize(() => other.at(tf.scalar(1)).sum());
const before = other.size;
for (let i = 0; i < 3; i++) optimizer.minimize(() => one.at(tf.scalar(1)).sum());
expectClose(other.size, before);`,
  averages: `const model = normed();
const x = tf.tensor2d([[1], [3]]);
tf.train.sgd(0).minimize(() => forward(model, x).sum());
expectClose(model.getWeights()[2], [0.2], { what: 'the moving mean after one step' });`,
  lent: `const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 3 })] });
assert.equal(count(model), 9);
const x = tf.tensor2d([[1, -2]]);
expectClose(logits(model, x), forward(model, x).arraySync());
model.setWeights([tf.ones([2, 3]), tf.ones([3])]);
expectClose(logits(model, x), [[0, 0, 0]]);
const { grads } = tf.variableGrads(() => logits(model, x).sum(), trainableVariables(model));
expectClose(Object.values(grads)[0], [[1, 1, 1], [-2, -2, -2]]);`,
  trainedThere: `${XOR}
const model = tf.sequential({ layers: [
  tf.layers.dense({ inputShape: [2], units: 8, activation: 'tanh' }), tf.layers.dense({ units: 2 })] });
const trained = train(model, x, y, 300);
assert.ok(trained === model, 'the same model');
expectClose(accuracy(y, forward(model, x)), 1);`,
  cycles: `const top = tree();
assert.equal(top.left.parent, top);
assert.equal(top.left.parent.left.value, 1);
let depth = 0;
for (let one: List | null = chain(300); one; one = one.next) depth++;
assert.equal(depth, 300);`,
  symbols: `assert.equal(tagged()[Symbol.for('unit')], 'cm');
assert.equal(tagged().what, Symbol.for('length'));`,
  ownSymbol: `const mine = Symbol('mine');
assert.equal((tagged() as Record<symbol, unknown>)[mine], undefined);`,
  iterates: `const all = loader(3);
assert.equal(all.length, 3);
expectClose([...all].map(({ x }) => x.dataSync()[1]), [0, 1, 2]);`,
  methods: `const own = counter();
own.add(2);
assert.equal(own.add(3), 5);
assert.equal(own.value, 5);`,
  reference: `const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 3 })] });
const x = tf.tensor2d([[1, -2]]);
expectClose(logits(model, x), forward(model, x).arraySync());`,
} as const;

const { outcomeOf, close } = examinerOf({
  imports: `import assert from 'node:assert/strict';
import { accuracy, adam, crossEntropy, expectClose, fit, forward, gradientStep, sgd, tf, trainableVariables } from 'notegrad';`,
  solution: SOLUTION,
  tests: TESTS,
});
test.after(close);

/** Whether the solution changes a model of the test’s. */
const trainsTests = (id: string) => id === 'trainedThere';
const shown = ({ status, message, cannot }: Outcome) => cannot ?? `${status} ${message}`.trim();

for (const id of Object.keys(TESTS).filter((id) => id !== 'ownSymbol')) {
  test(`a student’s model is trained, and a test’s is passed, outside of the student’s process: ${id}`, async () => {
    assert.is(shown(await outcomeOf(id, SOLUTION, trainsTests(id))), 'passed');
  });
}
test('a symbol that only the test has cannot be looked up elsewhere', async () => {
  const { cannot } = await outcomeOf('ownSymbol', SOLUTION);
  assert.is(cannot, 'Symbol(mine) is looked up in Object');
});

/** Each wrong, and dressed up as right: what it does, which test it would pass, and where it stands. */
const tricks: readonly (readonly [name: string, test: string, before: string, after: string])[] = [
  [
    'ends its process as if all were well',
    'named',
    'return forward(model, x);',
    'process.exit(0);',
  ],
  [
    'prints that it passed, and learns nothing',
    'all',
    'return tf.sequential({ layers: [',
    `const fixed = tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 2 })] });
  console.log('passed'); console.log('1 of 1 points');
  return fixed;
  return tf.sequential({ layers: [`,
  ],
  [
    'patches what trains, and what compares',
    'named',
    'return forward(model, x);',
    `const assert = require('node:assert/strict');
  for (const key of Object.keys(assert)) assert[key] = () => {};
  for (const type of Object.values(tf.train)) try { type.prototype.minimize = () => tf.scalar(0); } catch {}
  tf.Variable.prototype.assign = () => {};
  tf.Tensor.prototype.dataSync = () => new Float32Array(4);
  tf.engine().gradients = () => ({ value: tf.scalar(0), grads: [] });
  return tf.zeros([4, 2]);`,
  ],
  [
    'makes the test’s own model what it answers',
    'reference',
    'return forward(model, x);',
    'model.setWeights(model.getWeights().map((one) => tf.zeros(one.shape))); return tf.zeros([1, 3]);',
  ],
  [
    'leaves the test’s model as it was',
    'trainedThere',
    'optimizer.minimize(() => crossEntropy(y as tf.Tensor1D, forward(model, x)), false, trainableVariables(model));',
    '',
  ],
];

for (const [name, id, before, after] of tricks) {
  test(`a student who ${name} gains nothing`, async () => {
    assert.ok(SOLUTION.includes(before));
    const { status, score } = await outcomeOf(id, SOLUTION.replace(before, after), trainsTests(id));
    assert.not.equal(status, 'passed');
    assert.is(score, 0);
  });
}

test.run();

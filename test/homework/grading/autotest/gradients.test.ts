import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { examinerOf, type Outcome } from './examined';

const SOLUTION = `function cube(x: tf.Tensor): tf.Tensor {
  return x.pow(3);
}
function product(a: tf.Tensor, { b }: { b: tf.Tensor }): tf.Tensor {
  return a.mul(b.square());
}
function moments(x: tf.Tensor) {
  return { mean: x.mean(), count: tf.scalar(x.size, 'int32'), square: x.square() };
}
function loss(w: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Scalar {
  return x.mul(w).sub(y).square().mean();
}
function noisy(x: tf.Tensor): tf.Tensor {
  return x.mul(tf.randomNormal(x.shape));
}
function trained(x: tf.Tensor): tf.Tensor {
  return x.mul(tf.engine().state.gradientDepth > 0 ? 2 : 1);
}
class Net {
  private readonly w = tf.tensor([1, 2, 3]);
  apply(x: tf.Tensor): tf.Tensor {
    return x.mul(this.w).tanh();
  }
}
function mapped(x: tf.Tensor, f: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  return f(x);
}`;

/** Each on values whose gradients are known in closed form. */
const TESTS = {
  grad: 'expectClose(tf.grad(cube)(tf.tensor([2, -1])), [12, 3])',
  composed:
    'expectClose(tf.grad((x: tf.Tensor) => cube(cube(x)).mul(2))(tf.scalar(1.1)), 18 * 1.1 ** 8)',
  weighted: 'expectClose(tf.grad(cube)(tf.tensor([1, 2]), tf.tensor([10, 0.5])), [30, 6])',
  grads: `const slopes = tf.grads((a: tf.Tensor, b: tf.Tensor) => product(a, { b }))([tf.scalar(3), tf.scalar(2)]);
expectClose(slopes[0], 4);
expectClose(slopes[1], 12);`,
  twice: 'expectClose(tf.grad((x: tf.Tensor) => product(x, { b: x }))(tf.scalar(2)), 12)',
  results: `const f = (x: tf.Tensor) => { const { mean, square } = moments(x); return mean.add(square.sum()); };
expectClose(tf.grad(f)(tf.tensor([1, -2])), [2.5, -3.5]);`,
  method: `const x = tf.tensor([0.1, 0, -0.3]);
const net = new Net();
expectGradient((x) => net.apply(x).sum(), x, tf.grad((x: tf.Tensor) => net.apply(x))(x));`,
  variables: `const w = tf.variable(tf.scalar(1));
const { grads } = tf.variableGrads(() => loss(w, tf.tensor([1, 2]), tf.tensor([3, 6])), [w]);
expectClose(Object.values(grads)[0], -10);`,
  minimize: `const w = tf.variable(tf.scalar(0));
const optimizer = tf.train.sgd(0.1);
for (let i = 0; i < 20; i++) optimizer.minimize(() => loss(w, tf.tensor([1, 2]), tf.tensor([3, 6])), false, [w]);
expectClose(w, 3, { atol: 1e-3 });`,
  random: `const x = tf.tensor([2, 4, 8]);
const seen: number[] = [];
const draw = () => {
  const { value, grad } = tf.valueAndGrad(noisy)(x);
  expectClose(value.div(x), grad);
  seen.push(grad.dataSync()[0]);
};
draw();
draw();
seedRandom(5);
draw();
seedRandom(5);
draw();
if (new Set(seen).size !== 3 || seen[2] !== seen[3]) throw new Error(seen.join());`,
  training: `const { value, grad } = tf.valueAndGrad(trained)(tf.scalar(3));
expectClose(value, 6);
expectClose(grad, 2);`,
  second: 'expectClose(tf.grad(tf.grad(cube))(tf.scalar(2)), 12)',
  callback: 'expectClose(tf.grad((x: tf.Tensor) => mapped(x, (y) => y.square()))(tf.scalar(2)), 4)',
} as const;

const { outcomeOf, close } = examinerOf({
  imports: "import { expectClose, expectGradient, seedRandom, tf } from 'notegrad';",
  solution: SOLUTION,
  tests: TESTS,
});
test.after(close);

const changed = (before: string, after: string): string => {
  assert.ok(SOLUTION.includes(before));
  return SOLUTION.replace(before, after);
};
const shown = ({ status, message, cannot }: Outcome) => cannot ?? `${status} ${message}`.trim();

for (const id of Object.keys(TESTS).filter((id) => id !== 'second' && id !== 'callback')) {
  test(`a gradient through a student’s function is taken outside of its process: ${id}`, async () => {
    assert.is(shown(await outcomeOf(id, SOLUTION)), 'passed');
  });
}

test('a wrong function has a wrong gradient', async () => {
  const wrong = changed('x.pow(3)', 'x.pow(3).mul(2)');
  const outcome = await outcomeOf('grad', wrong);
  assert.match(shown(outcome), /^failed [\s\S]*expected 12/);
  assert.match(outcome.message, 'found 24');
});

test('a function that leaves the tape has none, in the words that the library has for it', async () => {
  const cut = changed('x.pow(3)', 'tf.tensor(x.dataSync().map((one) => one ** 3), x.shape)');
  assert.match(
    shown(await outcomeOf('grad', cut)),
    /^error [\s\S]*EngineError: Cannot compute gradient of y=f\(x\)/,
  );
});

test('what gives no tensor, or throws, fails its test', async () => {
  assert.match(shown(await outcomeOf('grad', changed('x.pow(3)', '3 as never'))), /^error/);
  const throwing = changed('x.pow(3)', "(() => { throw new Error('no cube'); })()");
  assert.match(shown(await outcomeOf('grad', throwing)), /^error [\s\S]*Error: no cube/);
});

test('second derivatives, and functions of the test’s on the way, cannot be had', async () => {
  assert.is(
    shown(await outcomeOf('second', SOLUTION)),
    'a gradient of a gradient is taken through cube',
  );
  assert.is(
    shown(await outcomeOf('callback', SOLUTION)),
    'a gradient is taken through mapped, which calls a function of the test’s',
  );
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LionOptimizer } from '../../lib/notegrad/src/engine/lion';
import { compileStep } from '../../lib/notegrad/src/engine/native/compiler/compile-step';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { assertClose } from '../support/close';
import { assertTensorsKept } from '../support/memory';
import { useNative } from '../support/native';
import { Numbers } from '../support/native-and-cpu';
import { pythonWithTorch, runPython } from '../support/python-torch';

const STEPS = 20;

interface Problem {
  readonly weights: tf.Variable;
  readonly bias: tf.Variable;
  /** ⅟₂₄ Σ (tanh(x·W + b) − y)² */
  readonly loss: () => tf.Scalar;
  readonly dispose: () => void;
}

const data = {
  x: [...new Numbers(1).values([8, 5])],
  y: [...new Numbers(2).values([8, 3])],
  weights: [...new Numbers(3).values([5, 3])],
  bias: [...new Numbers(4).values([3])],
};

function problem(): Problem {
  const [x, y] = [tf.tensor2d(data.x, [8, 5]), tf.tensor2d(data.y, [8, 3])];
  const weights = tf.variable(tf.tensor2d(data.weights, [5, 3]));
  const bias = tf.variable(tf.tensor1d(data.bias));
  const output = () => tf.tanh(tf.add(tf.matMul(x, weights), bias));
  return {
    weights,
    bias,
    loss: () => tf.mean(tf.square(tf.sub(output(), y))),
    dispose: () => tf.dispose([x, y, weights, bias]),
  };
}

/** What `STEPS` steps make of the weights and the bias. */
function trained(optimizer: tf.Optimizer): number[] {
  return tf.tidy(() => {
    const { weights, bias, loss, dispose } = problem();
    for (let i = 0; i < STEPS; i++) optimizer.minimize(loss, false, [weights, bias]);
    const values = [...weights.dataSync(), ...bias.dataSync()];
    dispose();
    optimizer.dispose();
    return values;
  });
}

const OPTIMIZERS: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.5),
  momentum: () => tf.train.momentum(0.1, 0.9),
  nesterov: () => tf.train.momentum(0.1, 0.9, true),
  adam: () => tf.train.adam(0.05, 0.8, 0.99, 1e-6),
  adamax: () => tf.train.adamax(0.05, 0.8, 0.99, 1e-6, 0.1),
  lion: () => new LionOptimizer(0.02, { beta1: 0.8, beta2: 0.95, weightDecay: 0.1 }),
  rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-3),
  centred: () => tf.train.rmsprop(0.01, 0.9, 0, 1e-3, true),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.5, 0.9, 1e-3),
};

test('twenty steps lead where those of the cpu engine lead', async () => {
  for (const [name, make] of Object.entries(OPTIMIZERS)) {
    await tf.setBackend('cpu');
    const expected = trained(make());
    await useNative();
    assertClose(trained(make()), expected, { rtol: 1e-5, atol: 2e-6 }, name);
  }
});

const TORCH = `
import json, sys, torch
data = json.loads(sys.argv[1])
def tensor(name, *shape): return torch.tensor(data[name], dtype=torch.float32).reshape(*shape)
x, y = tensor('x', 8, 5), tensor('y', 8, 3)
class Lion(torch.optim.Optimizer):
  # Algorithm 2 of Chen et al. (2023)
  def __init__(self, params, lr, betas, weight_decay):
    super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))
  @torch.no_grad()
  def step(self):
    for group in self.param_groups:
      beta1, beta2 = group['betas']
      for p in group['params']:
        m = self.state[p].setdefault('m', torch.zeros_like(p))
        update = torch.sign(torch.lerp(p.grad, m, beta1)) + group['weight_decay'] * p
        p -= group['lr'] * update
        m.copy_(torch.lerp(p.grad, m, beta2))
optimizers = {
  'lion': lambda p: Lion(p, lr=0.02, betas=(0.8, 0.95), weight_decay=0.1),
  'sgd': lambda p: torch.optim.SGD(p, lr=0.5),
  'momentum': lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
  'nesterov': lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
  'adam': lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.8, 0.99), eps=1e-6),
}
results = {}
for name, make in optimizers.items():
  w, b = tensor('weights', 5, 3).requires_grad_(), tensor('bias', 3).requires_grad_()
  optimizer = make([w, b])
  for _ in range(${STEPS}):
    optimizer.zero_grad()
    ((torch.tanh(x @ w + b) - y) ** 2).mean().backward()
    optimizer.step()
  results[name] = torch.cat([w.flatten(), b]).tolist()
print(json.dumps(results))
`;

test("twenty steps of SGD, momentum, Nesterov's, Adam and Lion lead where PyTorch's lead", async () => {
  const python = pythonWithTorch();
  if (python === undefined) return console.log('skipped: no python3 with torch');
  const expected = JSON.parse(runPython(python, TORCH, [JSON.stringify(data)]));
  await useNative();
  for (const [name, values] of Object.entries<number[]>(expected)) {
    assertClose(trained(OPTIMIZERS[name]()), values, { rtol: 1e-5, atol: 2e-6 }, name);
  }
});

test('a variable that shares its values with another tensor is changed alone', async () => {
  await useNative();
  const initial = tf.tensor1d([1, 2, 3]);
  const weights = tf.variable(initial);
  const copy = weights.clone();
  const optimizer = tf.train.sgd(1);
  for (let i = 0; i < 2; i++) optimizer.minimize(() => tf.sum(weights), false, [weights]);
  assert.equal([...weights.dataSync()], [-1, 0, 1]);
  assert.equal([...copy.dataSync()], [1, 2, 3]);
  assert.equal([...initial.dataSync()], [1, 2, 3]);
  tf.dispose([initial, weights, copy]);
  optimizer.dispose();
});

test('a variable without a gradient stays as it is', async () => {
  await useNative();
  const [used, unused] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(1))];
  const optimizer = tf.train.adam(0.1);
  const gradient = tf.scalar(2);
  optimizer.applyGradients([
    { name: unused.name, tensor: null as unknown as tf.Tensor },
    { name: used.name, tensor: gradient },
  ]);
  assertClose(used.dataSync(), [0.9]);
  assert.equal([...unused.dataSync()], [1]);
  tf.dispose([used, unused, gradient]);
  optimizer.dispose();
});

test('a step leaves nothing behind after the first', async () => {
  await useNative();
  for (const make of Object.values(OPTIMIZERS)) {
    const { weights, bias, loss, dispose } = problem();
    const optimizer = make();
    const step = () => optimizer.minimize(loss, false, [weights, bias]);
    step();
    await assertTensorsKept(step);
    dispose();
    optimizer.dispose();
  }
});

test('a recorded step sees the learning rate change, counts, and trains like one that is not', async () => {
  await useNative();
  for (const [name, make] of Object.entries(OPTIMIZERS)) {
    const train = (recorded: boolean) => {
      const { weights, bias, loss, dispose } = problem();
      const optimizer = make() as tf.AdamOptimizer & { learningRate: number };
      const plain = (scale: tf.Tensor) =>
        optimizer.minimize(() => tf.mul(loss(), scale), true, [weights, bias]) as tf.Scalar;
      const step = recorded ? compileStep(plain) : plain;
      for (let i = 0; i < 12; i++) {
        if (i === 6) optimizer.learningRate /= 4;
        const scale = tf.scalar(1 + i / 8);
        tf.dispose([step(scale), scale]);
      }
      const values = [...weights.dataSync(), ...bias.dataSync()];
      assert.is(optimizer.iterations, 12, `${name}: iterations`);
      dispose();
      optimizer.dispose();
      return values;
    };
    assertClose(train(true), train(false), { rtol: 1e-6, atol: 1e-7 }, name);
  }
});

test('an optimizer goes on from the weights it was saved with', async () => {
  await useNative();
  for (const name of Object.keys(OPTIMIZERS)) {
    const { weights, bias, loss, dispose } = problem();
    const first = OPTIMIZERS[name]();
    const step = (optimizer: tf.Optimizer) => optimizer.minimize(loss, false, [weights, bias]);
    for (let i = 0; i < 3; i++) step(first);
    const saved = (await first.getWeights()).map(({ name, tensor }) => ({
      name,
      tensor: tf.tensor(tensor.dataSync(), tensor.shape, tensor.dtype as 'float32'),
    }));
    const start = [weights, bias].map((variable) => tf.tensor(variable.dataSync(), variable.shape));
    step(first);
    const expected = [...weights.dataSync(), ...bias.dataSync()];
    weights.assign(start[0]);
    bias.assign(start[1]);
    const second = OPTIMIZERS[name]();
    await second.setWeights(saved);
    assert.is(second.iterations, 3);
    step(second);
    assert.equal([...weights.dataSync(), ...bias.dataSync()], expected, name);
    dispose();
    first.dispose();
    second.dispose();
  }
});

test('a beta of Lion that is no share is refused by its name', () => {
  assert.throws(
    () => new LionOptimizer(1e-4, { beta1: 1 }),
    /^invalid beta1: 1 \(from 0 up to below 1\)$/,
  );
  assert.throws(() => new LionOptimizer(1e-4, { beta2: -0.1 }), /^invalid beta2: -0.1 /);
});

test.run();

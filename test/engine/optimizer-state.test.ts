import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LionOptimizer } from '../../lib/notegrad/src/engine/lion';
import { compileStep } from '../../lib/notegrad/src/engine/native/compiler/compile-step';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { assertClose } from '../support/close';
import { engines } from '../support/engines';
import { errorOf } from '../support/folders';
import { assertTensorsKept } from '../support/memory';
import { Numbers } from '../support/native-and-cpu';
import { pythonWithTorch, runPython } from '../support/python-torch';
import { type RuleName, referenceRules, trainInPlainNumbers } from './optimizer-reference';

const OPTIMIZERS: Record<RuleName, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.05, 0.9),
  nesterov: () => tf.train.momentum(0.05, 0.9, true),
  adam: () => tf.train.adam(0.05, 0.8, 0.99, 1e-6),
  adamax: () => tf.train.adamax(0.05, 0.8, 0.99, 1e-6, 0.1),
  lion: () => new LionOptimizer(0.02, { beta1: 0.8, beta2: 0.95, weightDecay: 0.1 }),
  rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-3),
  centred: () => tf.train.rmsprop(0.01, 0.9, 0.2, 1e-6, true),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.5, 0.9, 1e-3),
};

/** Two models of three variables: some of one shape, which positions alone would mix up. */
const SHAPES = [[3, 4], [4], [3, 4], [4], [2, 2], [70, 9]];

/** Steps of a run: which variables each trains, in which order, and the targets' scale. */
interface Schedule {
  readonly subsets: readonly (readonly number[])[];
  readonly steps: readonly { readonly subset: number; readonly scale: number }[];
}

function schedule(seed: number, numSteps: number): Schedule {
  const numbers = new Numbers(seed);
  const shuffled = () =>
    SHAPES.map((_, i) => ({ i, key: numbers.unit() }))
      .sort((a, b) => a.key - b.key)
      .map(({ i }) => i);
  const subsets = [
    shuffled(),
    ...Array.from({ length: 3 }, () => shuffled().slice(0, numbers.between(1, SHAPES.length))),
  ];
  // In runs, so that a compiled step is replayed before others train some of its variables alone.
  const steps: { subset: number; scale: number }[] = [];
  for (let subset = 0; steps.length < numSteps; subset = numbers.between(0, 3)) {
    for (let length = numbers.between(1, 8); length > 0 && steps.length < numSteps; length--) {
      steps.push({ subset, scale: 1 + 2 * numbers.unit() });
    }
  }
  return { subsets, steps };
}

const start = SHAPES.map((shape, i) => new Numbers(10 + i).values(shape));
const targets = SHAPES.map((shape, i) => new Numbers(20 + i).values(shape).map((x) => x + 3));

interface Problem {
  readonly variables: tf.Variable[];
  readonly step: (
    optimizer: tf.Optimizer,
    subset: readonly number[],
  ) => (scale: tf.Scalar) => tf.Scalar;
  readonly values: () => number[][];
  readonly dispose: () => void;
}

/** Each variable is drawn to its target times a scale: the loss is ½ Σ(w − scale·t)². */
function problem(): Problem {
  const variables = start.map((values, i) => tf.variable(tf.tensor(values, SHAPES[i])));
  const goals = targets.map((values, i) => tf.tensor(values, SHAPES[i]));
  const lossOf = (i: number, scale: tf.Scalar) =>
    variables[i].sub(goals[i].mul(scale)).square().sum<tf.Scalar>().div<tf.Scalar>(2);
  return {
    variables,
    step: (optimizer, subset) => (scale) =>
      optimizer.minimize(
        () => subset.map((i) => lossOf(i, scale)).reduce((sum, loss) => sum.add(loss)),
        true,
        subset.map((i) => variables[i]),
      ) as tf.Scalar,
    values: () => variables.map((variable) => [...variable.dataSync()]),
    dispose: () => tf.dispose([variables, goals]),
  };
}

function train(optimizer: tf.Optimizer, { subsets, steps }: Schedule, compiled: boolean) {
  const { step, values, dispose } = problem();
  const ways = subsets
    .map((subset) => step(optimizer, subset))
    .map((way) => (compiled ? compileStep(way) : way));
  for (const { subset, scale } of steps) {
    const batch = tf.scalar(scale);
    tf.dispose([ways[subset](batch), batch]);
  }
  const result = values();
  dispose();
  return result;
}

function expected(name: RuleName, { subsets, steps }: Schedule): number[][] {
  return trainInPlainNumbers(referenceRules[name], {
    start,
    steps: steps.map(({ subset, scale }) => ({
      trained: subsets[subset],
      gradient: (i, value, at) => value - scale * targets[i][at],
    })),
  });
}

for (const [engine, use] of Object.entries(engines)) {
  test(`whichever variables are trained or frozen, each goes where its own gradients lead (${engine})`, async () => {
    await use();
    for (const [name, make] of Object.entries(OPTIMIZERS) as [RuleName, () => tf.Optimizer][]) {
      for (const seed of [1, 2, 3]) {
        const plan = schedule(seed, 40);
        for (const compiled of [false, true]) {
          const optimizer = make();
          const actual = train(optimizer, plan, compiled);
          assert.is(optimizer.iterations, 40, `${name}: iterations`);
          optimizer.dispose();
          const label = `${name}, schedule ${seed}${compiled ? ', compiled' : ''}`;
          expected(name, plan).forEach((values, i) => {
            assertClose(actual[i], values, { rtol: 1e-4, atol: 2e-5 }, `${label}, variable ${i}`);
          });
        }
      }
    }
  });
}

const TORCH = `
import json, sys, torch
data = json.loads(sys.argv[1])
make = {
  'sgd': lambda p: torch.optim.SGD(p, lr=0.05),
  'momentum': lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
  'nesterov': lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
  'adam': lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.8, 0.99), eps=1e-6),
}
results = {}
for name in make:
  weights = [torch.tensor(w, requires_grad=True) for w in data['start']]
  targets = [torch.tensor(t) for t in data['targets']]
  optimizer = make[name](weights)
  for step in data['steps']:
    optimizer.zero_grad(set_to_none=True)
    loss = sum(((weights[i] - step['scale'] * targets[i]) ** 2).sum() / 2
               for i in data['subsets'][step['subset']])
    loss.backward()
    optimizer.step()
  results[name] = [w.flatten().tolist() for w in weights]
print(json.dumps(results))
`;

test('variables that are trained now and then end where PyTorch’s do, with step counts of their own', async () => {
  const python = pythonWithTorch();
  if (python === undefined) return console.log('skipped: no python3 with torch');
  const plan = schedule(7, 60);
  const data = {
    ...plan,
    start: start.map((values) => [...values]),
    targets: targets.map((values) => [...values]),
  };
  const theirs: Record<string, number[][]> = JSON.parse(
    runPython(python, TORCH, [JSON.stringify(data)]),
  );
  for (const engine of ['native', 'cpu'] as const) {
    await engines[engine]();
    for (const [name, values] of Object.entries(theirs)) {
      const ours = train(OPTIMIZERS[name as RuleName](), plan, false);
      values.forEach((theirValues, i) => {
        const label = `${name}, variable ${i} on ${engine}`;
        assertClose(ours[i], theirValues, { rtol: 2e-5, atol: 2e-6 }, label);
      });
    }
  }
});

for (const engine of ['native', 'cpu'] as const) {
  test(`an optimizer that is saved and set goes on as the first would have, by names in any order (${engine})`, async () => {
    await engines[engine]();
    for (const [name, make] of Object.entries(OPTIMIZERS)) {
      const { variables, step, values, dispose } = problem();
      const [first, second] = [make(), make()];
      const all = SHAPES.map((_, i) => i);
      const subsets = [[4, 1, 0], all];
      const scale = tf.scalar(1.5);
      const run = (optimizer: tf.Optimizer, subset: readonly number[]) =>
        tf.dispose(step(optimizer, subset)(scale));
      for (const subset of [...subsets, ...subsets]) run(first, subset);
      const before = values();
      const saved = (await first.getWeights()).map(({ name, tensor }) => ({
        name,
        tensor: tensor.clone(),
      }));
      run(first, all.toReversed());
      run(first, subsets[0]);
      const wanted = values();
      variables.forEach((variable, i) => {
        variable.assign(tf.tensor(before[i], SHAPES[i]));
      });
      await second.setWeights([saved[0], ...saved.slice(1).toReversed()]);
      assert.is(second.iterations, 4, name);
      run(second, all);
      run(second, subsets[0].toReversed());
      assert.equal(values(), wanted, name);
      tf.dispose(saved.map(({ tensor }) => tensor));
      tf.dispose(scale);
      first.dispose();
      second.dispose();
      dispose();
    }
  });

  test(`hyper-parameters that change are those of the next step (${engine})`, async () => {
    await engines[engine]();
    const changes: [RuleName, Record<string, number>][] = [
      ['momentum', { learningRate: 0.01, momentum: 0.5 }],
      ['nesterov', { momentum: 0 }],
      ['adam', { learningRate: 0.01, beta1: 0.5, beta2: 0.9, epsilon: 0.1 }],
      ['adamax', { beta1: 0.5, beta2: 0.9, epsilon: 0.1, decay: 1 }],
      ['lion', { learningRate: 0.05, beta1: 0.5, beta2: 0.9, weightDecay: 0 }],
      ['rmsprop', { decay: 0.5, momentum: 0, epsilon: 0.1 }],
      ['adagrad', { learningRate: 0.01 }],
      ['adadelta', { rho: 0.5, epsilon: 0.1, learningRate: 0.1 }],
      ['sgd', { learningRate: 0.2 }],
    ];
    for (const [name, change] of changes) {
      const { step, values, dispose } = problem();
      const optimizer = OPTIMIZERS[name]();
      const scale = tf.scalar(1.5);
      for (let i = 0; i < 6; i++) {
        if (i === 3) Object.assign(optimizer, change);
        tf.dispose(step(optimizer, [0, 1, 4])(scale));
      }
      const rules = [referenceRules[name], { ...referenceRules[name], ...change }];
      const gradient = (i: number, value: number, at: number) => value - 1.5 * targets[i][at];
      const wanted = trainInPlainNumbers(rules[0], {
        start,
        steps: Array.from({ length: 6 }, (_, i) => ({
          trained: [0, 1, 4],
          gradient,
          rule: rules[i < 3 ? 0 : 1],
        })),
      });
      const actual = values();
      wanted.forEach((expectedValues, i) => {
        assertClose(actual[i], expectedValues, { rtol: 1e-4, atol: 2e-5 }, `${name}, ${i}`);
      });
      tf.dispose(scale);
      optimizer.dispose();
      dispose();
    }
  });

  test(`the state of a variable that is disposed is let go, and one of its name begins anew (${engine})`, async () => {
    await engines[engine]();
    const make = () => tf.variable(tf.tensor1d([1, 2]), true, 'short-lived');
    const [goal, other] = [tf.tensor1d([3, 3]), tf.variable(tf.tensor1d([1, 1]), true, 'other')];
    const trainOnce = (optimizer: tf.Optimizer, variable: tf.Variable) =>
      optimizer.minimize(() => variable.sub(goal).square().sum(), false, [variable]);
    const optimizer = tf.train.adam(0.1);
    trainOnce(optimizer, other);
    await assertTensorsKept(() => {
      for (let i = 0; i < 3; i++) {
        const variable = make();
        trainOnce(optimizer, variable);
        assertClose(variable.dataSync(), [1.1, 2.1], { rtol: 1e-5 });
        variable.dispose();
        trainOnce(optimizer, other);
      }
    }, 3); // the tensors that the three variables were made of
    const names = (await optimizer.getWeights()).map(({ name }) => name);
    assert.equal(names, ['iter', 'other/m', 'other/v', 'other/step']);
    optimizer.dispose();
    tf.dispose([goal, other]);
  });
}

test('a step after a disposal of the optimizer is refused, and its tensors are gone', async () => {
  for (const use of Object.values(engines)) {
    await use();
    const variable = tf.variable(tf.scalar(1));
    const loss = () => variable.square().asScalar();
    await assertTensorsKept(async () => {
      const optimizer = tf.train.adam(0.1);
      optimizer.minimize(loss, false, [variable]);
      optimizer.dispose();
      const before = tf.memory().numTensors;
      assert.is(
        await errorOf(() => tf.tidy(() => void optimizer.minimize(loss, false, [variable]))),
        'this Adam is disposed: make another one',
      );
      assert.is(tf.memory().numTensors, before);
    });
    variable.dispose();
  }
});

test('an optimizer that is derived from one of tfjs’s has a state and counts of its own', async () => {
  class Halving extends tf.SGDOptimizer {
    override applyGradients(gradients: Parameters<tf.SGDOptimizer['applyGradients']>[0]): void {
      super.applyGradients(gradients);
      this.incrementIterations();
      this.learningRate /= 2;
    }
  }
  for (const use of Object.values(engines)) {
    await use();
    const variable = tf.variable(tf.scalar(1));
    const optimizer = new Halving(0.5);
    for (let i = 0; i < 2; i++) optimizer.minimize(() => variable.asScalar(), false, [variable]);
    assertClose(variable.dataSync(), [0.25]);
    assert.is(optimizer.iterations, 4);
    variable.dispose();
    optimizer.dispose();
  }
});

test('a variable that is listed twice is trained once', async () => {
  for (const use of Object.values(engines)) {
    await use();
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const optimizer = tf.train.sgd(0.1);
    optimizer.minimize(() => variable.sum(), false, [variable, variable]);
    assertClose(variable.dataSync(), [0.9, 1.9]);
    tf.dispose(variable);
    optimizer.dispose();
  }
});

test('gradients of no variable and of another shape are refused', async () => {
  for (const use of Object.values(engines)) {
    await use();
    const variable = tf.variable(tf.tensor1d([1, 2]), true, 'pair');
    const gradient = tf.tensor1d([1, 2, 3]);
    const optimizer = tf.train.adam(0.1);
    assert.is(
      await errorOf(() => optimizer.applyGradients([{ name: 'pair', tensor: gradient }])),
      'the gradient of pair has shape [3], the variable [2]',
    );
    assert.is(
      await errorOf(() => optimizer.applyGradients([{ name: 'gone', tensor: gradient }])),
      'no variable is called gone: is it disposed?',
    );
    tf.dispose([variable, gradient]);
    optimizer.dispose();
  }
});

test('what is not the whole state of such an optimizer is refused, saying what is wrong', async () => {
  await tf.setBackend('cpu');
  const iter = { name: 'iter', tensor: tf.scalar(3, 'int32') };
  const pair = (name: string, values = [1, 2]) => ({ name, tensor: tf.tensor1d(values) });
  const whole = [iter, pair('w/m'), pair('w/v')];
  const refused: [tf.Optimizer, { name: string; tensor: tf.Tensor }[], string][] = [
    [tf.train.adam(), [], 'Adam: it has no iter'],
    [tf.train.adam(), whole.slice(0, 2), 'Adam: it has no w/v'],
    [tf.train.adam(), [...whole, pair('w/v')], 'Adam: w/v is there twice'],
    [tf.train.adam(), [...whole.slice(0, 2), pair('w/v', [1])], 'Adam: w/v has shape [1], not [2]'],
    [
      tf.train.adam(),
      [iter, pair('w/accumulator')],
      'Adam: it keeps …/m and …/v, not w/accumulator',
    ],
    [tf.train.sgd(1), whole, 'SGD: it keeps nothing of a variable, not w/m'],
    [
      tf.train.adam(),
      [pair('iter', [1.5]), ...whole.slice(1)],
      'Adam: iter is not a number of steps: [1.5]',
    ],
    [
      tf.train.adam(),
      [...whole.slice(0, 2), { name: 'w/v', tensor: tf.tensor1d([1, 2], 'int32') }],
      'Adam: w/v is int32, not float32',
    ],
    [tf.train.adam(), [...whole, pair('u/step')], 'Adam: it keeps …/m and …/v, not u/step'],
  ];
  for (const [optimizer, weights, message] of refused) {
    assert.is(await errorOf(() => optimizer.setWeights(weights)), `not the state of ${message}`);
  }
});

test('state that no trained variable surely belongs to is refused at the step', async () => {
  await tf.setBackend('cpu');
  const variable = (name: string, values = [1, 2]) => tf.variable(tf.tensor1d(values), true, name);
  const weights = (...names: string[]) => [
    { name: 'iter', tensor: tf.scalar(3, 'int32') },
    ...names.map((name) => ({ name: `${name}/momentum`, tensor: tf.tensor1d([5, 5]) })),
  ];
  const messageOf = async (given: string[], trained: tf.Variable[]) => {
    const optimizer = tf.train.momentum(0.1, 0.9);
    await optimizer.setWeights(weights(...given));
    const loss = () => tf.addN(trained.map((w) => w.sum<tf.Scalar>()));
    const message = await errorOf(() =>
      tf.tidy(() => void optimizer.minimize(loss, false, trained)),
    );
    tf.dispose(trained);
    return message.replace('the state that was set for this Momentum ', '');
  };
  assert.is(await messageOf(['a'], [variable('a')]), '');
  assert.is(await messageOf(['a', 'b'], [variable('b')]), '');
  assert.is(await messageOf(['a_1'], [variable('a_2')]), '');
  assert.is(await messageOf(['a'], [variable('a'), variable('b')]), '');
  assert.is(
    await messageOf(['a', 'b'], [variable('a'), variable('c')]),
    'is of b, of which none is surely c',
  );
  assert.is(
    await messageOf(['a_1', 'a_2'], [variable('a_3'), variable('a_4')]),
    'is of a_1, a_2, of which none is surely a_3',
  );
  assert.is(
    await messageOf(['a'], [variable('a', [1, 2, 3])]),
    'has shape [2] for a, which has [3]',
  );
});

test('a layers model that is saved with its optimizer and loaded beside itself goes on alike', async () => {
  await tf.setBackend('cpu');
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 3, inputShape: [2], activation: 'tanh' }),
      tf.layers.dense({ units: 3, activation: 'tanh' }),
      tf.layers.dense({ units: 1 }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.05), loss: 'meanSquaredError' });
  const [x, y] = [tf.tensor2d(new Numbers(1).values([8, 2]), [8, 2]), tf.ones([8, 1])];
  for (let i = 0; i < 3; i++) await model.trainOnBatch(x, y);
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
    { includeOptimizer: true },
  );
  const copy = await tf.loadLayersModel(tf.io.fromMemory(saved as tf.io.ModelArtifacts));
  assert.is.not(copy.trainableWeights[0].name, model.trainableWeights[0].name);
  for (let i = 0; i < 3; i++) {
    assert.equal(await copy.trainOnBatch(x, y), await model.trainOnBatch(x, y));
  }
  model.dispose();
  copy.dispose();
  tf.dispose([x, y]);
});

test.run();

import * as tf from '../../lib/notegrad/src/engine/tf';
import { seededRandom } from '../support/mutations';

export type Batch = { x: tf.Tensor2D; y: tf.Tensor1D };

/** What a step of a program can use and change: two small classifiers, and what trains them. */
export interface World {
  readonly models: readonly Model[];
  optimizer: tf.Optimizer;
  /** Steps so far, counted outside of the step. */
  count: number;
  epoch: number;
  /** A generator in JavaScript. */
  readonly random: () => number;
  /** Tensors that were kept on the way. */
  readonly kept: tf.Tensor[];
}

interface Model {
  readonly variables: tf.Variable[];
  predict(x: tf.Tensor2D): tf.Tensor2D;
}

/** A habit of a step that has state: what it does to the loss, around the step or before it. */
export interface Habit {
  /** Another loss in place of the present one. */
  loss?(loss: tf.Scalar, batch: Batch, world: World): tf.Scalar;
  /** What the step does besides, before its update. */
  besides?(batch: Batch, world: World): void;
  /** What happens between the steps. */
  between?(world: World): void;
  /** The variables that are trained. */
  variables?(variables: tf.Variable[], world: World): tf.Variable[];
  /** Which model is trained. */
  model?(world: World): number;
}

const FEATURES = 4;
const CLASSES = 3;

function classifier(seed: number): Model {
  const weight = (shape: number[], k: number) =>
    tf.variable(tf.randomNormal(shape, 0, 0.5, 'float32', seed + k));
  const [w1, b1, w2, b2] = [
    weight([FEATURES, 5], 1),
    weight([5], 2),
    weight([5, CLASSES], 3),
    weight([CLASSES], 4),
  ];
  return {
    variables: [w1, b1, w2, b2],
    predict: (x) =>
      x
        .matMul<tf.Tensor2D>(w1 as tf.Tensor2D)
        .add(b1)
        .leakyRelu(0.1)
        .matMul(w2)
        .add(b2) as tf.Tensor2D,
  };
}

export function world(seed: number): World {
  return {
    models: [classifier(seed), classifier(seed + 10)],
    optimizer: tf.train.adam(0.01),
    count: 0,
    epoch: 0,
    random: seededRandom(seed),
    kept: [],
  };
}

/** A training step with these habits. */
export function stepOf(habits: readonly Habit[], world: World): (batch: Batch) => tf.Scalar {
  return (batch) => {
    for (const habit of habits) habit.besides?.(batch, world);
    const which = habits.reduce((k, habit) => habit.model?.(world) ?? k, 0);
    const { variables, predict } = world.models[which];
    const trained = habits.reduce((all, habit) => habit.variables?.(all, world) ?? all, variables);
    return world.optimizer.minimize(
      () => {
        const labels = tf.oneHot(batch.y.toInt(), CLASSES);
        let loss = tf.losses.softmaxCrossEntropy(labels, predict(batch.x)) as tf.Scalar;
        for (const habit of habits) loss = habit.loss?.(loss, batch, world) ?? loss;
        return loss;
      },
      true,
      trained,
    ) as tf.Scalar;
  };
}

export function between(habits: readonly Habit[], world: World): void {
  for (const habit of habits) habit.between?.(world);
}

/** `numBatches` of one of two sizes, random but the same in each epoch of the same number. */
export function* batchesOf(epoch: number, numBatches: number): Generator<Batch> {
  for (let i = 0; i < numBatches; i++) {
    const size = i % 7 === 3 ? 5 : 6;
    const seed = 1000 * (epoch % 3) + i;
    yield {
      x: tf.randomNormal([size, FEATURES], 0, 1, 'float32', seed),
      y: tf.randomUniform([size], 0, CLASSES, 'int32', seed),
    };
  }
}

const penalty = (world: World, size: number) =>
  world.models[0].variables[0].square().sum().mul(size);
const onPeriod = (world: World, period: number) => world.count % period === 0;

/** Each kind of state that a step was seen with, and more; made anew for each run. */
export const habits: Readonly<Record<string, (random: () => number) => Habit>> = {
  'a branch on each k-th step, counted outside': (random) => {
    const period = 2 + Math.floor(random() * 29);
    return {
      loss: (loss, _, world) =>
        (onPeriod(world, period) ? loss.add(penalty(world, 0.1)) : loss) as tf.Scalar,
    };
  },
  'a counter inside the step': (random) => {
    const period = 2 + Math.floor(random() * 29);
    let calls = 0;
    return { loss: (loss) => (++calls % period === 0 ? loss.mul(0.5) : loss) as tf.Scalar };
  },
  'a number that changes at one step': (random) => {
    const when = Math.floor(random() * 2000);
    return { loss: (loss, _, { count }) => loss.mul(count < when ? 1 : 0.25) as tf.Scalar };
  },
  'a number that changes at each step': () => ({
    loss: (loss, _, { count }) => loss.mul(1 + 0.1 * Math.sin(count)) as tf.Scalar,
  }),
  'a number that changes with the epoch': () => ({
    loss: (loss, _, { epoch }) => loss.mul(1 / (1 + epoch)) as tf.Scalar,
  }),
  'a branch on the epoch': () => ({
    loss: (loss, _, world) =>
      (world.epoch % 2 ? loss.add(penalty(world, 0.05)) : loss) as tf.Scalar,
  }),
  'a random branch': (random) => {
    const share = random();
    return {
      loss: (loss, _, world) => (world.random() < share ? loss.square() : loss) as tf.Scalar,
    };
  },
  'teacher forcing': () => ({
    loss(loss, { x }, world) {
      const [{ predict }] = world.models;
      const input = world.random() < 0.9 ? x : x.neg();
      return loss.add(
        predict(input as tf.Tensor2D)
          .square()
          .mean()
          .mul(0.1),
      ) as tf.Scalar;
    },
  }),
  'dropout whose rate changes': () => ({
    loss(loss, { x }, { count }) {
      const rate = count % 40 < 20 ? 0.2 : 0.5;
      return loss.add(tf.dropout(x, rate).square().mean().mul(0.01)) as tf.Scalar;
    },
  }),
  'noise that is drawn at some steps': () => ({
    loss: (loss, { x }, { count }) =>
      (count % 3 === 1
        ? loss.add(tf.randomNormal(x.shape).mul(x).mean().square().mul(0.1))
        : loss) as tf.Scalar,
  }),
  'numbers made in JavaScript': () => ({
    loss: (loss, { x }, { random }) =>
      loss.mul(tf.tensor1d(Array.from({ length: x.shape[0] }, random)).mean()) as tf.Scalar,
  }),
  'an array that is filled anew at each step': () => {
    const array = new Float32Array(CLASSES);
    return {
      loss: (loss, _, { random }) =>
        loss
          .mul(tf.tensor1d(array.fill(0.5 + random())).mean())
          .add(tf.tensor1d(array.fill(random())).mean().mul(0.01)) as tf.Scalar,
    };
  },
  'a learning rate that changes': () => ({
    between({ optimizer, count }) {
      (optimizer as tf.AdamOptimizer & { learningRate: number }).learningRate =
        0.01 / (1 + count / 50);
    },
  }),
  'an optimizer whose β₁ changes': (random) => {
    const when = Math.floor(random() * 60);
    return {
      between({ optimizer, count }) {
        if (count === when) (optimizer as unknown as { beta1: number }).beta1 = 0.7;
      },
    };
  },
  'an optimizer that is swapped': (random) => {
    const when = Math.floor(random() * 60);
    return {
      between(world) {
        if (world.count === when) world.optimizer = tf.train.momentum(0.01, 0.9);
      },
    };
  },
  'a layer that is frozen for a while': (random) => {
    const first = Math.floor(random() * 60);
    return {
      variables: (variables, { count }) =>
        count >= first && count < first + 30 ? variables.slice(2) : variables,
    };
  },
  'two models in turn': (random) => {
    const period = 2 + Math.floor(random() * 4);
    return { model: (world) => Number(onPeriod(world, period)) };
  },
  'a tensor of the surroundings that is replaced': (random) => {
    const period = 1 + Math.floor(random() * 5);
    let scale: tf.Tensor = tf.scalar(1);
    return {
      between(world) {
        if (!onPeriod(world, period)) return;
        scale.dispose();
        scale = tf.scalar(0.5 + world.random());
      },
      loss: (loss) => loss.mul(scale) as tf.Scalar,
    };
  },
  'losses that are kept': () => ({
    loss(loss, _, { kept }) {
      kept.push(tf.keep(loss.clone()));
      return loss;
    },
  }),
  'a moving average in a variable': () => {
    const average = tf.variable(tf.zeros([FEATURES]));
    return {
      besides: ({ x }) => average.assign(average.mul(0.9).add(x.mean(0).mul(0.1))),
      loss: (loss) => loss.add(average.square().sum().mul(0.1)) as tf.Scalar,
    };
  },
  'a variable that is assigned between the steps': (random) => {
    const scale = tf.variable(tf.scalar(1));
    const period = 1 + Math.floor(random() * 5);
    return {
      between(world) {
        if (onPeriod(world, period)) tf.tidy(() => scale.assign(tf.scalar(0.5 + world.random())));
      },
      loss: (loss) => loss.mul(scale) as tf.Scalar,
    };
  },
  'copies of the weights that are taken on the way': () => ({
    between({ models, count, kept }) {
      if (count % 50 === 7) kept.push(models[0].variables[0].clone());
    },
  }),
  'values that are read': (random) => {
    const period = 1 + Math.floor(random() * 6);
    return {
      loss(loss, _, world) {
        if (!onPeriod(world, period)) return loss;
        return (loss.dataSync()[0] > 0.8 ? loss.mul(0.5) : loss.add(0.1)) as tf.Scalar;
      },
    };
  },
  'an operation that JavaScript computes': () => ({
    loss: (loss, { x }) => loss.add(tf.topk(x, 2).values.sum().mul(0.001)) as tf.Scalar,
  }),
  'a gradient penalty': () => ({
    loss(loss, { x }, { models, count }) {
      if (count % 4 > 0) return loss;
      const slope = tf.grad((input: tf.Tensor) =>
        models[0]
          .predict(input as tf.Tensor2D)
          .square()
          .sum(),
      )(x);
      return loss.add(slope.square().mean().mul(0.01)) as tf.Scalar;
    },
  }),
  'a custom gradient with state': () => ({
    loss(loss, _, { count }) {
      const scaled = tf.customGrad((x) => ({
        value: (x as tf.Tensor).clone(),
        gradFunc: (dy: tf.Tensor) => dy.mul(1 + (count % 5)),
      }));
      return scaled(loss) as tf.Scalar;
    },
  }),
};

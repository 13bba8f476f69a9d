import { applyRule, keepStateByVariable, type Rule } from './optimizer-rule';
import * as tf from './tfjs';

/**
 * The optimizers of `tf.train`, by the rules that tfjs has for them:
 * - `momentum` with `useNesterov` is PyTorch's SGD(nesterov=True): v ← µv + g, w ← w − lr·(g + µv);
 * - `adam` is PyTorch's Adam: w ← w − lr·m̂ / (√v̂ + ε), but ε defaults to 1e-7 rather than 1e-8;
 * - `adamax` has ε beside the largest gradient, PyTorch's within it;
 * - `rmsprop` and `adagrad` have ε inside the root, unlike PyTorch's;
 * - `adadelta` divides by the mean square of the gradients before this one, PyTorch's with it.
 *
 * Their state belongs to the variables, unlike tfjs's, which goes by the position in the list of those
 * that are trained: each step of a variable meets the state, and the number of steps, that its own
 * gradients made. On the native engine a step is one operation over all variables, in place.
 *
 * An optimizer's `learningRate`, β, momentum, decay and ε can be set between steps.
 */

type RuleOf = (optimizer: Internals) => Rule;

/** What tfjs's optimizers have, in public or not. */
interface Internals {
  readonly learningRate: number;
  readonly momentum: number;
  readonly useNesterov: boolean;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly decay: number;
  readonly centered: boolean;
  readonly rho: number;
  readonly initialAccumulatorValue: number;
}

const NOTHING = { suffixes: [] };
const VELOCITY = { suffixes: ['momentum'] };
const MOMENTS = { suffixes: ['m', 'v'], countsSteps: true };
const MEAN_SQUARES = { suffixes: ['rms', 'momentum'] };
const CENTRED_MEAN_SQUARES = { suffixes: ['rms', 'momentum', 'mg'] };
const SUM_OF_SQUARES = { suffixes: ['accumulator'] };
const MEANS_OF_SQUARES = { suffixes: ['accum_grad', 'accum_var'] };

const sgd: RuleOf = ({ learningRate }) => ({
  kinds: NOTHING,
  op: 'sgd',
  params: [],
  update: ({ variable: w, gradient: g }) => [w.sub(g.mul(learningRate))],
});

const momentum: RuleOf = ({ learningRate, momentum, useNesterov }) => ({
  kinds: VELOCITY,
  op: 'momentum',
  params: [momentum, Number(useNesterov)],
  update: ({ variable: w, gradient: g, states: [v] }) => {
    const velocity = v.mul(momentum).add(g);
    const change = useNesterov ? g.add(velocity.mul(momentum)) : velocity;
    return [w.sub(change.mul(learningRate)), velocity];
  },
});

const adam: RuleOf = ({ learningRate, beta1, beta2, epsilon }) => ({
  kinds: MOMENTS,
  op: 'adam',
  params: [beta1, beta2, epsilon],
  update: ({ variable: w, gradient: g, states: [m, v] }, step) => {
    const first = m.mul(beta1).add(g.mul(1 - beta1));
    const second = v.mul(beta2).add(g.square().mul(1 - beta2));
    const size = second.sqrt().div(Math.sqrt(1 - beta2 ** step));
    const change = first.mul(learningRate / (1 - beta1 ** step)).div(size.add(epsilon));
    return [w.sub(change), first, second];
  },
});

const adamax: RuleOf = ({ learningRate, beta1, beta2, epsilon, decay }) => ({
  kinds: MOMENTS,
  op: 'adamax',
  params: [beta1, beta2, epsilon, decay],
  update: ({ variable: w, gradient: g, states: [m, v] }, step) => {
    const first = m.mul(beta1).add(g.mul(1 - beta1));
    const largest = tf.maximum(v.mul(beta2), g.abs());
    const rate = learningRate / (1 + decay * (step - 1)) / (1 - beta1 ** step);
    return [w.sub(first.mul(rate).div(largest.add(epsilon))), first, largest];
  },
});

const rmsprop: RuleOf = ({ learningRate, decay, momentum, epsilon, centered }) => ({
  kinds: centered ? CENTRED_MEAN_SQUARES : MEAN_SQUARES,
  op: centered ? 'centredRmsProp' : 'rmsProp',
  params: [decay, momentum, epsilon],
  update: ({ variable: w, gradient: g, states: [square, velocity, mean] }) => {
    const squares = square.mul(decay).add(g.square().mul(1 - decay));
    const change = (variance: tf.Tensor) =>
      velocity.mul(momentum).add(g.mul(learningRate).div(variance.sqrt()));
    if (!centered) {
      const step = change(squares.add(epsilon));
      return [w.sub(step), squares, step];
    }
    const means = mean.mul(decay).add(g.mul(1 - decay));
    const step = change(squares.sub(means.square().add(epsilon)));
    return [w.sub(step), squares, step, means];
  },
});

const adagrad: RuleOf = ({ learningRate, initialAccumulatorValue }) => {
  const epsilon = tf.backend().epsilon();
  return {
    kinds: SUM_OF_SQUARES,
    initial: initialAccumulatorValue,
    op: 'adagrad',
    params: [epsilon],
    update: ({ variable: w, gradient: g, states: [sum] }) => {
      const squares = sum.add(g.square());
      return [w.sub(g.mul(learningRate).div(squares.add(epsilon).sqrt())), squares];
    },
  };
};

const adadelta: RuleOf = ({ learningRate, rho, epsilon }) => ({
  kinds: MEANS_OF_SQUARES,
  op: 'adadelta',
  params: [rho, epsilon],
  update: ({ variable: w, gradient: g, states: [square, changed] }) => {
    const change = changed.add(epsilon).sqrt().div(square.add(epsilon).sqrt()).mul(g);
    return [
      w.sub(change.mul(learningRate)),
      square.mul(rho).add(g.square().mul(1 - rho)),
      changed.mul(rho).add(change.square().mul(1 - rho)),
    ];
  },
});

const rules: readonly (readonly [{ readonly prototype: tf.Optimizer }, RuleOf])[] = [
  [tf.SGDOptimizer, sgd],
  [tf.MomentumOptimizer, momentum],
  [tf.AdamOptimizer, adam],
  [tf.AdamaxOptimizer, adamax],
  [tf.RMSPropOptimizer, rmsprop],
  [tf.AdagradOptimizer, adagrad],
  [tf.AdadeltaOptimizer, adadelta],
];

for (const [{ prototype }, rule] of rules) {
  const ruleOf = (optimizer: tf.Optimizer) => rule(optimizer as unknown as Internals);
  prototype.applyGradients = function (this: tf.Optimizer, gradients) {
    applyRule(this, ruleOf(this), gradients);
  };
  keepStateByVariable(prototype, ruleOf);
}

import { applyRule, keepStateByVariable, type Rule, STATE_METHODS } from '../optimizer-rule';
import * as tf from '../tfjs';
import type { Patch } from './patch';

type RuleOf = (optimizer: Internals) => Rule;

/** What tfjs's optimizers have, in public or not. */
interface Internals {
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

const sgd: RuleOf = () => ({ kinds: NOTHING, name: 'Sgd', params: {} });

const momentum: RuleOf = ({ momentum, useNesterov }) => ({
  kinds: VELOCITY,
  name: 'Momentum',
  params: { momentum, useNesterov },
});

const adam: RuleOf = ({ beta1, beta2, epsilon }) => ({
  kinds: MOMENTS,
  name: 'Adam',
  params: { beta1, beta2, epsilon },
});

const adamax: RuleOf = ({ beta1, beta2, epsilon, decay }) => ({
  kinds: MOMENTS,
  name: 'Adamax',
  params: { beta1, beta2, epsilon, decay },
});

const rmsprop: RuleOf = ({ decay, momentum, epsilon, centered }) => ({
  kinds: centered ? CENTRED_MEAN_SQUARES : MEAN_SQUARES,
  name: centered ? 'CentredRmsProp' : 'RmsProp',
  params: { decay, momentum, epsilon },
});

const adagrad: RuleOf = ({ initialAccumulatorValue }) => ({
  kinds: SUM_OF_SQUARES,
  initial: initialAccumulatorValue,
  name: 'Adagrad',
  params: { epsilon: tf.backend().epsilon() },
});

const adadelta: RuleOf = ({ rho, epsilon }) => ({
  kinds: MEANS_OF_SQUARES,
  name: 'Adadelta',
  params: { rho, epsilon },
});

const rules: readonly (readonly [
  { readonly name: string; readonly prototype: tf.Optimizer },
  RuleOf,
])[] = [
  [tf.SGDOptimizer, sgd],
  [tf.MomentumOptimizer, momentum],
  [tf.AdamOptimizer, adam],
  [tf.AdamaxOptimizer, adamax],
  [tf.RMSPropOptimizer, rmsprop],
  [tf.AdagradOptimizer, adagrad],
  [tf.AdadeltaOptimizer, adadelta],
];

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
export const optimizers: Patch = {
  changes: rules.flatMap(([{ name }]) =>
    ['applyGradients', ...STATE_METHODS].map((method) => `${name}.prototype.${method}`),
  ),
  apply() {
    for (const [{ prototype }, rule] of rules) {
      const ruleOf = (optimizer: tf.Optimizer) => rule(optimizer as unknown as Internals);
      prototype.applyGradients = function (this: tf.Optimizer, gradients) {
        applyRule(this, ruleOf(this), gradients);
      };
      keepStateByVariable(prototype, ruleOf);
    }
  },
};

import { EngineError } from '../errors';
import { type Gradients, gradientPairs } from './gradient-pairs';
import { type RuleName, type RuleParams, runOptimizerKernel } from './optimizer-kernels';
import { OptimizerState, type SetWeightsOptions } from './optimizer-state';
import type { OptimizerWeights, StateKinds } from './optimizer-weights';
import type * as tf from './tfjs';

/** How an optimizer changes a variable; the same on every engine. */
export type Rule = { [Name in RuleName]: RuleNamed<Name> }[RuleName];

interface RuleNamed<Name extends RuleName> {
  /** Always the same object for an optimizer. */
  readonly kinds: StateKinds;
  /** What a variable's state is filled with at first. Default 0. */
  readonly initial?: number;
  /** Of the kernel. */
  readonly name: Name;
  readonly params: RuleParams[Name];
}

/** Ours and tfjs's optimizers; one of a user's own may take no notice of the options. */
export interface RestorableOptimizer extends tf.Optimizer {
  setWeights(weights: OptimizerWeights, options?: SetWeightsOptions): Promise<void>;
}

/** What every optimizer of ours and of tfjs has, in public or not. */
interface WithLearningRate {
  readonly learningRate: number;
}

const states = new WeakMap<tf.Optimizer, OptimizerState>();

/** Changes each variable that has a gradient. */
export function applyRule(optimizer: tf.Optimizer, rule: Rule, gradients: Gradients): void {
  const pairs = gradientPairs(gradients);
  const state = stateOf(optimizer, rule);
  const cohorts = state.cohorts(pairs, rule.initial ?? 0);
  const own = optimizer as tf.Optimizer & WithLearningRate;
  const learningRate = () => own.learningRate;
  for (const { steps: count, members } of cohorts) {
    runOptimizerKernel(rule.name, { members, count, params: rule.params, learningRate });
  }
}

/** What `keepStateByVariable` puts in a class of optimizers. */
export const STATE_METHODS = ['dispose', 'getWeights', 'setWeights', 'iterations_'] as const;

/**
 * Keeps the state of a class of optimizers by variable (see `OptimizerState`), in place of what the
 * class does: `iterations`, `getWeights`, `setWeights` and `dispose` are about that state.
 */
export function keepStateByVariable<T extends tf.Optimizer>(
  prototype: T,
  ruleOf: (optimizer: T) => Rule,
): void {
  const { dispose } = prototype;
  const methods: ThisType<T> & Partial<RestorableOptimizer> = {
    dispose() {
      stateOf(this, ruleOf(this)).dispose();
      dispose.call(this);
    },
    async getWeights() {
      return stateOf(this, ruleOf(this)).weights();
    },
    setWeights(weights, options = {}) {
      return stateOf(this, ruleOf(this)).setWeights(weights, options);
    },
  };
  Object.assign(prototype, methods);
  Object.defineProperty(prototype, 'iterations_', {
    get(this: T): number {
      return stateOf(this, ruleOf(this)).iterations.value;
    },
    set(this: T, count: number) {
      stateOf(this, ruleOf(this)).iterations.value = count;
    },
  });
}

function stateOf(optimizer: tf.Optimizer, { kinds }: Rule): OptimizerState {
  const state = states.get(optimizer) ?? new OptimizerState(optimizer.getClassName(), kinds);
  states.set(optimizer, state);
  if (state.kinds !== kinds) {
    throw new EngineError(
      `this ${optimizer.getClassName()} keeps ${state.kinds.suffixes.join(', ')} of each variable: ` +
        `for ${kinds.suffixes.join(', ')} make another one`,
    );
  }
  return state;
}

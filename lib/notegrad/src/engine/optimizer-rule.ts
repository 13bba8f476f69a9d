import { type Gradients, gradientPairs } from './gradient-pairs';
import type { NativeBackend } from './native/backend';
import { OptimizerState, type SetWeightsOptions, type Trained } from './optimizer-state';
import type { OptimizerWeights, StateKinds } from './optimizer-weights';
import * as tf from './tfjs';

/** How an optimizer changes a variable; the same on every engine. */
export interface Rule {
  /** Always the same object for an optimizer. */
  readonly kinds: StateKinds;
  /** What a variable's state is filled with at first. Default 0. */
  readonly initial?: number;
  /** The operation of lib/notegrad/addon/optimizer.cc. */
  readonly op: string;
  readonly params: readonly number[];
  /**
   * The same in tfjs's operations: the new values of the variable and of each state, at its
   * `step`-th step (1, 2, …).
   */
  readonly update: (trained: Trained, step: number) => [tf.Tensor, ...tf.Tensor[]];
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
  const isFloat32 = pairs.every(([variable, gradient]) =>
    [variable, gradient].every(({ dtype }) => dtype === 'float32'),
  );
  if (tf.getBackend() === 'native' && isFloat32) {
    const backend = tf.backend() as NativeBackend;
    const own = optimizer as tf.Optimizer & WithLearningRate;
    for (const { steps, members } of cohorts) {
      runNatively(backend, own, rule, steps.tensorOn(backend), members);
    }
  } else {
    for (const { steps, members } of cohorts) {
      const step = ++steps.value;
      for (const trained of members) update(rule, trained, step);
    }
  }
}

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
    throw new Error(
      `this ${optimizer.getClassName()} keeps ${state.kinds.suffixes.join(', ')} of each variable: ` +
        `for ${kinds.suffixes.join(', ')} make another one`,
    );
  }
  return state;
}

/** One operation over all variables of a cohort, in place, which counts the step too. */
function runNatively(
  backend: NativeBackend,
  optimizer: WithLearningRate,
  { op, params, kinds }: Rule,
  count: tf.TensorInfo,
  members: readonly Trained[],
): void {
  const variables = [
    ...members.map(({ variable }) => variable),
    ...kinds.suffixes.flatMap((_, i) => members.map(({ states }) => states[i])),
  ];
  for (const variable of variables) backend.makeExclusive(variable);
  const updated = [count, ...variables];
  const gradients = members.map(({ gradient }) => gradient);
  const learningRate = backend.live(() => optimizer.learningRate);
  backend.run(op, [learningRate, ...gradients, ...updated], updated, [
    members.length,
    ...gradients.map(({ size }) => size),
    ...params,
  ]);
  backend.disposeData(learningRate.dataId);
}

function update(rule: Rule, trained: Trained, step: number): void {
  tf.tidy(() => {
    const [value, ...states] = rule.update(trained, step);
    trained.variable.assign(value);
    trained.states.forEach((state, i) => void state.assign(states[i]));
  });
}

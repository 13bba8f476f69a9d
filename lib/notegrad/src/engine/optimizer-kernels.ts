import { EngineError } from '../errors';
import type { OperationParams } from './native/backend/operations';
import type { StepCount } from './step-count';
import * as tf from './tfjs';

/** A variable that a step changes, and what it needs for that. */
export interface Trained {
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
  /** In the order of the suffixes. */
  readonly states: readonly tf.Variable[];
}

export type RuleName =
  | 'Sgd'
  | 'Momentum'
  | 'Adam'
  | 'Adamax'
  | 'RmsProp'
  | 'CentredRmsProp'
  | 'Adagrad'
  | 'Adadelta'
  | 'Lion';

/** What the rules of optimizers take, besides the learning rate. */
export type RuleParams = {
  readonly [Name in RuleName]: Omit<OperationParams[Uncapitalize<Name>], 'sizes'>;
};

/** A step of variables that were trained equally often. */
export interface OptimizerCall<Name extends RuleName = RuleName> {
  readonly members: readonly Trained[];
  /** Of steps before this one. */
  readonly count: StepCount;
  readonly params: RuleParams[Name];
  /** Read anew where the step is replayed. */
  readonly learningRate: () => number;
}

/** The new values of a variable and of each of its states. */
type Update<Params> = (
  trained: Trained,
  params: Params & { readonly learningRate: number },
  step: number,
) => [tf.Tensor, ...tf.Tensor[]];

const updates: { readonly [Name in RuleName]: Update<RuleParams[Name]> } = {
  Sgd: ({ variable: w, gradient: g }, { learningRate }) => [w.sub(g.mul(learningRate))],

  Momentum: (
    { variable: w, gradient: g, states: [v] },
    { learningRate, momentum, useNesterov },
  ) => {
    const velocity = v.mul(momentum).add(g);
    const change = useNesterov ? g.add(velocity.mul(momentum)) : velocity;
    return [w.sub(change.mul(learningRate)), velocity];
  },

  Adam: (
    { variable: w, gradient: g, states: [m, v] },
    { learningRate, beta1, beta2, epsilon },
    step,
  ) => {
    const first = m.mul(beta1).add(g.mul(1 - beta1));
    const second = v.mul(beta2).add(g.square().mul(1 - beta2));
    const size = second.sqrt().div(Math.sqrt(1 - beta2 ** step));
    const change = first.mul(learningRate / (1 - beta1 ** step)).div(size.add(epsilon));
    return [w.sub(change), first, second];
  },

  Adamax: (
    { variable: w, gradient: g, states: [m, v] },
    { learningRate, beta1, beta2, epsilon, decay },
    step,
  ) => {
    const first = m.mul(beta1).add(g.mul(1 - beta1));
    const largest = tf.maximum(v.mul(beta2), g.abs());
    const rate = learningRate / (1 + decay * (step - 1)) / (1 - beta1 ** step);
    return [w.sub(first.mul(rate).div(largest.add(epsilon))), first, largest];
  },

  RmsProp: (
    { variable: w, gradient: g, states: [square, velocity] },
    { learningRate, decay, momentum, epsilon },
  ) => {
    const squares = square.mul(decay).add(g.square().mul(1 - decay));
    const size = squares.add(epsilon).sqrt();
    const step = velocity.mul(momentum).add(g.mul(learningRate).div(size));
    return [w.sub(step), squares, step];
  },

  CentredRmsProp: (
    { variable: w, gradient: g, states: [square, velocity, mean] },
    { learningRate, decay, momentum, epsilon },
  ) => {
    const squares = square.mul(decay).add(g.square().mul(1 - decay));
    const means = mean.mul(decay).add(g.mul(1 - decay));
    const size = squares.sub(means.square().add(epsilon)).sqrt();
    const step = velocity.mul(momentum).add(g.mul(learningRate).div(size));
    return [w.sub(step), squares, step, means];
  },

  Adagrad: ({ variable: w, gradient: g, states: [sum] }, { learningRate, epsilon }) => {
    const squares = sum.add(g.square());
    return [w.sub(g.mul(learningRate).div(squares.add(epsilon).sqrt())), squares];
  },

  Adadelta: (
    { variable: w, gradient: g, states: [square, changed] },
    { learningRate, rho, epsilon },
  ) => {
    const change = changed.add(epsilon).sqrt().div(square.add(epsilon).sqrt()).mul(g);
    return [
      w.sub(change.mul(learningRate)),
      square.mul(rho).add(g.square().mul(1 - rho)),
      changed.mul(rho).add(change.square().mul(1 - rho)),
    ];
  },

  Lion: (
    { variable: w, gradient: g, states: [m] },
    { learningRate, beta1, beta2, weightDecay },
  ) => {
    const direction = tf.sign(m.mul(beta1).add(g.mul(1 - beta1)));
    return [
      w.sub(direction.add(w.mul(weightDecay)).mul(learningRate)),
      m.mul(beta2).add(g.mul(1 - beta2)),
    ];
  },
};

export const RULE_NAMES: readonly RuleName[] = Object.keys(updates) as RuleName[];

/** The kernels made of tfjs's operations, for backends that have none of their own. */
export function optimizerKernels(backendName: string): tf.KernelConfig[] {
  return RULE_NAMES.map((name) => ({
    kernelName: name,
    backendName,
    kernelFunc: ({ attrs }) => {
      updateByOperations(name, attrs as unknown as OptimizerCall);
      return [];
    },
  }));
}

/** The step in tfjs's operations. */
export function updateByOperations<Name extends RuleName>(
  name: Name,
  { members, count, params, learningRate }: OptimizerCall<Name>,
): void {
  const step = ++count.value;
  const own = { ...params, learningRate: learningRate() };
  for (const trained of members) {
    tf.tidy(() => {
      const [value, ...states] = updates[name](trained, own, step);
      trained.variable.assign(value);
      trained.states.forEach((state, i) => void state.assign(states[i]));
    });
  }
}

/**
 * Changes variables and their states, in place. The kernel is called as it is: it has no result and
 * no gradient, and tfjs's engine would take memory that a variable is given for a leak.
 */
export function runOptimizerKernel<Name extends RuleName>(
  name: Name,
  call: OptimizerCall<Name>,
): void {
  const kernel = tf.getKernel(name, tf.getBackend());
  if (kernel == null) throw new EngineError(`the backend ${tf.getBackend()} has no kernel ${name}`);
  kernel.kernelFunc({
    inputs: {},
    attrs: call as unknown as tf.NamedAttrMap,
    backend: tf.backend(),
  });
}

/** The rules of the optimizers in plain numbers, one weight at a time. */

type Update = (
  rule: ReferenceRule,
  at: { readonly w: number; readonly g: number; readonly states: number[]; readonly step: number },
) => number;

/** An optimizer's hyper-parameters and what it makes of a weight; it changes the states in place. */
export interface ReferenceRule {
  readonly update: Update;
  readonly numStates: number;
  readonly initial?: number;
  readonly learningRate: number;
  readonly momentum?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly decay?: number;
  readonly weightDecay?: number;
  readonly rho?: number;
}

const momentum =
  (isNesterov: boolean): Update =>
  ({ learningRate: lr, momentum: mu = 0 }, { w, g, states }) => {
    states[0] = mu * states[0] + g;
    return w - lr * (isNesterov ? g + mu * states[0] : states[0]);
  };

const rmsprop =
  (isCentred: boolean): Update =>
  ({ learningRate: lr, decay = 0, momentum: mu = 0, epsilon = 0 }, { w, g, states }) => {
    states[0] = decay * states[0] + (1 - decay) * g * g;
    states[2] = decay * states[2] + (1 - decay) * g;
    const variance = isCentred ? states[0] - (states[2] ** 2 + epsilon) : states[0] + epsilon;
    states[1] = mu * states[1] + (lr * g) / Math.sqrt(variance);
    return w - states[1];
  };

export const referenceRules = {
  sgd: {
    learningRate: 0.05,
    numStates: 0,
    update: ({ learningRate: lr }, { w, g }) => w - lr * g,
  },
  momentum: { learningRate: 0.05, momentum: 0.9, numStates: 1, update: momentum(false) },
  nesterov: { learningRate: 0.05, momentum: 0.9, numStates: 1, update: momentum(true) },
  adam: {
    learningRate: 0.05,
    beta1: 0.8,
    beta2: 0.99,
    epsilon: 1e-6,
    numStates: 2,
    update: ({ learningRate: lr, beta1 = 0, beta2 = 0, epsilon = 0 }, { w, g, states, step }) => {
      states[0] = beta1 * states[0] + (1 - beta1) * g;
      states[1] = beta2 * states[1] + (1 - beta2) * g * g;
      const first = states[0] / (1 - beta1 ** step);
      const second = states[1] / (1 - beta2 ** step);
      return w - (lr * first) / (Math.sqrt(second) + epsilon);
    },
  },
  adamax: {
    learningRate: 0.05,
    beta1: 0.8,
    beta2: 0.99,
    epsilon: 1e-6,
    decay: 0.1,
    numStates: 2,
    update: (
      { learningRate: lr, beta1 = 0, beta2 = 0, epsilon = 0, decay = 0 },
      { w, g, states, step },
    ) => {
      states[0] = beta1 * states[0] + (1 - beta1) * g;
      states[1] = Math.max(beta2 * states[1], Math.abs(g));
      const rate = lr / (1 + decay * (step - 1)) / (1 - beta1 ** step);
      return w - (rate * states[0]) / (states[1] + epsilon);
    },
  },
  lion: {
    learningRate: 0.02,
    beta1: 0.8,
    beta2: 0.95,
    weightDecay: 0.1,
    numStates: 1,
    update: ({ learningRate: lr, beta1 = 0, beta2 = 0, weightDecay = 0 }, { w, g, states }) => {
      const direction = Math.sign(beta1 * states[0] + (1 - beta1) * g);
      states[0] = beta2 * states[0] + (1 - beta2) * g;
      return w - lr * (direction + weightDecay * w);
    },
  },
  rmsprop: {
    learningRate: 0.01,
    decay: 0.9,
    momentum: 0.5,
    epsilon: 1e-3,
    numStates: 3,
    update: rmsprop(false),
  },
  centred: {
    learningRate: 0.01,
    decay: 0.9,
    momentum: 0.2,
    epsilon: 1e-6,
    numStates: 3,
    update: rmsprop(true),
  },
  adagrad: {
    learningRate: 0.1,
    epsilon: 1e-7,
    initial: 0.1,
    numStates: 1,
    update: ({ learningRate: lr, epsilon = 0 }, { w, g, states }) => {
      states[0] += g * g;
      return w - (lr * g) / Math.sqrt(states[0] + epsilon);
    },
  },
  adadelta: {
    learningRate: 0.5,
    rho: 0.9,
    epsilon: 1e-3,
    numStates: 2,
    update: ({ learningRate: lr, rho = 0, epsilon = 0 }, { w, g, states }) => {
      const change = (Math.sqrt(states[1] + epsilon) / Math.sqrt(states[0] + epsilon)) * g;
      states[0] = rho * states[0] + (1 - rho) * g * g;
      states[1] = rho * states[1] + (1 - rho) * change * change;
      return w - lr * change;
    },
  },
} as const satisfies Record<string, ReferenceRule>;

export type RuleName = keyof typeof referenceRules;

export interface PlainStep {
  /** Which variables the step trains. */
  readonly trained: readonly number[];
  /** The derivative of the loss by a weight: of variable `i`, of this value, at this place. */
  readonly gradient: (i: number, value: number, at: number) => number;
  /** Hyper-parameters other than before. Default: as before. */
  readonly rule?: ReferenceRule;
}

/** What the steps make of the variables, in float64. */
export function trainInPlainNumbers(
  rule: ReferenceRule,
  {
    start,
    steps,
  }: { readonly start: readonly Float32Array[]; readonly steps: readonly PlainStep[] },
): number[][] {
  const variables = start.map((values) =>
    Array.from(values, (w) => ({
      w,
      states: new Array<number>(rule.numStates).fill(rule.initial ?? 0),
    })),
  );
  const counts = start.map(() => 0);
  for (const { trained, gradient, rule: now = rule } of steps) {
    for (const i of trained) {
      const step = ++counts[i];
      variables[i].forEach((weight, at) => {
        const { w, states } = weight;
        weight.w = now.update(now, { w, g: gradient(i, w, at), states, step });
      });
    }
  }
  return variables.map((weights) => weights.map(({ w }) => w));
}

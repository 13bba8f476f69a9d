import type { Gradients } from './gradient-pairs';
import { applyRule, keepStateByVariable, type Rule } from './optimizer-rule';
import * as tf from './tfjs';

export interface LionOptions {
  /** How much of the momentum is in a step's direction. Default 0.9. */
  readonly beta1?: number;
  /** How much of the momentum is kept. Default 0.99. */
  readonly beta2?: number;
  /** λ, the decay of the weights. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Lion, "evolved sign momentum" (Chen et al., "Symbolic discovery of optimization algorithms", 2023):
 * w ← w − lr·(sign(β₁m + (1−β₁)g) + λw), m ← β₂m + (1−β₂)g. Each weight moves by lr in every step,
 * however small its gradient. Adam moves it by less the less the gradients of mini-batches agree: the
 * paper takes a rate three to ten times smaller than Adam's.
 *
 * @throws when a β is not in [0, 1)
 */
export function lion(learningRate: number, options: LionOptions = {}): LionOptimizer {
  return new LionOptimizer(learningRate, options);
}

export class LionOptimizer extends tf.Optimizer {
  static readonly className = 'Lion';
  learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly weightDecay: number;

  constructor(
    learningRate: number,
    { beta1 = 0.9, beta2 = 0.99, weightDecay = 0 }: LionOptions = {},
  ) {
    super();
    for (const [name, beta] of Object.entries({ beta1, beta2 })) {
      if (!(beta >= 0 && beta < 1)) {
        throw new Error(`invalid ${name}: ${beta} (from 0 up to below 1)`);
      }
    }
    this.learningRate = learningRate;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.weightDecay = weightDecay;
  }

  override applyGradients(gradients: Gradients): void {
    applyRule(this, lionRule(this), gradients);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { learningRate, beta1, beta2, weightDecay } = this;
    return { learningRate, beta1, beta2, weightDecay };
  }
}

const FIRST_MOMENT = { suffixes: ['m'] };

function lionRule({ learningRate, beta1, beta2, weightDecay }: LionOptimizer): Rule {
  return {
    kinds: FIRST_MOMENT,
    op: 'lion',
    params: [beta1, beta2, weightDecay],
    update: ({ variable: w, gradient: g, states: [m] }) => {
      const direction = tf.sign(m.mul(beta1).add(g.mul(1 - beta1)));
      return [
        w.sub(direction.add(w.mul(weightDecay)).mul(learningRate)),
        m.mul(beta2).add(g.mul(1 - beta2)),
      ];
    },
  };
}

keepStateByVariable(LionOptimizer.prototype, lionRule);

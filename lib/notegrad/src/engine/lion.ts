import { EngineError } from '../errors';
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

/** Lion, as `lion` of train/optimizers.ts tells; one operation over all variables on the native engine. */
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
        throw new EngineError(`invalid ${name}: ${beta} (from 0 up to below 1)`);
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

function lionRule({ beta1, beta2, weightDecay }: LionOptimizer): Rule {
  return { kinds: FIRST_MOMENT, name: 'Lion', params: { beta1, beta2, weightDecay } };
}

keepStateByVariable(LionOptimizer.prototype, lionRule);

import * as tf from '../engine/tf';
import { type SeedSequence, seedSequence } from './seeds';

export interface SeededDropoutOptions {
  /** The probability that a unit is dropped, in [0, 1). */
  readonly rate: number;
  readonly seed: number;
  readonly name?: string;
}

/**
 * Dropout (Srivastava et al., 2014) that draws another mask at every step, yet the same masks
 * for the same seed. tfjs's own layer, given a seed, drops the same units for ever.
 */
export class SeededDropout extends tf.layers.Layer {
  static className = 'SeededDropout';
  private readonly rate: number;
  private readonly seed: number;
  private readonly nextSeed: SeedSequence;

  constructor({ rate, seed, name }: SeededDropoutOptions) {
    super({ name });
    if (!(rate >= 0 && rate < 1)) throw new Error(`invalid dropout rate: ${rate} (0 ≤ rate < 1)`);
    this.rate = rate;
    this.seed = seed;
    this.nextSeed = seedSequence(seed);
    this.supportsMasking = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    if (!kwargs.training || this.rate === 0) return x.clone();
    return tf.dropout(x, this.rate, undefined, this.nextSeed());
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed };
  }
}

tf.serialization.registerClass(SeededDropout);

import type * as tf from '../engine/tf';
import { ModelError } from '../errors';
import type { Permutation } from './torch-layout';
import { arranged, sumOfTwo, type WeightLayout } from './weight-layout';

/** A recurrent layer, or one direction of a bidirectional one. */
export interface RecurrentLayer {
  readonly name: string;
  readonly kind: string;
  readonly config: tf.serialization.ConfigDict;
  /** What PyTorch puts after the names of this direction. Default nothing. */
  readonly suffix?: string;
}

/**
 * tfjs's `kernel` [inputs, gates·units], `recurrent_kernel` and `bias` as PyTorch's `weight_ih_l0`
 * [gates·units, inputs], `weight_hh_l0`, and the sum of `bias_ih_l0` and `bias_hh_l0`. Both have the
 * gates of an LSTM in the order input, forget, cell, output.
 *
 * @param inputs the order of the features that the layer takes
 * @throws when PyTorch's layer computes something else: what it is, and what makes it the same
 */
export function recurrentLayouts(
  { name, kind, config, suffix = '' }: RecurrentLayer,
  shapes: Readonly<Record<string, readonly number[]>>,
  inputs: Permutation,
): Record<string, WeightLayout> {
  refuseOtherFunctions(name, kind, config);
  const layouts: Record<string, WeightLayout> = {
    kernel: arranged(`weight_ih_l0${suffix}`, shapes.kernel, { axes: [1, 0], orders: [inputs] }),
    recurrent_kernel: arranged(`weight_hh_l0${suffix}`, shapes.recurrent_kernel, { axes: [1, 0] }),
  };
  if (shapes.bias !== undefined) {
    layouts.bias = sumOfTwo([`bias_ih_l0${suffix}`, `bias_hh_l0${suffix}`], shapes.bias);
  }
  return layouts;
}

function refuseOtherFunctions(
  name: string,
  kind: string,
  { activation, recurrentActivation }: tf.serialization.ConfigDict,
): void {
  switch (kind) {
    case 'LSTM':
      if (activation !== 'tanh' || recurrentActivation !== 'sigmoid') {
        throw new ModelError(
          `layer ${name} has the activations ${activation} and ${recurrentActivation}, PyTorch's ` +
            "LSTM tanh and sigmoid: make it with { recurrentActivation: 'sigmoid' }",
        );
      }
      return;
    case 'SimpleRNN':
      if (activation !== 'tanh' && activation !== 'relu') {
        throw new ModelError(
          `layer ${name} has the activation ${activation}, which PyTorch's RNN does not have: make ` +
            "it with { activation: 'tanh' } or 'relu'",
        );
      }
      return;
    case 'GRU':
      throw new ModelError(
        `layer ${name} is a GRU that resets the state before multiplying it (resetAfter: false, the ` +
          "only way in tfjs), PyTorch's after: no weights make them the same, so use tf.layers.lstm",
      );
    default:
      throw new ModelError(
        `layer ${name}: no PyTorch layout for the recurrent ${kind} (known: LSTM, SimpleRNN)`,
      );
  }
}

import { charLstm } from '../engine/char-lstm';
import * as tf from '../engine/tf';
import { torchUniform } from './initializers';
import { seedSequence } from './seed-sequence';

export interface CharLstmLayerOptions {
  readonly name: string;
  /** How many characters there are. */
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  /** The input weights begin from U(±1/√inputFanIn). */
  readonly inputFanIn: number;
  /** Added to the forget gate's first bias to begin with. */
  readonly forgetBias: number;
  readonly seed: number;
}

/**
 * PyTorch's `nn.LSTM(vocabularySize, hiddenSize)` on one-hot characters given by number: [ids, lengths],
 * int32 [batch, time] and [batch], → the hidden state after each last character, [batch, hiddenSize].
 *
 * Weights have PyTorch's names, by default U(±1/√hiddenSize) to begin with; there are two biases, as there, since
 * an optimizer that moves both moves their sum twice as far.
 */
export class CharLstmLayer extends tf.layers.Layer {
  static className = 'CharLstm';
  private readonly options: CharLstmLayerOptions;

  constructor(options: CharLstmLayerOptions) {
    super({ name: options.name });
    this.options = options;
  }

  override build(): void {
    const { vocabularySize, hiddenSize, inputFanIn, forgetBias, seed } = this.options;
    const nextSeed = seedSequence(seed);
    const gates = 4 * hiddenSize;
    const shapes = {
      weight_ih_l0: [vocabularySize, gates],
      weight_hh_l0: [hiddenSize, gates],
      bias_ih_l0: [gates],
      bias_hh_l0: [gates],
    };
    for (const [name, shape] of Object.entries(shapes)) {
      const fanIn = name === 'weight_ih_l0' ? inputFanIn : hiddenSize;
      const weight = this.addWeight(name, shape, 'float32', torchUniform(fanIn, nextSeed()));
      if (name === 'bias_ih_l0' && forgetBias !== 0) {
        tf.tidy(() => {
          const onForgetGate = tf
            .fill([hiddenSize], forgetBias)
            .pad([[hiddenSize, 2 * hiddenSize]]);
          weight.write(weight.read().add(onForgetGate));
        });
      }
    }
    this.built = true;
  }

  override computeOutputShape([[batch]]: (number | null)[][]): (number | null)[] {
    return [batch, this.options.hiddenSize];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [ids, lengths] = inputs as tf.Tensor[];
      const [wIh, wHh, biasIh, biasHh] = this.weights.map((weight) => weight.read());
      return charLstm(ids, { wIh, wHh, bias: biasIh.add(biasHh) }, { lengths });
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.options };
  }
}

tf.serialization.registerClass(CharLstmLayer);

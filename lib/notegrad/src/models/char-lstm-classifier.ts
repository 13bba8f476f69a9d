import { checkCounts, checkNumbers } from '../checks';
import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import type { Seeded } from '../seeded';
import { CharLstmLayer } from './char-lstm-layer';
import { chain, layerFactory } from './layers';
import type { Model } from './model';
import { seedSequence } from './seed-sequence';

/** What `charLstmClassifier` is made of. */
export interface CharLstmClassifierOptions extends Seeded {
  /** How many characters there are. Default 128, ASCII. */
  readonly vocabularySize?: number;
  /** How many units the LSTM has. Default 128. */
  readonly hiddenSize?: number;
  /** Default 2. */
  readonly numClasses?: number;
  /**
   * The weights of the characters begin from U(±1/√inputFanIn). One-hot input has a single 1, so that 1
   * gives the gates sums of unit size. Default `hiddenSize`, as in PyTorch, whose sums begin a tenth as
   * large.
   */
  readonly inputFanIn?: number;
  /**
   * Added to the forget gate's bias to begin with: above 0, the cell remembers from the first step on
   * (Jozefowicz et al., "An empirical exploration of recurrent network architectures", 2015).
   * Default 0, as in PyTorch.
   */
  readonly forgetBias?: number;
  /** Probability of dropout between the last hidden state and the linear layer. Default 0. */
  readonly dropout?: number;
}

/**
 * A recurrent classifier: an LSTM over one-hot characters (Hochreiter and Schmidhuber, "Long short-term
 * memory", 1997) and a linear layer on its last hidden state. Takes [ids, lengths], int32 [batch, time]
 * (any time, each id below `vocabularySize`) and [batch] (how many characters of each row count); gives
 * logits [batch, numClasses].
 *
 * Layers are 'lstm' and 'fc'. Parameters, v characters and h hidden units: 4·h·(v + h + 2) and
 * h·numClasses + numClasses; 132,354 with the defaults.
 */
export function charLstmClassifier(
  options: CharLstmClassifierOptions = {},
): Model<[tf.Tensor2D, tf.Tensor1D], tf.Tensor2D> {
  const {
    vocabularySize = 128,
    hiddenSize = 128,
    numClasses = 2,
    inputFanIn = hiddenSize,
    forgetBias = 0,
    dropout = 0,
    seed = 0,
    ...unknown
  } = optionsOf('charLstmClassifier', options);
  refuseUnknown('charLstmClassifier', unknown);
  checkCounts({ vocabularySize, hiddenSize, numClasses, inputFanIn }, ModelError);
  checkNumbers({ dropout }, ModelError, 0, 1);
  checkNumbers({ forgetBias }, ModelError);
  const nextSeed = seedSequence(seed);
  const ids = tf.input({ shape: [null], dtype: 'int32' });
  const lengths = tf.input({ shape: [], dtype: 'int32' });
  const lstm = new CharLstmLayer({
    name: 'lstm',
    vocabularySize,
    hiddenSize,
    inputFanIn,
    forgetBias,
    seed: nextSeed(),
  });
  const layers = layerFactory({ seed: nextSeed() });
  const last = lstm.apply([ids, lengths]) as tf.SymbolicTensor;
  const logits = chain(last, [
    ...(dropout > 0 ? [layers.dropout(dropout)] : []),
    layers.linear('fc', hiddenSize, numClasses),
  ]);
  return tf.model({ inputs: [ids, lengths], outputs: logits, name: 'char-lstm' });
}

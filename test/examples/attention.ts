import * as tf from '../../lib/notegrad/src/engine/tf';

const LENGTH = 4;
const NUM_SYMBOLS = 5;
const START = NUM_SYMBOLS;

/** The last time step of a sequence, for the decoder's first state. */
class GetLastTimestepLayer extends tf.layers.Layer {
  static className = 'GetLastTimestepLayer';

  override computeOutputShape([batch, , units]: tf.Shape): tf.Shape {
    return [batch, units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const input = Array.isArray(inputs) ? inputs[0] : inputs;
    const [batch, length, units] = input.shape;
    return input.gather([length - 1], 1).reshape([batch, units]);
  }
}
tf.serialization.registerClass(GetLastTimestepLayer);

function createModel(): tf.LayersModel {
  const units = 16;
  const embedding = { outputDim: 8, inputLength: LENGTH };
  const encoderInput = tf.input({ shape: [LENGTH] });
  const encoded = tf.layers
    .lstm({ units, returnSequences: true })
    .apply(
      tf.layers.embedding({ inputDim: NUM_SYMBOLS, ...embedding }).apply(encoderInput),
    ) as tf.SymbolicTensor;
  const last = new GetLastTimestepLayer({ name: 'encoder_last' }).apply(
    encoded,
  ) as tf.SymbolicTensor;

  const decoderInput = tf.input({ shape: [LENGTH] });
  const embedded = tf.layers
    .embedding({ inputDim: NUM_SYMBOLS + 1, ...embedding })
    .apply(decoderInput) as tf.SymbolicTensor;
  const decoded = tf.layers
    .lstm({ units, returnSequences: true })
    .apply(embedded, { initialState: [last, last] }) as tf.SymbolicTensor;

  const scores = tf.layers.dot({ axes: [2, 2] }).apply([decoded, encoded]);
  const attention = tf.layers
    .activation({ activation: 'softmax', name: 'attention' })
    .apply(scores);
  const context = tf.layers.dot({ axes: [2, 1] }).apply([attention as tf.SymbolicTensor, encoded]);
  const joined = tf.layers.concatenate().apply([context as tf.SymbolicTensor, decoded]);
  const hidden = tf.layers
    .timeDistributed({ layer: tf.layers.dense({ units, activation: 'tanh' }) })
    .apply(joined);
  const output = tf.layers
    .timeDistributed({ layer: tf.layers.dense({ units: NUM_SYMBOLS, activation: 'softmax' }) })
    .apply(hidden);
  return tf.model({ inputs: [encoderInput, decoderInput], outputs: output as tf.SymbolicTensor });
}

/** Sequences turned round, with attention: as tfjs-examples/date-conversion-attention. */
export async function attention(): Promise<{ losses: number[]; accuracy: number }> {
  const ids = tf.randomUniform([96, LENGTH], 0, NUM_SYMBOLS, 'int32') as tf.Tensor2D;
  const turned = ids.reverse(1);
  const shifted = tf.concat(
    [tf.fill([96, 1], START, 'int32'), turned.slice([0, 0], [96, LENGTH - 1])],
    1,
  );
  const y = tf.oneHot(turned as tf.Tensor2D, NUM_SYMBOLS);
  const model = createModel();
  model.compile({ loss: 'categoricalCrossentropy', optimizer: tf.train.adam(0.01) });
  const { history } = await model.fit([ids.toFloat(), shifted.toFloat()], y, {
    epochs: 30,
    batchSize: 24,
    verbose: 0,
  });
  const predicted = model.predict([ids.toFloat(), shifted.toFloat()]) as tf.Tensor;
  const accuracy = predicted.argMax(-1).equal(turned.toInt()).mean().dataSync()[0];
  return { losses: history.loss as number[], accuracy };
}

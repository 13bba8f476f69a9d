import * as tf from '../../lib/notegrad/src/engine/tf';

const TEXT = 'the quick brown fox jumps over the lazy dog and '.repeat(3);
const LENGTH = 8;

/** A text that is continued letter by letter: as tfjs-examples/lstm-text-generation. */
export async function textLstm(): Promise<{ losses: number[]; generated: string; text: string }> {
  const letters = [...new Set(TEXT)];
  const indices = [...TEXT].map((letter) => letters.indexOf(letter));
  const starts = Array.from({ length: 48 }, (_, i) => i);
  const xs = tf.oneHot(
    tf.tensor2d(
      starts.map((start) => indices.slice(start, start + LENGTH)),
      undefined,
      'int32',
    ),
    letters.length,
  );
  const ys = tf.oneHot(
    tf.tensor1d(
      starts.map((start) => indices[start + LENGTH]),
      'int32',
    ),
    letters.length,
  );

  const model = tf.sequential();
  model.add(tf.layers.lstm({ units: 24, inputShape: [LENGTH, letters.length] }));
  model.add(tf.layers.dense({ units: letters.length, activation: 'softmax' }));
  model.compile({ optimizer: tf.train.rmsprop(0.02), loss: 'categoricalCrossentropy' });
  const losses: number[] = [];
  await model.fit(xs, ys, {
    epochs: 40,
    batchSize: 16,
    verbose: 0,
    callbacks: { onBatchEnd: async (_, logs) => void losses.push(logs!.loss) },
  });

  let generated = TEXT.slice(0, LENGTH);
  for (let i = 0; i < 40; i++) {
    const next = tf.tidy(() => {
      const seen = [...generated.slice(-LENGTH)].map((letter) => letters.indexOf(letter));
      const input = tf.oneHot(tf.tensor2d([seen], undefined, 'int32'), letters.length);
      const probabilities = (model.predict(input) as tf.Tensor).squeeze() as tf.Tensor1D;
      // At a low temperature, drawing takes the likeliest letter.
      return tf
        .multinomial(probabilities.log().div(0.05) as tf.Tensor1D, 1, 1, false)
        .dataSync()[0];
    });
    generated += letters[next];
  }
  return { losses, generated, text: TEXT };
}

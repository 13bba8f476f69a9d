import * as tf from '../../lib/notegrad/src/engine/tf';

const CHARACTERS = '0123456789+ ';
const [QUESTION_LENGTH, ANSWER_LENGTH] = [3, 2];

function encode(texts: string[]): tf.Tensor3D {
  const ids = texts.map((text) => [...text].map((character) => CHARACTERS.indexOf(character)));
  return tf.oneHot(tf.tensor2d(ids, undefined, 'int32'), CHARACTERS.length) as tf.Tensor3D;
}

function decode(probabilities: tf.Tensor): string[] {
  const ids = probabilities.argMax(-1).arraySync() as number[][];
  return ids.map((row) => row.map((id) => CHARACTERS[id]).join(''));
}

/** Sums of digits, read and written as text: as tfjs-examples/addition-rnn. */
export async function additionRnn(): Promise<{ numRight: number; numQuestions: number }> {
  const digits = Array.from({ length: 5 }, (_, i) => i);
  const sums = digits.flatMap((a) => digits.map((b) => [a, b]));
  const questions = sums.map(([a, b]) => `${a}+${b}`);
  const answers = sums.map(([a, b]) => `${a + b}`.padEnd(ANSWER_LENGTH, ' '));

  const model = tf.sequential();
  model.add(tf.layers.lstm({ units: 32, inputShape: [QUESTION_LENGTH, CHARACTERS.length] }));
  model.add(tf.layers.repeatVector({ n: ANSWER_LENGTH }));
  model.add(tf.layers.lstm({ units: 32, returnSequences: true }));
  model.add(tf.layers.timeDistributed({ layer: tf.layers.dense({ units: CHARACTERS.length }) }));
  model.add(tf.layers.activation({ activation: 'softmax' }));
  model.compile({
    loss: 'categoricalCrossentropy',
    optimizer: tf.train.adam(0.02),
    metrics: ['accuracy'],
  });
  const [x, y] = [encode(questions), encode(answers)];
  await model.fit(x, y, { epochs: 150, batchSize: 25, verbose: 0 });
  const written = decode(model.predict(x) as tf.Tensor);
  return {
    numRight: written.filter((answer, i) => answer === answers[i]).length,
    numQuestions: questions.length,
  };
}

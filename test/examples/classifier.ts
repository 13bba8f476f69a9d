import * as tf from '../../lib/notegrad/src/engine/tf';

/** Flowers of three kinds, told apart with `model.fit`: as tfjs-examples/iris. */
export async function classifier(): Promise<{ losses: number[]; accuracy: number }> {
  const centres = tf.tensor2d([
    [1, 0, 0, 1],
    [0, 1, 0, -1],
    [-1, -1, 1, 0],
  ]);
  const kinds = tf.range(0, 90, 1, 'int32').mod(tf.scalar(3, 'int32'));
  const x = centres.gather(kinds as tf.Tensor1D).add(tf.randomNormal([90, 4], 0, 0.3));
  const y = tf.oneHot(kinds, 3);

  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 10, activation: 'sigmoid', inputShape: [4] }));
  model.add(tf.layers.dense({ units: 3, activation: 'softmax' }));
  model.compile({
    optimizer: tf.train.adam(0.05),
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const losses: number[] = [];
  await model.fit(x, y, {
    epochs: 20,
    batchSize: 15,
    validationSplit: 0.2,
    verbose: 0,
    callbacks: { onEpochEnd: (_, logs) => void losses.push(logs!.val_loss) },
  });
  const [, accuracy] = model.evaluate(x, y) as tf.Scalar[];
  return { losses, accuracy: (await accuracy.data())[0] };
}

import { registerNative } from '../../lib/notegrad/src/engine/native/register';
import { seedRandom } from '../../lib/notegrad/src/engine/random';
import * as tf from '../../lib/notegrad/src/engine/tf';

/**
 * Trains a small network with convolutions, batch normalisation and an LSTM on the native engine.
 *
 * @returns The loss of every step, to the last bit, and a checksum of the weights.
 */
export async function trainSmallNetwork(steps: number): Promise<{ losses: number[]; sum: number }> {
  tf.enableProdMode();
  registerNative();
  await tf.setBackend('native');
  seedRandom(1);
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [10, 10, 1], filters: 16, kernelSize: 3, activation: 'relu' }),
      tf.layers.batchNormalization(),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.conv2d({ filters: 12, kernelSize: 3, activation: 'relu', padding: 'same' }),
      tf.layers.reshape({ targetShape: [4, 48] }),
      tf.layers.lstm({ units: 9 }),
      tf.layers.dense({ units: 5 }),
    ],
  });
  const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const optimizer = tf.train.adam(0.01);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const loss = tf.tidy(() => {
      const x = tf.randomNormal([8, 10, 10, 1]);
      const labels = tf.oneHot(tf.argMax(tf.slice(tf.reshape(x, [8, 100]), [0, 0], [8, 5]), 1), 5);
      const cost = () =>
        tf.losses.softmaxCrossEntropy(labels, model.apply(x, { training: true }) as tf.Tensor);
      return optimizer.minimize(cost as () => tf.Scalar, true, weights)!.dataSync()[0];
    });
    losses.push(loss);
  }
  const sum = model.getWeights().reduce((total, w) => total + tf.sum(w).dataSync()[0], 0);
  return { losses, sum };
}

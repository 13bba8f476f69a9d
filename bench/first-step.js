// Prints the seconds from the first line to the end of a first training step, as a notebook has it.
const startedAt = performance.now();
const { engine, tf, mlp, forward, crossEntropy } = require('notegrad');

async function main() {
  await engine();
  const model = mlp({ seed: 1 });
  const optimizer = tf.train.adam(0.001);
  const x = tf.randomUniform([64, 28, 28, 1], 0, 1, 'float32', 1);
  const y = tf.zeros([64], 'int32');
  const loss = optimizer.minimize(() => crossEntropy(y, forward(model, x)), true);
  loss.dataSync();
  console.log(`seconds: ${(performance.now() - startedAt) / 1000}`);
}

main();

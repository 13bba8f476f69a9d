// Trains an MLP on random numbers and prints the milliseconds a step; waits for a line before it starts.
const { engine, tf, mlp, forward, crossEntropy, compileStep } = require('notegrad');

const SECONDS = 2;
const WARM_UP = 200;

async function main() {
  await engine();
  const model = mlp({ seed: 1 });
  const optimizer = tf.train.adam(0.001);
  const x = tf.randomUniform([64, 28, 28, 1], 0, 1, 'float32', 1);
  const y = tf.randomUniform([64], 0, 10, 'int32', 1);
  const step = compileStep(() =>
    optimizer.minimize(() => crossEntropy(y, forward(model, x)), true),
  );
  const train = () => {
    const loss = step();
    loss.dataSync();
    loss.dispose();
  };
  for (let i = 0; i < WARM_UP; i++) train();
  console.log('ready');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  const startedAt = performance.now();
  let numSteps = 0;
  // Long enough for the system to give two that were woken by one a core each.
  while (performance.now() - startedAt < 1000 * SECONDS) {
    train();
    numSteps++;
  }
  console.log(`ms: ${(performance.now() - startedAt) / numSteps}`);
  process.stdin.destroy();
}

main();

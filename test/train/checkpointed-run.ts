import { registerNative } from '../../lib/src/engine/native/register';
import * as tf from '../../lib/src/engine/tf';
import { forward, trainableVariables } from '../../lib/src/models/model';
import { fit, gradientStep } from '../../lib/src/train/fit';

export interface CheckpointedRun {
  readonly engine: 'cpu' | 'native';
  readonly numEpochs: number;
  readonly file?: string;
  readonly everySteps?: number;
  readonly settings?: Record<string, number>;
  readonly width?: number;
  readonly millisecondsPerStep?: number;
  readonly failOnStep?: boolean;
}

/** What must not depend on stops: the losses, the metrics and the weights at the end. */
export interface Outcome {
  readonly steps: number[];
  readonly epochs: number[];
  readonly probe: number[];
  readonly weights: number[];
}

type Samples = { x: tf.Tensor2D; y: tf.Tensor2D };

/**
 * A small run with everything that a checkpoint has to keep: dropout and noise (random numbers),
 * batch normalisation (running statistics), Adam (moments and bias corrections).
 */
export async function runCheckpointed({
  engine,
  numEpochs,
  file,
  everySteps,
  settings,
  width = 8,
  millisecondsPerStep = 0,
  failOnStep = false,
}: CheckpointedRun): Promise<Outcome> {
  if (engine === 'native') registerNative();
  await tf.setBackend(engine);
  const model = tf.sequential({
    layers: [
      tf.layers.dense({
        name: 'fc1',
        units: width,
        inputShape: [4],
        kernelInitializer: tf.initializers.randomNormal({ seed: 1 }),
      }),
      tf.layers.batchNormalization({ name: 'bn1' }),
      tf.layers.dropout({ rate: 0.3 }),
      tf.layers.dense({
        name: 'fc2',
        units: 1,
        kernelInitializer: tf.initializers.randomNormal({ seed: 2 }),
      }),
    ],
  });
  const optimizer = tf.train.adam(0.01);
  const step = gradientStep(
    optimizer,
    ({ x, y }: Samples) => {
      const noisy = x.add<tf.Tensor2D>(tf.randomNormal(x.shape, 0, 0.1));
      return forward(model, noisy, { training: true }).sub(y).square().mean<tf.Scalar>();
    },
    trainableVariables(model),
  );
  const probe = tf.ones([1, 4]);
  const history = await fit<Samples>({
    batches: (epoch) => samples(epoch),
    step: failOnStep
      ? () => {
          throw new Error('a step was made');
        }
      : (batch) => {
          pause(millisecondsPerStep);
          return step(batch);
        },
    numEpochs,
    validate: () => ({ probe: tf.tidy(() => forward(model, probe).dataSync()[0]) }),
    showProgress: false,
    // A pause in a step would not be replayed.
    compile: millisecondsPerStep === 0,
    seed: 7,
    ...(file && {
      checkpoint: { file, models: [model], optimizers: [optimizer], everySteps, settings },
    }),
  });
  const weights = model.weights.flatMap((weight) => [...weight.read().dataSync()]);
  tf.dispose(probe);
  optimizer.dispose();
  model.dispose();
  return {
    steps: history.steps.loss,
    epochs: history.epochs.loss,
    probe: history.epochs.probe,
    weights,
  };
}

function* samples(epoch: number): Generator<Samples> {
  for (let batch = 0; batch < 5; batch++) {
    const x = tf.tensor2d(
      Float32Array.from({ length: 24 }, (_, i) => Math.sin(i + 7 * batch + 31 * epoch)),
      [6, 4],
    );
    yield { x, y: tf.tidy(() => x.sum(1, true).tanh() as tf.Tensor2D) };
  }
}

function pause(milliseconds: number): void {
  if (milliseconds > 0) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  }
}

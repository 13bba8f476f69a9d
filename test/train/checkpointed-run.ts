import * as tf from '../../lib/notegrad/src/engine/tf';
import { forward, trainableVariables } from '../../lib/notegrad/src/models/model';
import { fit, gradientStep } from '../../lib/notegrad/src/train/fit';
import { engines } from '../support/engines';

/** Where an interrupt arrives: while the data are made, … */
export type Place = 'batches' | 'beforeStep' | 'step' | 'validate';

export interface CheckpointedRun {
  readonly engine: 'cpu' | 'native' | 'wasm';
  readonly numEpochs: number;
  readonly file?: string;
  readonly everySteps?: number;
  readonly settings?: Record<string, number>;
  readonly width?: number;
  readonly millisecondsPerStep?: number;
  readonly failOnStep?: boolean;
  /** Interrupts the run by a signal, at the step (or the epoch, in `validate`) of that number. */
  readonly interruption?: { readonly place: Place; readonly at: number };
}

/** What must not depend on stops: the losses, the metrics and the weights at the end. */
export interface Outcome {
  readonly steps: number[];
  readonly epochs: number[];
  readonly probe: number[];
  readonly weights: number[];
}

/** Whether the run was interrupted comes beside what does not depend on it. */
export interface StoppableOutcome {
  readonly interrupted: boolean;
  readonly outcome: Outcome;
}

type Samples = { x: tf.Tensor2D; y: tf.Tensor2D };

/**
 * A small run with everything that a checkpoint has to keep: dropout and noise (random numbers),
 * batch normalisation (running statistics), Adam (moments and bias corrections).
 */
export async function runCheckpointed(run: CheckpointedRun): Promise<Outcome> {
  return (await runInterruptibly(run)).outcome;
}

export async function runInterruptibly({
  engine,
  numEpochs,
  file,
  everySteps,
  settings,
  width = 8,
  millisecondsPerStep = 0,
  failOnStep = false,
  interruption,
}: CheckpointedRun): Promise<StoppableOutcome> {
  await engines[engine]();
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
      return forward(model, noisy).sub(y).square().mean<tf.Scalar>();
    },
    trainableVariables(model),
  );
  const probe = tf.ones([1, 4]);
  let steps = -1;
  let isInterrupted = false;
  const at = (place: Place, number: number) => {
    if (isInterrupted || interruption?.place !== place || interruption.at !== number) return;
    isInterrupted = true;
    process.kill(process.pid, 'SIGINT');
    pause(60); // longer than steps are made without a turn of the event loop
  };
  const history = await fit<Samples>({
    batches: (epoch) => samples(epoch, (batch) => at('batches', 5 * epoch + batch)),
    beforeStep: (number) => {
      steps = number;
      at('beforeStep', number);
    },
    step: failOnStep
      ? () => {
          throw new Error('a step was made');
        }
      : (batch) => {
          pause(millisecondsPerStep);
          at('step', steps);
          return step(batch);
        },
    numEpochs,
    validate: (epoch) => {
      at('validate', epoch);
      return { probe: tf.tidy(() => forward(model, probe).dataSync()[0]) };
    },
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
    interrupted: history.interrupted,
    outcome: {
      steps: history.steps.loss,
      epochs: history.epochs.loss,
      probe: history.epochs.probe,
      weights,
    },
  };
}

/** The order of the epoch, and noise in each batch, are from the run's sequence of random numbers. */
function* samples(epoch: number, onBatch: (batch: number) => void): Generator<Samples> {
  const [turn] = tf.tidy(() => tf.randomUniform([1], 0, 5, 'int32').dataSync());
  for (let batch = 0; batch < 5; batch++) {
    onBatch(batch);
    const number = (batch + turn) % 5;
    const x = tf.tidy(() =>
      tf
        .tensor2d(
          Float32Array.from({ length: 24 }, (_, i) => Math.sin(i + 7 * number + 31 * epoch)),
          [6, 4],
        )
        .add<tf.Tensor2D>(tf.randomNormal([6, 4], 0, 0.1)),
    );
    yield { x, y: tf.tidy(() => x.sum(1, true).tanh() as tf.Tensor2D) };
  }
}

function pause(milliseconds: number): void {
  if (milliseconds > 0) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  }
}

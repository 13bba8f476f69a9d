import { compileStep, withoutCompiling } from '../engine/native/compiler/compile-step';
import { seedRandom } from '../engine/random';
import * as tf from '../engine/tf';
import { duration, progress, silent } from '../progress';
import {
  type CheckpointOptions,
  type Position,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint';
import { emptyHistory, type History } from './history';
import { listenForInterruption } from './interruption';

/** One update of the weights; returns the loss of the batch. */
export type Step<B extends tf.TensorContainer> = (batch: B) => tf.Scalar;

/** The values that a validation gives, by metric name. */
export type Metrics = Record<string, number>;

export interface FitOptions<B extends tf.TensorContainer> {
  /** The batches of an epoch (0, 1, …); each is disposed after its step. */
  readonly batches: (epoch: number) => Iterable<B>;
  readonly step: Step<B>;
  /** How often the data are gone through. */
  readonly numEpochs: number;
  /** Called after each epoch; each value is kept under its name in `history.epochs`. */
  readonly validate?: (epoch: number) => Metrics | Promise<Metrics>;
  /**
   * Called before each step with the number of steps since the run began, e.g. to set a learning
   * rate. It runs also where the step itself is replayed.
   */
  readonly beforeStep?: (step: number) => void;
  /** What the progress line calls the run. Default `training`. */
  readonly title?: string;
  /** Whether a progress line is shown. Default true. */
  readonly showProgress?: boolean;
  /**
   * Whether the step may be recorded and replayed natively (see `compileStep`). Default true: a step
   * that cannot be recorded runs as it is.
   */
  readonly compile?: boolean;
  /** Begins the sequence of random tensors (dropout, noise) anew. Default: it goes on. */
  readonly seed?: number;
  /** Where the run is kept, so that after a stop of any kind it goes on. Default: nowhere. */
  readonly checkpoint?: CheckpointOptions;
}

/** Losses stay on the engine until so many are read together: reading waits for a GPU. */
const LOSSES_READ_TOGETHER = 32;
/** How long steps run before timers, signals and displays get their turn. */
const TURN_MS = 50;
const STEPS_BETWEEN_CHECKPOINTS = 500;

/**
 * Trains: runs `step` on every batch of every epoch and keeps the losses.
 *
 * Interrupting (Ctrl-C, or Jupyter's stop button) ends the run after the present step and returns
 * the history so far with `interrupted: true`. No tensor is left behind but what `step` keeps. With
 * a checkpoint, a run that was stopped, killed too, goes on with the same numbers as one that never
 * was; a run that is over gives its history at once.
 *
 * @throws when `numEpochs` is not a positive integer, an epoch has no batch, or the checkpoint is of
 *   another run
 */
export async function fit<B extends tf.TensorContainer>({
  batches,
  step,
  numEpochs,
  validate,
  beforeStep,
  title = 'training',
  showProgress = true,
  compile = true,
  seed,
  checkpoint,
}: FitOptions<B>): Promise<History> {
  if (!Number.isInteger(numEpochs) || numEpochs < 1) {
    throw new Error(`invalid number of epochs: ${numEpochs} (a positive integer)`);
  }
  if (seed !== undefined) seedRandom(seed);
  const history = emptyHistory();
  let position: Position = { epoch: 0, step: 0, seconds: 0 };
  if (checkpoint) position = (await readCheckpoint(checkpoint, history)) ?? position;

  const run = compile ? compileStep(step) : (batch: B) => withoutCompiling(() => step(batch));
  const line = showProgress ? progress(title, numEpochs) : silent;
  const interruption = listenForInterruption();
  const unreadLosses: tf.Scalar[] = [];
  const readLosses = () => {
    for (const loss of unreadLosses.splice(0)) {
      history.steps.loss.push(loss.dataSync()[0]);
      loss.dispose();
    }
  };
  const save = async () => {
    readLosses();
    if (checkpoint) await writeCheckpoint(checkpoint, history, position);
  };
  const { everySteps = STEPS_BETWEEN_CHECKPOINTS } = checkpoint ?? {};
  const startedAt = performance.now();
  let turnEndsAt = 0;
  let numBatches = 0;
  try {
    while (position.epoch < numEpochs && !interruption.requested) {
      const { epoch, step: stepsBefore, seconds: secondsBefore } = position;
      const firstStep = history.steps.loss.length - stepsBefore;
      const epochStartedAt = performance.now();
      let stepsDone = 0;
      for (const batch of batches(epoch)) {
        try {
          if (stepsDone++ < stepsBefore) continue;
          if (performance.now() >= turnEndsAt) {
            await nextTurn();
            turnEndsAt = performance.now() + TURN_MS;
          }
          if (interruption.requested) break;
          beforeStep?.(firstStep + stepsDone - 1);
          unreadLosses.push(tf.tidy(() => run(batch)));
        } finally {
          tf.dispose(batch);
        }
        const seconds = secondsBefore + (performance.now() - epochStartedAt) / 1000;
        position = { epoch, step: stepsDone, seconds };
        if (unreadLosses.length >= LOSSES_READ_TOGETHER) readLosses();
        if ((firstStep + stepsDone) % everySteps === 0) await save();
        const fraction = numBatches > 0 ? stepsDone / numBatches : 0;
        line.update(round(epoch + fraction), lossNote(history));
      }
      readLosses();
      if (interruption.requested) break;
      if (stepsDone === 0) throw new Error(`epoch ${epoch} has no batch: is the data set empty?`);
      numBatches = stepsDone;
      history.epochs.loss.push(mean(history.steps.loss.slice(firstStep)));
      history.epochs.seconds.push(position.seconds);
      const metrics = validate ? await validate(epoch) : {};
      for (const [name, value] of Object.entries(metrics)) {
        history.epochs[name] ??= [];
        history.epochs[name].push(value);
      }
      position = { epoch: epoch + 1, step: 0, seconds: 0 };
      line.update(epoch + 1, lossNote(history));
    }
    history.interrupted = interruption.requested;
    await save();
  } finally {
    interruption.release();
    tf.dispose(unreadLosses);
  }
  line.finish(summary(title, history, (performance.now() - startedAt) / 1000));
  return history;
}

/**
 * The usual step: the gradient of a loss with respect to the variables, handed to an optimizer.
 *
 * @param lossOf the mean loss of a batch
 * @param variables what the optimizer may change; default all trainable variables there are
 */
export function gradientStep<B extends tf.TensorContainer>(
  optimizer: tf.Optimizer,
  lossOf: (batch: B) => tf.Scalar,
  variables?: readonly tf.Variable[],
): Step<B> {
  const varList = variables && [...variables];
  return (batch) => optimizer.minimize(() => lossOf(batch), true, varList) as tf.Scalar;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function round(epochs: number): number {
  return Math.round(epochs * 10) / 10;
}

function lossNote({ steps }: History): string {
  const last = steps.loss.at(-1);
  return last === undefined ? '' : `loss ${last.toPrecision(4)}`;
}

function summary(title: string, { steps, epochs, interrupted }: History, seconds: number): string {
  const count = `${epochs.loss.length} epochs, ${steps.loss.length} steps in ${duration(seconds)}`;
  const lossText = epochs.loss.length > 0 ? `, loss ${epochs.loss.at(-1)?.toPrecision(4)}` : '';
  return `${title}: ${count}${lossText}${interrupted ? ' (stopped by hand)' : ''}`;
}

import { compileStep } from '../engine/native/compile-step';
import * as tf from '../engine/tf';
import { duration, progress, silent } from '../progress';
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
  /** What the progress line calls the run. Default `training`. */
  readonly title?: string;
  /** Whether a progress line is shown. Default true. */
  readonly showProgress?: boolean;
  /**
   * Whether the step may be recorded and replayed natively (see `compileStep`). Default true: a step
   * that cannot be recorded runs as it is.
   */
  readonly compile?: boolean;
}

/** Losses stay on the engine until so many are read together: reading waits for a GPU. */
const LOSSES_READ_TOGETHER = 32;
/** How long steps run before timers, signals and displays get their turn. */
const TURN_MS = 50;

/**
 * Trains: runs `step` on every batch of every epoch and keeps the losses.
 *
 * Interrupting (Ctrl-C, or Jupyter's stop button) ends the run after the present step and returns
 * the history so far with `interrupted: true`. No tensor is left behind but what `step` keeps.
 *
 * @throws when `numEpochs` is not a positive integer or an epoch has no batch
 */
export async function fit<B extends tf.TensorContainer>({
  batches,
  step,
  numEpochs,
  validate,
  title = 'training',
  showProgress = true,
  compile = true,
}: FitOptions<B>): Promise<History> {
  if (!Number.isInteger(numEpochs) || numEpochs < 1) {
    throw new Error(`invalid number of epochs: ${numEpochs} (a positive integer)`);
  }
  const history = emptyHistory();
  const run = compile ? compileStep(step) : step;
  const unreadLosses: tf.Scalar[] = [];
  const readLosses = () => {
    for (const loss of unreadLosses.splice(0)) {
      history.steps.loss.push(loss.dataSync()[0]);
      loss.dispose();
    }
  };
  const line = showProgress ? progress(title, numEpochs) : silent;
  const interruption = listenForInterruption();
  const startedAt = performance.now();
  try {
    let turnEndsAt = 0;
    let numBatches = 0;
    for (let epoch = 0; epoch < numEpochs && !interruption.requested; epoch++) {
      const firstStep = history.steps.loss.length;
      const epochStartedAt = performance.now();
      let done = 0;
      for (const batch of batches(epoch)) {
        if (performance.now() >= turnEndsAt) {
          await nextTurn();
          turnEndsAt = performance.now() + TURN_MS;
        }
        if (interruption.requested) {
          tf.dispose(batch);
          break;
        }
        try {
          unreadLosses.push(tf.tidy(() => run(batch)));
        } finally {
          tf.dispose(batch);
        }
        done++;
        if (unreadLosses.length >= LOSSES_READ_TOGETHER) readLosses();
        const fraction = numBatches > 0 ? done / numBatches : 0;
        line.update(round(epoch + fraction), lossNote(history));
      }
      readLosses();
      if (done === 0 && !interruption.requested) {
        throw new Error(`epoch ${epoch} has no batch: is the data set empty?`);
      }
      if (interruption.requested) break;
      numBatches = done;
      history.epochs.loss.push(mean(history.steps.loss.slice(firstStep)));
      history.epochs.seconds.push((performance.now() - epochStartedAt) / 1000);
      const metrics = validate ? await validate(epoch) : {};
      for (const [name, value] of Object.entries(metrics)) {
        history.epochs[name] ??= [];
        history.epochs[name].push(value);
      }
      line.update(epoch + 1, lossNote(history));
    }
    history.interrupted = interruption.requested;
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

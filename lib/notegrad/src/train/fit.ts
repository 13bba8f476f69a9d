import { checkFlags, checkFunctions, checkKnown, checkLists } from '../checks';
import type { Batch } from '../data/batches/batches';
import { described } from '../described';
import { compileStep, withoutCompiling } from '../engine/native/compiler/compile-step';
import { pureStep } from '../engine/native/compiler/pure-step';
import { randomState, seedRandom } from '../engine/random';
import * as tf from '../engine/tf';
import { TrainingError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import { duration } from '../progress';
import { checkSeed } from '../seeded';
import { Checkpoint, type CheckpointOptions } from './checkpoint';
import type { Position } from './checkpoint-notes';
import { epochFrom } from './epoch';
import { clipByNorm } from './gradient-clipping';
import { type Divergence, emptyHistory, type History } from './history';
import { listenForInterruption } from './interruption';
import { PendingLosses } from './pending-losses';
import { RunLine, type RunState } from './run-line';
import { expectOptimizer } from './schedules';

/** One update of the weights; returns the loss of the batch. */
export type Step<B extends tf.TensorContainer> = (batch: B) => tf.Scalar;

/** The values that a validation gives, by metric name. */
export type Metrics = Record<string, number>;

/** How `fit` trains. */
export interface FitOptions<B extends tf.TensorContainer> {
  /**
   * The batches of an epoch (0, 1, …); each is disposed after its step. Where they have a `length`, as
   * those of `batches` and arrays, the progress line says how much of the first epoch is left.
   */
  readonly batches: (epoch: number) => Iterable<B>;
  readonly step: Step<B>;
  /** How often the data are gone through. */
  readonly numEpochs: number;
  /** Called after each epoch; each value is kept under its name in `history.epochs`. */
  readonly validate?: (epoch: number) => Metrics | Promise<Metrics>;
  /**
   * Called before each step with the number of steps since the run began, e.g. to set a learning
   * rate.
   */
  readonly beforeStep?: (step: number) => void;
  /** What the progress line calls the run. Default `training`. */
  readonly title?: string;
  /** Whether a progress line is shown. Default true. */
  readonly showProgress?: boolean;
  /**
   * How what the step computes is compiled, which changes nothing but the time. By default its
   * JavaScript runs at every step, and only the computing is compiled (see `compileStep`), so that
   * whatever the step depends on may change. `true` promises that the JavaScript does the same at
   * each step but for the batch, variables, learning rates and native random numbers: it is then
   * left out, which pays for small networks (see `pureStep`). `false` compiles nothing.
   */
  readonly compile?: boolean;
  /** Begins the sequence of random tensors (dropout, noise) anew. Default: it goes on. */
  readonly seed?: number;
  /** Where the run is kept, so that after a stop of any kind it goes on. Default: nowhere. */
  readonly checkpoint?: CheckpointOptions;
  /**
   * What a loss that is NaN or infinite means: `stop` (default) ends the run and leaves the checkpoint
   * as it was before; `go on` says at which step it was and trains on. A checkpoint never holds
   * weights that are not finite.
   */
  readonly onNaN?: OnNaN;
}

/** What a loss that is not finite does to a run. */
export type OnNaN = 'stop' | 'go on';

/** How long steps run before timers, signals and displays get their turn. */
const TURN_MS = 50;
const STEPS_BETWEEN_CHECKPOINTS = 500;

/**
 * Trains: runs `step` on every batch of every epoch and keeps the losses.
 *
 * Interrupting (Ctrl-C, or Jupyter's stop button) ends the run after the present step and returns
 * the history so far with `interrupted: true`. A loss that is NaN or infinite ends it too, at most 32
 * steps later, since losses are read together: `diverged` says at which step it was. No tensor is left
 * behind but what `step` keeps. With a checkpoint, a run that was stopped, killed too, goes on with the
 * same numbers as one that never was; a run that is over gives its history at once.
 *
 * @throws when `numEpochs` is not a positive integer, an epoch has no batch or one that cannot be used,
 *   the step returns no scalar, a metric is no number, or the checkpoint is of another run
 */
export async function fit<B extends tf.TensorContainer>(options: FitOptions<B>): Promise<History> {
  const {
    batches,
    step,
    numEpochs,
    validate,
    beforeStep,
    title = 'training',
    showProgress = true,
    compile,
    seed,
    checkpoint: checkpointOptions,
    onNaN = 'stop',
    ...unknown
  } = optionsOf('fit', options);
  refuseUnknown('fit', unknown);
  const { everySteps = STEPS_BETWEEN_CHECKPOINTS } = checkpointOptions ?? {};
  checkFunctions({ batches, step }, TrainingError);
  checkFlags({ showProgress, compile }, TrainingError);
  checkKnown({ onNaN }, ['stop', 'go on'], TrainingError);
  if (validate !== undefined) checkFunctions({ validate }, TrainingError);
  if (beforeStep !== undefined) checkFunctions({ beforeStep }, TrainingError);
  checkCount('number of epochs', numEpochs);
  checkCount("checkpoint's everySteps", everySteps);
  if (seed !== undefined) {
    checkSeed(seed);
    seedRandom(seed);
  }
  const history = emptyHistory();
  const checkpoint = checkpointOptions && new Checkpoint(checkpointOptions);
  let position = (await checkpoint?.read(history)) ?? beginningOf(0);
  let firstStep = history.steps.loss.length - position.step;
  let numBatches = position.epoch > 0 ? firstStep / position.epoch : undefined;

  const { run, check } = compiled(step, compile);
  const state = (): RunState => ({ ...position, numBatches, numSteps: firstStep + position.step });
  const line = new RunLine(state(), { title, numEpochs, isShown: showProgress });
  // In the synchronous part of a notebook's cell a listener does not hear the signal.
  await nextTurn();
  const interruption = listenForInterruption();
  const warn = warnings(title);
  const losses = new PendingLosses(history, (divergence) =>
    warn(divergenceNote(divergence, onNaN, checkpointOptions?.file)),
  );
  const mustStop = () => interruption.requested || (losses.haveDiverged && onNaN === 'stop');
  const save = async () => {
    losses.read(position.epoch);
    if (!checkpoint || (losses.haveDiverged && onNaN === 'stop')) return;
    const unsound = await checkpoint.write(history, position);
    if (unsound !== null) warn(unsoundNote(unsound, checkpointOptions?.file));
  };
  const startedAt = performance.now();
  let turnEndsAt = performance.now() + TURN_MS;
  try {
    while (position.epoch < numEpochs && !mustStop()) {
      const { epoch, step: stepsBefore, seconds: secondsBefore, beganAt } = position;
      firstStep = history.steps.loss.length - stepsBefore;
      const epochStartedAt = performance.now();
      const left = epochFrom({ epoch, batches, stepsBefore, beganAt });
      numBatches = left.numBatches ?? numBatches;
      line.update(state(), history.steps.loss.at(-1));
      check();
      for (const batch of left) {
        const number = firstStep + position.step;
        try {
          beforeStep?.(number);
          losses.add(tf.tidy(() => scalarLoss(run(batch))));
        } finally {
          tf.dispose(batch);
        }
        const seconds = secondsBefore + (performance.now() - epochStartedAt) / 1000;
        position = { ...position, step: position.step + 1, seconds };
        losses.readIfDue(epoch);
        if ((number + 1) % everySteps === 0) await save();
        line.update(state(), history.steps.loss.at(-1));
        if (performance.now() >= turnEndsAt) {
          await nextTurn();
          turnEndsAt = performance.now() + TURN_MS;
        }
        if (mustStop()) break;
      }
      losses.read(epoch);
      if (mustStop()) break;
      numBatches = position.step;
      history.epochs.loss.push(mean(history.steps.loss.slice(firstStep)));
      history.epochs.seconds.push(position.seconds);
      const metrics = validate ? await validate(epoch) : {};
      for (const [name, value] of Object.entries(checked(metrics))) {
        history.epochs[name] ??= [];
        history.epochs[name].push(value);
      }
      position = beginningOf(epoch + 1);
    }
    history.interrupted = interruption.requested && position.epoch < numEpochs;
    await save();
    line.finish(summary(title, history, (performance.now() - startedAt) / 1000));
  } catch (error) {
    line.finish(`${title}: failed in step ${position.step} of epoch ${position.epoch}`);
    throw error;
  } finally {
    interruption.release();
    losses.dispose();
  }
  return history;
}

function compiled<B, R>(step: (batch: B) => R, compile: boolean | undefined) {
  if (compile === true) {
    const run = pureStep(step);
    return { run, check: run.check };
  }
  const plain = (batch: B) => withoutCompiling(() => step(batch));
  return { run: compile === false ? plain : compileStep(step), check: () => {} };
}

/** What `gradientStep` does to gradients. */
export interface GradientStepOptions {
  /** Scales the gradients down together where their norm is above this. Default: as they are. */
  readonly maxNorm?: number;
}

/**
 * The usual step: the gradient of a loss with respect to the variables, handed to an optimizer. In
 * `lossOf`, `forward` is in training mode.
 *
 * @param lossOf the mean loss of a batch, by default one of images and labels as `batches` makes it
 * @param variables what the optimizer may change; default all trainable variables there are
 * @throws when the optimizer is none, or `maxNorm` not above 0
 */
export function gradientStep<B extends tf.TensorContainer = Batch>(
  optimizer: tf.Optimizer,
  lossOf: (batch: B) => tf.Scalar,
  variables?: readonly tf.Variable[],
  options: GradientStepOptions = {},
): Step<B> {
  const { maxNorm, ...unknown } = optionsOf('gradientStep', options);
  refuseUnknown('gradientStep', unknown);
  if (maxNorm !== undefined && !(maxNorm > 0)) {
    throw new TrainingError(`invalid maxNorm: ${maxNorm} (above 0)`);
  }
  checkFunctions({ lossOf }, TrainingError);
  expectOptimizer(optimizer);
  if (variables !== undefined) checkLists({ variables }, TrainingError);
  const varList = variables && [...variables];
  if (maxNorm === undefined) {
    return (batch) => optimizer.minimize(() => lossOf(batch), true, varList) as tf.Scalar;
  }
  return (batch) => {
    const { value, grads } = optimizer.computeGradients(() => lossOf(batch), varList);
    const clipped = clipByNorm(grads, maxNorm);
    optimizer.applyGradients(clipped);
    tf.dispose([grads, clipped]);
    return value;
  };
}

function checkCount(what: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new TrainingError(`invalid ${what}: ${count} (a positive integer)`);
}

function beginningOf(epoch: number): Position {
  return { epoch, step: 0, seconds: 0, beganAt: randomState() };
}

/** A copy of the loss, since what the step returned may be its own to keep. */
function scalarLoss(loss: unknown): tf.Scalar {
  if (loss instanceof tf.Tensor && !loss.isDisposed && loss.size === 1) return loss.clone();
  throw new TrainingError(`the step must return its loss, a scalar tensor, not ${described(loss)}`);
}

function checked(metrics: unknown): Metrics {
  if (typeof metrics !== 'object' || metrics === null) {
    throw new TrainingError(`validate must return metrics by name, not ${described(metrics)}`);
  }
  for (const [name, value] of Object.entries(metrics)) {
    if (name === 'loss' || name === 'seconds') {
      throw new TrainingError(
        `a metric cannot be called ${name}, as the run's own: validation${name === 'loss' ? 'Loss' : 'Seconds'}?`,
      );
    }
    if (typeof value !== 'number') {
      throw new TrainingError(`the metric ${name} must be a number, not ${described(value)}`);
    }
  }
  return metrics as Metrics;
}

/** Says each warning of a run once. */
function warnings(title: string): (warning: string) => void {
  const said = new Set<string>();
  return (warning) => {
    if (!said.has(warning)) console.warn(`${title}: ${warning}`);
    said.add(warning);
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function divergenceNote({ epoch, step, loss }: Divergence, onNaN: OnNaN, file?: string): string {
  const where = `the loss is ${loss} at step ${step} (epoch ${epoch}, both counted from 0)`;
  if (onNaN === 'go on') return where;
  const kept = file === undefined ? '' : `; ${file} stays as it was before`;
  return `${where}: the run stops here${kept} (onNaN: 'go on' would train on)`;
}

function unsoundNote(weight: string, file = ''): string {
  return `${weight} holds numbers that are not finite: ${file} stays as it was before`;
}

function summary(title: string, history: History, seconds: number): string {
  const { steps, epochs, interrupted, diverged } = history;
  const count = `${epochs.loss.length} epochs, ${steps.loss.length} steps in ${duration(seconds)}`;
  const lossText = epochs.loss.length > 0 ? `, loss ${epochs.loss.at(-1)?.toPrecision(4)}` : '';
  const nan = diverged ? ` (loss ${diverged.loss} at step ${diverged.step})` : '';
  return `${title}: ${count}${lossText}${nan}${interrupted ? ' (stopped by hand)' : ''}`;
}

import { type Progress, progress, silent } from '../progress';

/** How far a run has come. */
export interface RunState {
  readonly epoch: number;
  /** Steps done in that epoch. */
  readonly step: number;
  /** How many batches an epoch has; undefined where that is not known yet. */
  readonly numBatches: number | undefined;
  /** Steps done since the run began. */
  readonly numSteps: number;
}

export interface RunLineOptions {
  readonly title: string;
  readonly numEpochs: number;
  readonly isShown: boolean;
}

/** The progress line of a run: its epoch and step, the last loss, and how long it will take. */
export class RunLine {
  private readonly line: Progress;
  private readonly startedAt = Date.now();

  /** @param start where the run goes on */
  constructor(
    private readonly start: RunState,
    private readonly options: RunLineOptions,
  ) {
    const { title, numEpochs, isShown } = options;
    this.line = isShown ? progress(title, numEpochs, { from: epochsDone(start) }) : silent;
  }

  update(state: RunState, loss: number | undefined): void {
    const { epoch, step, numBatches, numSteps } = state;
    const rate = (1000 * (numSteps - this.start.numSteps)) / (Date.now() - this.startedAt);
    const isRateNews = numBatches === undefined && rate > 0 && Number.isFinite(rate);
    const notes = [
      ...(loss === undefined ? [] : [`loss ${loss.toPrecision(4)}`]),
      ...(isRateNews ? [`${Number(rate.toPrecision(2))} steps/s`] : []),
    ];
    const ofBatches = numBatches === undefined ? '' : `/${numBatches}`;
    const count = `epoch ${epoch + 1}/${this.options.numEpochs}, step ${step}${ofBatches}`;
    this.line.update(epochsDone(state), notes.join('  '), count);
  }

  finish(line: string): void {
    this.line.finish(line);
  }
}

function epochsDone({ epoch, step, numBatches }: RunState): number {
  return epoch + (numBatches === undefined ? 0 : Math.min(1, step / numBatches));
}

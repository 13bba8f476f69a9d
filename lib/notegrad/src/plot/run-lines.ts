import { PlotError } from '../errors';
import { type Curve, runningMean, thinned } from './curve-points';
import { type OverSeeds, overSeeds } from './seed-bands';

/** What `fit` returns, as far as it is plotted. */
export interface RunHistory {
  readonly steps: { readonly loss: readonly number[] };
  readonly epochs: Readonly<Record<string, readonly number[]>>;
}

/** What curves are drawn against. */
export type Axis = 'steps' | 'epochs';

/** One curve of a run: the values by epoch, or each step's (`raw`) and their running mean. */
export interface Line extends Curve {
  /** The number of its run. */
  readonly run: number;
  readonly style: 'training' | 'validation' | 'raw';
}

/** A run by its name and number, with the histories of its seeds. */
export interface Run {
  readonly name: string;
  readonly number: number;
  readonly seeds: readonly RunHistory[];
}

const MOST_POINTS = 500;

/** The curves of a run by epoch. @throws when it has no training value */
export function epochLines(run: Run, training: string, validation: string | undefined): Line[] {
  requireEpochs(run, training);
  if (run.seeds[0].epochs[training].length === 0) {
    throw new PlotError(`run ${run.name} has no epoch to plot`);
  }
  const line = (metric: string, style: Line['style']): Line => {
    const { mean, deviation } = ofSeeds(run, (history) => history.epochs[metric]);
    return { run: run.number, style, x: mean.map((_, i) => i + 1), y: mean, deviation };
  };
  return [
    line(training, 'training'),
    ...(validation && hasEpochs(run, validation) ? [line(validation, 'validation')] : []),
  ];
}

/** The curves of a run by training step, thinned to what can be seen. @throws when it has no step */
export function stepLines(
  run: Run,
  validation: string | undefined,
  smoothing: number | undefined,
): Line[] {
  const [{ steps, epochs }] = run.seeds;
  const { loss } = steps;
  if (loss.length === 0) throw new PlotError(`run ${run.name} has no step to plot`);
  const x = loss.map((_, i) => i + 1);
  const window = smoothing ?? Math.max(1, Math.round(loss.length / 50));
  const { mean, deviation } = ofSeeds(run, (history) => runningMean(history.steps.loss, window));
  const lines: Line[] = [
    { run: run.number, style: 'training', ...thinned({ x, y: mean, deviation }, MOST_POINTS) },
  ];
  if (window > 1 && run.seeds.length === 1) {
    lines.unshift({ run: run.number, style: 'raw', ...thinned({ x, y: loss }, MOST_POINTS) });
  }
  if (validation && hasEpochs(run, validation)) {
    const validated = ofSeeds(run, (history) => history.epochs[validation]);
    const stepsAnEpoch = Math.round(
      loss.length / Math.max(validated.mean.length, epochs.loss?.length ?? 0),
    );
    lines.push({
      run: run.number,
      style: 'validation',
      x: validated.mean.map((_, i) => (i + 1) * stepsAnEpoch),
      y: validated.mean,
      deviation: validated.deviation,
    });
  }
  return lines;
}

/** @throws PlotError when a seed of the run has no such metric by epoch */
export function requireEpochs(run: Run, metric: string): void {
  for (const { epochs } of run.seeds) {
    if (epochs[metric]) continue;
    const known = Object.keys(epochs).join(', ');
    throw new PlotError(`run ${run.name} has no ${metric} by epoch (it has ${known || 'nothing'})`);
  }
}

function ofSeeds(run: Run, values: (history: RunHistory) => readonly number[]): OverSeeds {
  return overSeeds(run.seeds.map(values), `run ${run.name}`);
}

function hasEpochs(run: Run, metric: string): boolean {
  return run.seeds.every(({ epochs }) => epochs[metric] !== undefined);
}

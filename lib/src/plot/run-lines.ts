import { type Curve, runningMean, thinned } from './curve-points';

/** What `fit` returns, as far as it is plotted. */
export interface RunHistory {
  readonly steps: { readonly loss: readonly number[] };
  readonly epochs: Readonly<Record<string, readonly number[]>>;
}

/** What curves are drawn against. */
export type Axis = 'steps' | 'epochs';

/** One curve of a run: the values by epoch, or each step's (`raw`) and their running mean. */
export interface Line extends Curve {
  readonly run: string;
  readonly style: 'training' | 'validation' | 'raw';
}

const MOST_POINTS = 500;

/** The curves of a run by epoch. @throws when it has no training value */
export function epochLines(
  run: string,
  { epochs }: RunHistory,
  training: string,
  validation: string | undefined,
): Line[] {
  const values = epochs[training];
  if (!values) {
    const known = Object.keys(epochs).join(', ');
    throw new Error(`run ${run} has no ${training} by epoch (it has ${known || 'nothing'})`);
  }
  if (values.length === 0) throw new Error(`run ${run} has no epoch to plot`);
  const line = (y: readonly number[], style: Line['style']): Line => ({
    run,
    style,
    x: y.map((_, i) => i + 1),
    y,
  });
  const validationValues = validation && epochs[validation];
  return [
    line(values, 'training'),
    ...(validationValues ? [line(validationValues, 'validation')] : []),
  ];
}

/** The curves of a run by training step, thinned to what can be seen. @throws when it has no step */
export function stepLines(
  run: string,
  { steps, epochs }: RunHistory,
  validation: string | undefined,
  smoothing: number | undefined,
): Line[] {
  const { loss } = steps;
  if (loss.length === 0) throw new Error(`run ${run} has no step to plot`);
  const x = loss.map((_, i) => i + 1);
  const window = smoothing ?? Math.max(1, Math.round(loss.length / 50));
  const smooth = { x, y: runningMean(loss, window) };
  const lines: Line[] = [{ run, style: 'training', ...thinned(smooth, MOST_POINTS) }];
  if (window > 1) lines.unshift({ run, style: 'raw', ...thinned({ x, y: loss }, MOST_POINTS) });
  const values = validation && epochs[validation];
  if (values) {
    const stepsAnEpoch = Math.round(
      loss.length / Math.max(values.length, epochs.loss?.length ?? 0),
    );
    lines.push({
      run,
      style: 'validation',
      x: values.map((_, i) => (i + 1) * stepsAnEpoch),
      y: values,
    });
  }
  return lines;
}

import type { Layout, Plot } from 'nodeplotlib';
import { fairTop } from './fair-range';
import type { Figure } from './figure';
import {
  COLORS,
  escapeMarkup,
  type FigureText,
  headed,
  INK,
  type Note,
  titledAxis,
} from './house-style';
import { LEGEND_BELOW } from './legend';
import { logAxis } from './log-axis';
import { type Axis, epochLines, type Line, type RunHistory, stepLines } from './run-lines';
import { extent, formatNumber, rounded } from './values';

export interface LearningCurvesOptions extends FigureText {
  /** The histories by the name of their run. */
  readonly runs: Readonly<Record<string, RunHistory>>;
  /** What the values are, with their unit, such as `cross-entropy (nats)`. */
  readonly yLabel: string;
  /** The horizontal axis; `both` draws two panels side by side. Default `epochs`. */
  readonly against?: 'steps' | 'epochs' | 'both';
  /** The name in `history.epochs` of the training values. Default `loss`. */
  readonly training?: string;
  /**
   * The name in `history.epochs` of the validation values. Default `validationLoss` beside the
   * training loss; beside another metric, none.
   */
  readonly validation?: string;
  /**
   * Default `linear`. On a linear scale a run that diverged is cut off where it would hide the
   * rest, and the figure says so.
   */
  readonly scale?: 'linear' | 'log';
  /** Steps in the running mean of a curve against steps; 1 is none. Default 1/50 of the run. */
  readonly smoothing?: number;
}

/**
 * The losses (or another metric) of several runs while they learn: a colour a run, solid for
 * training, dashed with markers for validation. Against steps, the training curve is a running mean
 * with the raw curve faint behind it, and a validation value stands at the last step of its epoch.
 * What is not finite is a gap, and the figure says which run ended so.
 *
 * @throws when there is no run, a run has no value or lacks its training values by epoch
 */
export function learningCurves({
  runs,
  yLabel,
  against = 'epochs',
  training = 'loss',
  validation = training === 'loss' ? 'validationLoss' : undefined,
  scale = 'linear',
  smoothing,
  ...text
}: LearningCurvesOptions): Figure {
  const names = Object.keys(runs);
  if (names.length === 0) throw new Error('learning curves of no run');
  if (smoothing !== undefined && !(Number.isInteger(smoothing) && smoothing > 0)) {
    throw new Error(`invalid smoothing: ${smoothing} (a positive number of steps)`);
  }
  const panels: Axis[] = against === 'both' ? ['steps', 'epochs'] : [against];
  if (panels.includes('steps') && training !== 'loss') {
    throw new Error(`${training} is known by epoch only: plot it against epochs`);
  }
  const linesOf = (axis: Axis) =>
    names.flatMap((run) =>
      axis === 'steps'
        ? stepLines(run, runs[run], validation, smoothing)
        : epochLines(run, runs[run], training, validation),
    );
  const lines = panels.map(linesOf);
  const all = lines.flat();
  const top = scale === 'linear' ? fairTop(valuesByRun(names, all)) : undefined;
  return {
    data: [
      ...lines.flatMap((panel, i) => rawFirst(panel).map((line) => trace(line, names, i))),
      ...legend(names, all),
    ],
    layout: {
      ...headed(text, divergenceNotes(names, all, top)),
      height: 420,
      ...axes(panels, yLabel, valueAxis(all, scale, top)),
      legend: LEGEND_BELOW,
    },
    alt:
      text.alt ?? `${text.title}: ${describe(names, runs, training, validation, yLabel, against)}`,
  };
}

/** So that no raw curve covers the mean of another run. */
function rawFirst(lines: readonly Line[]): Line[] {
  const isRaw = ({ style }: Line) => style === 'raw';
  return [...lines.filter(isRaw), ...lines.filter((line) => !isRaw(line))];
}

function trace({ run, style, x, y }: Line, names: readonly string[], panel: number): Plot {
  const color = COLORS[names.indexOf(run) % COLORS.length];
  const suffix = panel === 0 ? '' : String(panel + 1);
  const isPoint = style === 'validation' || x.length === 1;
  return {
    type: 'scatter',
    mode: isPoint ? 'lines+markers' : 'lines',
    name: escapeMarkup(style === 'training' ? run : `${run}, ${style}`),
    x: [...x],
    y: rounded(y),
    line: {
      color,
      width: style === 'raw' ? 1 : 2,
      dash: style === 'validation' ? 'dash' : 'solid',
    },
    ...(isPoint ? { marker: { color, size: 5 } } : {}),
    ...(style === 'raw' ? { opacity: 0.22, hoverinfo: 'skip' } : {}),
    xaxis: `x${suffix}`,
    yaxis: `y${suffix}`,
    showlegend: false,
  };
}

/** A colour a run, then how training and validation are drawn. */
function legend(names: readonly string[], lines: readonly Line[]): Plot[] {
  const key = (name: string, line: Plot['line'], mode: Plot['mode'] = 'lines'): Plot => ({
    type: 'scatter',
    mode,
    name: escapeMarkup(name),
    x: [null],
    y: [null],
    line,
    ...(mode === 'lines' ? {} : { marker: { color: line?.color, size: 5 } }),
    showlegend: true,
  });
  const runKeys = names.map((name, i) => key(name, { color: COLORS[i % COLORS.length], width: 3 }));
  if (!lines.some(({ style }) => style === 'validation')) return runKeys;
  return [
    ...(names.length > 1 ? runKeys : []),
    key('training', { color: names.length > 1 ? INK : COLORS[0], width: 2 }),
    key(
      'validation',
      { color: names.length > 1 ? INK : COLORS[0], width: 2, dash: 'dash' },
      'lines+markers',
    ),
  ];
}

const PANEL_DOMAINS = [
  [0, 0.47],
  [0.53, 1],
];

function axes(panels: readonly Axis[], yLabel: string, valueAxis: object): Layout {
  const layout: Record<string, object> = {};
  panels.forEach((axis, i) => {
    const suffix = i === 0 ? '' : String(i + 1);
    layout[`xaxis${suffix}`] = {
      ...titledAxis(axis === 'steps' ? 'training steps' : 'epochs'),
      domain: panels.length === 1 ? [0, 1] : PANEL_DOMAINS[i],
      anchor: `y${suffix}`,
      rangemode: 'tozero',
    };
    layout[`yaxis${suffix}`] = {
      ...valueAxis,
      ...(i === 0 ? titledAxis(yLabel) : { matches: 'y' }),
      anchor: `x${suffix}`,
    };
  });
  return layout;
}

function valueAxis(
  lines: readonly Line[],
  scale: 'linear' | 'log',
  top: number | undefined,
): object {
  const [low, high] = extent(lines.flatMap(({ y }) => y));
  if (scale === 'log') {
    if (low <= 0) throw new Error(`a log scale cannot show ${low}: use scale: 'linear'`);
    return logAxis(low, high);
  }
  return top === undefined ? {} : { range: [Math.min(0, low), top] };
}

function valuesByRun(names: readonly string[], lines: readonly Line[]): number[][] {
  const isShown = ({ style }: Line) => style !== 'raw';
  return names.map((name) =>
    lines.filter((line) => line.run === name && isShown(line)).flatMap(({ y }) => [...y]),
  );
}

/** What the scale cannot show, in the colour of the run it is about. */
function divergenceNotes(
  names: readonly string[],
  lines: readonly Line[],
  top: number | undefined,
): Note[] {
  return names.flatMap((name, i) => {
    const own = lines.filter(({ run, style }) => run === name && style !== 'raw');
    const values = own.flatMap(({ y }) => y);
    const [, largest] = extent(values);
    const parts = [
      ...(top !== undefined && largest > top
        ? [`beyond this scale, up to ${roughly(largest)}`]
        : []),
      ...(values.every(Number.isFinite) ? [] : ['not finite where its curve is interrupted']),
    ];
    const text = `${name}: ${parts.join('; ')}`;
    return parts.length > 0 ? [{ text, color: COLORS[i % COLORS.length] }] : [];
  });
}

function roughly(value: number): string {
  return formatNumber(Number(value.toPrecision(2)));
}

function describe(
  names: readonly string[],
  runs: Readonly<Record<string, RunHistory>>,
  training: string,
  validation: string | undefined,
  yLabel: string,
  against: 'steps' | 'epochs' | 'both',
): string {
  const last = (values: readonly number[] | undefined) =>
    values && values.length > 0 ? formatNumber(values[values.length - 1]) : undefined;
  const ends = names.map((name) => {
    const { epochs, steps } = runs[name];
    const trained = last(epochs[training]) ?? last(steps.loss);
    const validated = validation && last(epochs[validation]);
    return `${name} ends at ${trained}${validated ? ` (validation ${validated})` : ''}`;
  });
  const axis = against === 'both' ? 'steps and epochs' : against;
  return `${yLabel} against ${axis}; ${ends.join('; ')}`;
}

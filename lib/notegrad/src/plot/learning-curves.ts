import { checkKnown, checkRecords } from '../checks';
import { described } from '../described';
import { PlotError } from '../errors';
import { optionsOf } from '../options';
import { bandTraces, isolatedTraces } from './curve-traces';
import { fairTop } from './fair-range';
import type { Figure } from './figure';
import {
  type Annotations,
  COLORS,
  escapeMarkup,
  FAINT_INK,
  type FigureText,
  headed,
  INK,
  type Note,
  titledAxis,
} from './house-style';
import { LEGEND_BELOW, legendName } from './legend';
import { logAxis } from './log-axis';
import type { Layout, Plot } from './plotly-types';
import {
  type Axis,
  epochLines,
  type Line,
  type Run,
  type RunHistory,
  requireEpochs,
  stepLines,
} from './run-lines';
import { bandNote } from './seed-bands';
import { extent, formatNumber, rounded, SCALES } from './values';

/** What `learningCurves` draws. */
export interface LearningCurvesOptions extends FigureText {
  /**
   * The histories by the name of their run. Several histories of one run are its seeds: their mean
   * is drawn, with a band of ± one standard deviation.
   */
  readonly runs: Readonly<Record<string, RunHistory | readonly RunHistory[]>>;
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
  /** Default `linear`. */
  readonly yScale?: 'linear' | 'log';
  /**
   * What becomes of a run whose values would hide the rest on a linear scale: it has a `panel` of
   * its own below, with a scale of its own, or it is `cut` off, and a note says how far it goes.
   * Default `panel`.
   */
  readonly diverged?: 'panel' | 'cut';
  /** Steps in the running mean of a curve against steps; 1 is none. Default 1/50 of the run. */
  readonly smoothing?: number;
}

/**
 * The losses (or another metric) of several runs while they learn: a colour a run, solid for
 * training, dashed with markers for validation. Against steps, the training curve is a running mean
 * with the raw curve faint behind it, and a validation value stands at the last step of its epoch.
 * What is not finite is a gap, and the figure says which run ended so. A note names the other metrics of
 * the runs, which are not drawn.
 *
 * @throws when there is no run, a run has no value or lacks the training or validation values that are
 *   named, or the seeds of a run differ in length
 */
export function learningCurves(options: LearningCurvesOptions): Figure {
  const {
    runs,
    yLabel,
    against = 'epochs',
    training = 'loss',
    validation: namedValidation,
    yScale = 'linear',
    diverged = 'panel',
    smoothing,
    ...text
  } = optionsOf('learningCurves', options);

  checkRecords({ runs }, PlotError);
  checkKnown({ against }, ['steps', 'epochs', 'both'], PlotError);
  checkKnown({ yScale }, SCALES, PlotError);
  checkKnown({ diverged }, ['panel', 'cut'], PlotError);
  const named = Object.entries(runs).map(([name, given], number): Run => {
    const seeds = isSeeds(given) ? given : [given];
    for (const history of seeds) expectHistory(name, history);
    if (seeds.length === 0) throw new PlotError(`run ${name} has no seed`);
    return { name, number, seeds };
  });
  if (named.length === 0) throw new PlotError('learning curves of no run');
  if (namedValidation !== undefined) {
    for (const run of named) requireEpochs(run, namedValidation);
  }
  const validation = namedValidation ?? (training === 'loss' ? 'validationLoss' : undefined);
  if (smoothing !== undefined && !(Number.isInteger(smoothing) && smoothing > 0)) {
    throw new PlotError(`invalid smoothing: ${smoothing} (a positive number of steps)`);
  }
  const columns: Axis[] = against === 'both' ? ['steps', 'epochs'] : [against];
  if (columns.includes('steps') && training !== 'loss') {
    throw new PlotError(`${training} is known by epoch only: plot it against epochs`);
  }
  const linesOf = (axis: Axis) =>
    named.flatMap((run) =>
      axis === 'steps'
        ? stepLines(run, validation, smoothing)
        : epochLines(run, training, validation),
    );
  const all = columns.map(linesOf);
  const top = yScale === 'linear' ? fairTop(valuesByRun(named, all.flat())) : undefined;
  const isWild = named.map((run) => top !== undefined && largestOf(run, all.flat()) > top);
  const hasOwnPanel = diverged === 'panel' && isWild.includes(true);
  const rowOf = (line: Line) => (hasOwnPanel && isWild[line.run] ? 1 : 0);
  const panels = (hasOwnPanel ? [0, 1] : [0]).flatMap((row) =>
    columns.map(
      (axis, column): Panel => ({
        axis,
        row,
        column,
        lines: all[column].filter((line) => rowOf(line) === row),
      }),
    ),
  );
  const inRow = (row: number) =>
    panels.filter((panel) => panel.row === row).flatMap(({ lines }) => lines);
  const scales = hasOwnPanel
    ? [valueAxis(inRow(0), yScale, undefined), ownAxis(inRow(1))]
    : [valueAxis(inRow(0), yScale, top)];
  const wildNames = named.filter((_, i) => isWild[i]).map(({ name }) => name);
  const head = headed(text, [
    ...bandNote(named.map(({ seeds }) => seeds.length)),
    ...divergenceNotes(named, all.flat(), hasOwnPanel ? undefined : top),
    ...notDrawnNote(named, [training, validation]),
  ]);
  return {
    data: [
      ...panels.flatMap((panel, i) => panelTraces(panel, named, i, 'type' in scales[panel.row])),
      ...legend(named, all.flat()),
    ],
    layout: {
      ...head,
      annotations: [...head.annotations, ...(hasOwnPanel ? [ownTitle(wildNames)] : [])],
      height: hasOwnPanel ? 640 : 420,
      ...axes(panels, yLabel, scales),
      legend: LEGEND_BELOW,
    },
    alt:
      text.alt ??
      `${text.title}: ${describe(named, training, validation, yLabel, against)}` +
        (hasOwnPanel ? `; ${wildNames.join(', ')} in a panel of its own` : ''),
  };
}

/** The curves over one pair of axes. */
interface Panel {
  readonly axis: Axis;
  readonly row: number;
  readonly column: number;
  readonly lines: readonly Line[];
}

function isSeeds(given: RunHistory | readonly RunHistory[]): given is readonly RunHistory[] {
  return Array.isArray(given);
}

function colorOf(run: number): string {
  return COLORS[run % COLORS.length];
}

/** Bands lie under everything, and no raw curve covers the mean of another run. */
function panelTraces(
  { lines }: Panel,
  runs: readonly Run[],
  index: number,
  isLog: boolean,
): Plot[] {
  const suffix = index === 0 ? '' : String(index + 1);
  const pair = { xaxis: `x${suffix}`, yaxis: `y${suffix}` };
  const isRaw = ({ style }: Line) => style === 'raw';
  const least = extent(lines.flatMap(({ y }) => y).filter((value) => value > 0))[0] / 2;
  return [
    ...lines.flatMap((line) =>
      bandTraces(line, colorOf(line.run), pair, isLog ? least : -Infinity),
    ),
    ...[...lines.filter(isRaw), ...lines.filter((line) => !isRaw(line))].map((line) => ({
      ...trace(line, runs[line.run].name),
      ...pair,
    })),
    ...lines
      .filter(({ style }) => style === 'training')
      .filter(({ x }) => x.length > 1)
      .flatMap((line) => isolatedTraces(line, colorOf(line.run), pair)),
  ];
}

function trace({ run, style, x, y }: Line, name: string): Plot {
  const color = colorOf(run);
  const isPoint = style === 'validation' || x.length === 1;
  return {
    type: 'scatter',
    mode: isPoint ? 'lines+markers' : 'lines',
    name: escapeMarkup(style === 'training' ? name : `${name}, ${style}`),
    x: [...x],
    y: rounded(y),
    line: {
      color,
      width: style === 'raw' ? 1 : 2,
      dash: style === 'validation' ? 'dash' : 'solid',
    },
    ...(isPoint ? { marker: { color, size: 5 } } : {}),
    ...(style === 'raw' ? { opacity: RAW_OPACITY, hoverinfo: 'skip' } : {}),
    showlegend: false,
  };
}

const RAW_OPACITY = 0.22;

/** A colour a run, then how training, validation and raw values are drawn. */
function legend(runs: readonly Run[], lines: readonly Line[]): Plot[] {
  const key = (name: string, line: Plot['line'], rest: Partial<Plot> = {}): Plot => ({
    type: 'scatter',
    mode: 'lines',
    name: legendName(name),
    x: [null],
    y: [null],
    line,
    showlegend: true,
    ...rest,
  });
  const runKeys = runs.map(({ name }, i) => key(name, { color: colorOf(i), width: 3 }));
  const has = (style: Line['style']) => lines.some((line) => line.style === style);
  const color = runs.length > 1 ? INK : COLORS[0];
  const validation = key(
    'validation',
    { color, width: 2, dash: 'dash' },
    { mode: 'lines+markers', marker: { color, size: 5 } },
  );
  if (!has('validation') && !has('raw')) return runKeys;
  return [
    ...(runs.length > 1 ? runKeys : []),
    key(has('raw') ? 'training, running mean' : 'training', { color, width: 2 }),
    ...(has('raw') ? [key('training, each step', { color, width: 1 }, { opacity: 0.4 })] : []),
    ...(has('validation') ? [validation] : []),
  ];
}

const COLUMN_DOMAINS = [
  [0, 0.47],
  [0.53, 1],
];
/** Of the runs that are alike, and of those that diverged, below. */
const ROW_DOMAINS = [
  [0.5, 1],
  [0, 0.34],
];

function axes(panels: readonly Panel[], yLabel: string, scales: readonly object[]): Layout {
  const numColumns = Math.max(...panels.map(({ column }) => column)) + 1;
  const layout: Record<string, object> = {};
  panels.forEach(({ axis, row, column }, i) => {
    const suffix = i === 0 ? '' : String(i + 1);
    const firstOfRow = row * numColumns === 0 ? 'y' : `y${row * numColumns + 1}`;
    const above = column === 0 ? 'x' : `x${column + 1}`;
    layout[`xaxis${suffix}`] = {
      ...titledAxis(axis === 'steps' ? 'training steps' : 'epochs'),
      domain: numColumns === 1 ? [0, 1] : COLUMN_DOMAINS[column],
      anchor: `y${suffix}`,
      rangemode: 'tozero',
      ...(row > 0 ? { matches: above } : {}),
    };
    layout[`yaxis${suffix}`] = {
      ...scales[row],
      ...(scales.length > 1 ? { domain: ROW_DOMAINS[row] } : {}),
      ...(column === 0 ? titledAxis(yLabel) : { matches: firstOfRow }),
      anchor: `x${suffix}`,
    };
  });
  return layout;
}

/** The ends of all curves, and of the bands around them. */
function valuesOf(lines: readonly Line[]): number[] {
  return lines.flatMap(({ y, deviation = [] }) => [
    ...y,
    ...deviation.map((half, i) => y[i] + half),
  ]);
}

function valueAxis(
  lines: readonly Line[],
  scale: 'linear' | 'log',
  top: number | undefined,
): object {
  const [low, high] = extent(valuesOf(lines));
  if (scale === 'log') {
    if (low <= 0) throw new PlotError(`a log scale cannot show ${low}: use yScale: 'linear'`);
    return logAxis(low, high);
  }
  return top === undefined ? {} : { range: [Math.min(0, low), top] };
}

/** Diverged values are spread over powers of ten where they can be. */
function ownAxis(lines: readonly Line[]): object {
  const [low, high] = extent(valuesOf(lines));
  return low > 0 && high > 30 * low ? logAxis(low, high) : {};
}

/** What the lower panel is, above it. */
function ownTitle(names: readonly string[]): Annotations {
  return {
    text: escapeMarkup(`diverged, on a scale of its own: ${names.join(', ')}`),
    font: { size: 11, color: FAINT_INK },
    showarrow: false,
    xref: 'paper',
    x: 0,
    xanchor: 'left',
    yref: 'paper',
    y: ROW_DOMAINS[1][1],
    yanchor: 'bottom',
    yshift: 4,
  };
}

function shownOf(run: Run, lines: readonly Line[]): number[] {
  return lines
    .filter((line) => line.run === run.number && line.style !== 'raw')
    .flatMap(({ y }) => [...y]);
}

function valuesByRun(runs: readonly Run[], lines: readonly Line[]): number[][] {
  return runs.map((run) => shownOf(run, lines));
}

function largestOf(run: Run, lines: readonly Line[]): number {
  return extent(shownOf(run, lines))[1];
}

/** The metrics of the runs that no curve shows. */
function notDrawnNote(runs: readonly Run[], drawn: readonly (string | undefined)[]): Note[] {
  const metrics = runs.flatMap(({ seeds }) => seeds.flatMap(({ epochs }) => Object.keys(epochs)));
  const others = [...new Set(metrics)].filter(
    (name) => name !== 'seconds' && !drawn.includes(name),
  );
  return others.length > 0 ? [{ text: `not drawn: ${others.join(', ')}` }] : [];
}

/** What the scale cannot show, in the colour of the run it is about. */
function divergenceNotes(
  runs: readonly Run[],
  lines: readonly Line[],
  top: number | undefined,
): Note[] {
  return runs.flatMap((run) => {
    const largest = largestOf(run, lines);
    const parts = [
      ...(top !== undefined && largest > top
        ? [`beyond this scale, up to ${roughly(largest)}`]
        : []),
      ...(shownOf(run, lines).every(Number.isFinite)
        ? []
        : ['not finite where its curve is interrupted']),
    ];
    const text = `${run.name}: ${parts.join('; ')}`;
    return parts.length > 0 ? [{ text, color: colorOf(run.number) }] : [];
  });
}

function roughly(value: number): string {
  return formatNumber(Number(value.toPrecision(2)));
}

function describe(
  runs: readonly Run[],
  training: string,
  validation: string | undefined,
  yLabel: string,
  against: 'steps' | 'epochs' | 'both',
): string {
  const last = (seeds: readonly (readonly number[] | undefined)[]) => {
    const values = seeds.map((seed) => seed?.[seed.length - 1]);
    const sum = values.reduce<number>((total, value) => total + (value ?? Number.NaN), 0);
    return values.includes(undefined) ? undefined : formatNumber(sum / values.length);
  };
  const ends = runs.map(({ name, seeds }) => {
    const trained =
      last(seeds.map(({ epochs }) => epochs[training])) ??
      last(seeds.map(({ steps }) => steps.loss));
    const validated = validation && last(seeds.map(({ epochs }) => epochs[validation]));
    const mean = seeds.length > 1 ? ` (mean of ${seeds.length} seeds)` : '';
    return `${name} ends at ${trained}${validated ? ` (validation ${validated})` : ''}${mean}`;
  });
  const axis = against === 'both' ? 'steps and epochs' : against;
  return `${yLabel} against ${axis}; ${ends.join('; ')}`;
}

function expectHistory(name: string, history: RunHistory): void {
  if (Array.isArray(history?.steps?.loss) && typeof history.epochs === 'object') return;
  throw new PlotError(
    `invalid run ${name}: ${described(history)} (expected a history, as fit gives)`,
  );
}

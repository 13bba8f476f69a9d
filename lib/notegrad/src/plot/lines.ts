import { checkFlags, checkKnown, checkRecords } from '../checks';
import { PlotError } from '../errors';
import { optionsOf } from '../options';
import { type Curve, thinned } from './curve-points';
import { bandTraces, isolatedTraces } from './curve-traces';
import type { Figure } from './figure';
import { COLORS, type FigureText, headed, type Note, titledAxis } from './house-style';
import { LEGEND_BELOW, legendName } from './legend';
import { logAxis } from './log-axis';
import type { Plot } from './plotly-types';
import { bandNote, overSeeds } from './seed-bands';
import { checkRange, extent, formatNumber, rounded, SCALES } from './values';

/** Values of one line, or one array a seed: their mean is drawn, with a band. */
export type LineValues = ArrayLike<number> | readonly ArrayLike<number>[];

/** One line; a y that is not finite is a gap. */
export interface LineSeries {
  /** Several arrays are seeds: a line for their mean, a band for ± their standard deviation. */
  readonly y: LineValues;
  /** As many as `y`. Default 0, 1, 2, … */
  readonly x?: ArrayLike<number>;
  /** Half the height of a band around the line, one a value. Default that of the seeds, or none. */
  readonly deviation?: ArrayLike<number>;
  /** Default `solid`. */
  readonly dash?: 'solid' | 'dash' | 'dot';
  /** Whether each point is marked. Default false. */
  readonly markers?: boolean;
  /** Whether the line is thin and pale, also in the legend: raw values behind a mean. Default false. */
  readonly faint?: boolean;
  /** `#rrggbb`. Default the house's colours in turn. */
  readonly color?: string;
}

/** What `lines` draws. */
export interface LinesOptions extends FigureText {
  /** The lines by their names; a bare array is its y. */
  readonly series: Readonly<Record<string, LineSeries | LineValues>>;
  /** What x is, with its unit. */
  readonly xLabel: string;
  /** What y is, with its unit. */
  readonly yLabel: string;
  /** Default `linear`. */
  readonly xScale?: 'linear' | 'log';
  /** Default `linear`. */
  readonly yScale?: 'linear' | 'log';
  /** Where the axis begins and ends. Default: where the lines do. */
  readonly xRange?: readonly [low: number, high: number];
  /** Where the axis begins and ends. Default: where the lines do. */
  readonly yRange?: readonly [low: number, high: number];
}

const MOST_POINTS = 1000;
const DASHES = ['solid', 'dash', 'dot'];

/**
 * Lines over one pair of axes. Long lines are thinned to what can be seen; a point between two gaps
 * is marked, as no line leads to it. What a log axis has no place for is a gap, and a note says so.
 *
 * @throws when there is no line, a line has no finite value, or lengths differ
 */
export function lines(options: LinesOptions): Figure {
  const {
    series,
    xLabel,
    yLabel,
    xScale = 'linear',
    yScale = 'linear',
    xRange,
    yRange,
    ...text
  } = optionsOf('lines', options);
  checkRecords({ series }, PlotError);
  checkKnown({ xScale }, SCALES, PlotError);
  checkKnown({ yScale }, SCALES, PlotError);
  checkRange('xRange', xRange, xScale);
  checkRange('yRange', yRange, yScale);
  const entries = Object.entries(series);
  if (entries.length === 0) throw new PlotError('a figure of no line');
  const drawn = entries.map(([name, given]) => drawnLine(name, given));
  const least = yScale === 'log' ? leastShown(drawn) : -Infinity;
  const isPlaced = (line: DrawnLine, i: number) =>
    (xScale === 'linear' || !(line.x[i] <= 0)) && (yScale === 'linear' || !(line.y[i] <= 0));
  const placed = drawn.map((line) => ({
    ...line,
    y: line.y.map((value, i) => (isPlaced(line, i) ? value : Number.NaN)),
  }));
  const curves = placed.map((line, i) => ({
    ...line,
    ...thinned(line, MOST_POINTS),
    ink: line.color ?? COLORS[i % COLORS.length],
  }));
  const xs = placed.flatMap(({ x }) => x);
  const ys = placed.flatMap(({ y, deviation = [] }) => [
    ...y,
    ...deviation.flatMap((half, i) => [y[i] + half, Math.max(least, y[i] - half)]),
  ]);
  const faintFirst = [...curves.filter(({ faint }) => faint), ...curves.filter((c) => !c.faint)];
  return {
    data: [
      ...curves.flatMap((curve) => bandTraces(curve, curve.ink, AXES, least)),
      ...faintFirst.map((curve) => lineTrace(curve, curves.indexOf(curve))),
      ...curves.flatMap((curve) => (curve.markers ? [] : isolatedTraces(curve, curve.ink, AXES))),
    ],
    layout: {
      ...headed(text, [
        ...bandNote(drawn.map(({ numSeeds }) => numSeeds)),
        ...drawn.flatMap((line) => unplacedNote(line, isPlaced)),
      ]),
      xaxis: { ...titledAxis(xLabel), ...axis(xScale, xs, xRange) },
      yaxis: { ...titledAxis(yLabel), ...axis(yScale, ys, yRange) },
      showlegend: entries.length > 1,
      legend: LEGEND_BELOW,
    },
    alt: text.alt ?? `${text.title}: ${yLabel} against ${xLabel}; ${drawn.map(ends).join('; ')}`,
  };
}

const AXES = { xaxis: 'x', yaxis: 'y' };

/** Faint lines are drawn first and named in their turn. */
function lineTrace(curve: DrawnLine & { readonly ink: string }, rank: number): Plot {
  const { name, x, y, dash = 'solid', markers = false, faint = false, ink } = curve;
  return {
    type: 'scatter',
    mode: markers ? 'lines+markers' : 'lines',
    name: legendName(name),
    x: rounded(x),
    y: rounded(y),
    line: { color: ink, width: faint ? 1 : 2, dash },
    ...(markers ? { marker: { color: ink, size: 6 } } : {}),
    ...(faint ? { opacity: 0.4 } : {}),
    legendrank: 1000 + rank,
    ...AXES,
  } as Plot;
}

/** What plotly is told of an axis; a log axis leaves out what is not above 0. */
function axis(
  scale: 'linear' | 'log',
  values: readonly number[],
  range: readonly [low: number, high: number] | undefined,
): object {
  if (scale === 'linear') return { type: 'linear', ...(range ? { range: [...range] } : {}) };
  const shown = (range ?? values).filter((value) => value > 0 && Number.isFinite(value));
  const log = shown.length === 0 ? { type: 'log' } : logAxis(...extent(shown));
  return range ? { ...log, range: range.map(Math.log10) } : log;
}

/** Where a band ends that goes to 0 or below: a little under all that a log axis shows. */
function leastShown(drawn: readonly DrawnLine[]): number {
  const edges = drawn.flatMap(({ y, deviation = [] }) => [
    ...y,
    ...deviation.map((half, i) => y[i] - half),
  ]);
  return extent(edges.filter((value) => value > 0))[0] / 2;
}

type DrawnLine = Omit<LineSeries, 'x' | 'y' | 'deviation'> &
  Curve & { readonly name: string; readonly numSeeds: number };

function drawnLine(name: string, given: LineSeries | LineValues): DrawnLine {
  const line: LineSeries = 'y' in given ? given : { y: given };
  const { dash = 'solid', markers, faint } = line;
  checkKnown({ dash }, DASHES, PlotError);
  checkFlags({ markers, faint }, PlotError);
  const isSeeds = line.y.length > 0 && typeof line.y[0] !== 'number';
  const seeds = isSeeds ? (line.y as readonly ArrayLike<number>[]) : [line.y as ArrayLike<number>];
  const { mean: y, deviation } = overSeeds(seeds, name);
  const x = line.x ? Array.from(line.x) : y.map((_, i) => i);
  if (x.length !== y.length) throw new PlotError(`${name} has ${x.length} x but ${y.length} y`);
  if (!y.some((value, i) => Number.isFinite(value) && Number.isFinite(x[i]))) {
    throw new PlotError(`${name} has no finite value to plot`);
  }
  if (line.deviation && line.deviation.length !== y.length) {
    throw new PlotError(`${name} has ${line.deviation.length} deviations but ${y.length} y`);
  }
  const band = line.deviation ? Array.from(line.deviation) : isSeeds ? deviation : undefined;
  return { ...line, name, x, y, deviation: band, numSeeds: isSeeds ? seeds.length : 1 };
}

function unplacedNote(line: DrawnLine, isPlaced: (line: DrawnLine, i: number) => boolean): Note[] {
  const count = line.y.filter((_, i) => !isPlaced(line, i)).length;
  return count > 0
    ? [{ text: `${line.name}: ${count} of ${line.y.length} values are not above 0` }]
    : [];
}

function ends({ name, y }: DrawnLine): string {
  return `${name} from ${formatNumber(y[0])} to ${formatNumber(y[y.length - 1])}`;
}

import type { Plot } from 'nodeplotlib';
import { thinned } from './curve-points';
import type { Figure } from './figure';
import { COLORS, escapeMarkup, type FigureText, headed, titledAxis } from './house-style';
import { LEGEND_BELOW } from './legend';
import { logAxis } from './log-axis';
import { extent, formatNumber, rounded } from './values';

/** One line; a y that is not finite is a gap. */
export interface LineSeries {
  readonly y: ArrayLike<number>;
  /** As many as `y`. Default 0, 1, 2, … */
  readonly x?: ArrayLike<number>;
  /** Default `solid`. */
  readonly dash?: 'solid' | 'dash' | 'dot';
  /** Whether each point is marked. Default false. */
  readonly markers?: boolean;
  /** `#rrggbb`. Default the house's colours in turn. */
  readonly color?: string;
}

export interface LinesOptions extends FigureText {
  /** The lines by their names; a bare array is its y. */
  readonly series: Readonly<Record<string, LineSeries | ArrayLike<number>>>;
  /** What x is, with its unit. */
  readonly xLabel: string;
  /** What y is, with its unit. */
  readonly yLabel: string;
  /** Default `linear`. */
  readonly xScale?: 'linear' | 'log';
  /** Default `linear`. */
  readonly yScale?: 'linear' | 'log';
  readonly yRange?: readonly [low: number, high: number];
}

const MOST_POINTS = 1000;

/**
 * Lines over one pair of axes. Long lines are thinned to what can be seen.
 *
 * @throws when there is no line, a line has no finite value, or x and y differ in length
 */
export function lines({
  series,
  xLabel,
  yLabel,
  xScale = 'linear',
  yScale = 'linear',
  yRange,
  ...text
}: LinesOptions): Figure {
  const entries = Object.entries(series);
  if (entries.length === 0) throw new Error('a figure of no line');
  const drawn = entries.map(([name, given]) => ({ name, ...withX(name, given) }));
  const range = yScale === 'log' ? yRange?.map(Math.log10) : yRange;
  return {
    data: drawn.map(({ name, x, y, dash = 'solid', markers = false, color }, i): Plot => {
      const points = thinned({ x, y }, MOST_POINTS);
      const ink = color ?? COLORS[i % COLORS.length];
      return {
        type: 'scatter',
        mode: markers ? 'lines+markers' : 'lines',
        name: escapeMarkup(name),
        x: rounded(points.x),
        y: rounded(points.y),
        line: { color: ink, width: 2, dash },
        ...(markers ? { marker: { color: ink, size: 6 } } : {}),
      };
    }),
    layout: {
      ...headed(text),
      xaxis: {
        ...titledAxis(xLabel),
        ...axis(
          xScale,
          drawn.flatMap(({ x }) => x),
        ),
      },
      yaxis: {
        ...titledAxis(yLabel),
        ...axis(yScale, yRange ?? drawn.flatMap(({ y }) => y)),
        ...(range ? { range: [...range] } : {}),
      },
      showlegend: entries.length > 1,
      legend: LEGEND_BELOW,
    },
    alt: text.alt ?? `${text.title}: ${yLabel} against ${xLabel}; ${drawn.map(ends).join('; ')}`,
  };
}

/** What plotly is told of an axis; a log axis leaves out what is not above 0. */
function axis(scale: 'linear' | 'log', values: readonly number[]): object {
  if (scale === 'linear') return { type: 'linear' };
  const shown = values.filter((value) => value > 0 && Number.isFinite(value));
  return shown.length === 0 ? { type: 'log' } : logAxis(...extent(shown));
}

type Drawn = Omit<LineSeries, 'x' | 'y'> & { readonly x: number[]; readonly y: number[] };

function withX(name: string, given: LineSeries | ArrayLike<number>): Drawn {
  const line: LineSeries = 'y' in given ? given : { y: given };
  const y = Array.from(line.y);
  const x = line.x ? Array.from(line.x) : y.map((_, i) => i);
  if (x.length !== y.length) throw new Error(`${name} has ${x.length} x but ${y.length} y`);
  if (!y.some(Number.isFinite)) throw new Error(`${name} has no finite value to plot`);
  return { ...line, x, y };
}

function ends({ name, y }: { readonly name: string; readonly y: readonly number[] }): string {
  return `${name} from ${formatNumber(y[0])} to ${formatNumber(y[y.length - 1])}`;
}

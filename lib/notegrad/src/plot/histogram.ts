import { checkKnown, checkRecords } from '../checks';
import { PlotError } from '../errors';
import { optionsOf } from '../options';
import type { Figure } from './figure';
import { COLORS, type FigureText, headed, titledAxis } from './house-style';
import { LEGEND_BELOW, legendName } from './legend';
import type { Plot } from './plotly-types';
import { assertFinite, checkRange, extent, formatNumber, rounded } from './values';

/** What `histogram` draws. */
export interface HistogramOptions extends FigureText {
  /** Samples by the name of the series. */
  readonly series: Readonly<Record<string, ArrayLike<number>>>;
  /** What a sample is, with its unit. */
  readonly xLabel: string;
  /** `density` makes the area of each series 1, so that sizes compare. Default `count`. */
  readonly height?: 'count' | 'density';
  /** How many bins of one width. Default 40. */
  readonly numBins?: number;
  /**
   * Where the bins begin and end; samples outside are left out,
   * and a note says how many. Default all samples.
   */
  readonly xRange?: readonly [low: number, high: number];
}

/**
 * How often values occur, in bins of one width for all series. The bins are counted here: the
 * figure stores them and not the samples.
 *
 * @throws when there is no sample, a sample is not finite, or the bins are not positive in number
 */
export function histogram(options: HistogramOptions): Figure {
  const {
    series,
    xLabel,
    height = 'count',
    numBins = 40,
    xRange,
    ...text
  } = optionsOf('histogram', options);
  checkRecords({ series }, PlotError);
  checkKnown({ height }, ['count', 'density'], PlotError);
  const names = Object.keys(series);
  if (names.length === 0) throw new PlotError('a histogram without samples');
  if (!Number.isInteger(numBins) || numBins < 1) {
    throw new PlotError(`invalid number of bins: ${numBins} (a positive integer)`);
  }
  for (const name of names) {
    if (series[name].length === 0) throw new PlotError(`${name} has no sample`);
    assertFinite(series[name], name);
  }
  checkRange('xRange', xRange);
  const [low, high] = xRange ?? widened(extent(names.flatMap((name) => extent(series[name]))));
  const width = (high - low) / numBins;
  const x = rounded(Array.from({ length: numBins }, (_, i) => low + (i + 0.5) * width));
  const outside = names
    .flatMap((name) => Array.from(series[name]))
    .filter((value) => value < low || value > high).length;
  const yLabel = height === 'count' ? 'count' : 'density';
  return {
    data: names.map((name, i) => {
      const counts = binCounts(series[name], low, high, numBins);
      const unit = height === 'count' ? 1 : series[name].length * width;
      return {
        type: 'bar',
        name: legendName(name),
        x,
        y: rounded(counts.map((count) => count / unit)),
        width,
        marker: { color: COLORS[i % COLORS.length], line: { width: 0 } },
        opacity: names.length > 1 ? 0.6 : 1,
      } as Plot;
    }),
    layout: {
      ...headed(text, outside > 0 ? [{ text: `${outside} outside of this range` }] : []),
      barmode: 'overlay',
      bargap: 0,
      xaxis: titledAxis(xLabel),
      yaxis: { ...titledAxis(yLabel), rangemode: 'tozero' },
      showlegend: names.length > 1,
      legend: LEGEND_BELOW,
    },
    alt:
      text.alt ??
      `${text.title}: histogram of ${xLabel} from ${formatNumber(low)} to ${formatNumber(high)}` +
        (names.length > 1 ? ` for ${names.join(', ')}` : ''),
  };
}

/** A range for samples that are all the same. */
function widened([low, high]: readonly [number, number]): [number, number] {
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
}

/** The last bin has its upper end too. */
function binCounts(
  values: ArrayLike<number>,
  low: number,
  high: number,
  numBins: number,
): number[] {
  const counts = new Array<number>(numBins).fill(0);
  const width = (high - low) / numBins;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low || values[i] > high) continue;
    counts[Math.min(numBins - 1, Math.floor((values[i] - low) / width))]++;
  }
  return counts;
}

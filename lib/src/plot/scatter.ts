import type { Plot } from 'nodeplotlib';
import type { Figure } from './figure';
import { COLORS, escapeMarkup, type FigureText, headed, SYMBOLS, titledAxis } from './house-style';
import { LEGEND_BELOW } from './legend';
import { type PlanePoints, planePoints } from './plane-points';
import { rounded } from './values';

export interface ScatterOptions extends FigureText {
  /** [count, 2] points by the name of their series. */
  readonly series: Readonly<Record<string, PlanePoints>>;
  /** What x is, with its unit. */
  readonly xLabel: string;
  /** What y is, with its unit. */
  readonly yLabel: string;
  /** Whether a unit is as long on both axes. Default false. */
  readonly equalAxes?: boolean;
}

/**
 * Points of several series, each with a colour and a marker.
 *
 * @throws when there is no series or no point, or a coordinate is not finite
 */
export function scatter({
  series,
  xLabel,
  yLabel,
  equalAxes = false,
  ...text
}: ScatterOptions): Figure {
  const names = Object.keys(series);
  if (names.length === 0) throw new Error('a figure of no points');
  const points = names.map((name) => planePoints(series[name]));
  const sizes = names.map((name, i) => `${points[i].xs.length} ${name}`).join(', ');
  return {
    data: points.map(
      ({ xs, ys }, i): Plot => ({
        type: 'scatter',
        mode: 'markers',
        name: escapeMarkup(names[i]),
        x: rounded(xs),
        y: rounded(ys),
        marker: {
          color: COLORS[i % COLORS.length],
          symbol: SYMBOLS[i % SYMBOLS.length],
          size: 6,
          opacity: 0.8,
        },
      }),
    ),
    layout: {
      ...headed(text),
      ...(equalAxes ? { height: 520 } : {}),
      xaxis: titledAxis(xLabel),
      yaxis: { ...titledAxis(yLabel), ...(equalAxes ? { scaleanchor: 'x' } : {}) },
      showlegend: names.length > 1,
      legend: LEGEND_BELOW,
    },
    alt: text.alt ?? `${text.title}: points (${sizes}), ${yLabel} against ${xLabel}`,
  };
}

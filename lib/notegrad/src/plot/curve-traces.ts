import { type Curve, isolatedPoints } from './curve-points';
import type { Plot } from './plotly-types';
import { rounded } from './values';

/** The axes of a trace, such as `x2` and `y2`. */
export interface AxisPair {
  readonly xaxis: string;
  readonly yaxis: string;
}

/** The band around a curve, in parts between its gaps; nothing where it has no deviation. */
export function bandTraces(
  { x, y, deviation = [] }: Curve,
  color: string,
  axes: AxisPair,
  least: number,
): Plot[] {
  const parts: number[][] = [[]];
  y.forEach((_, i) => {
    const isWhole = [x[i], y[i], deviation[i]].every(Number.isFinite);
    if (isWhole) parts[parts.length - 1].push(i);
    else parts.push([]);
  });
  const areas = parts.filter((part) => part.some((i) => deviation[i] > 0));
  if (areas.length === 0) return [];
  const outline = (up: (i: number) => number, down: (i: number) => number) =>
    areas
      .flatMap((part) => [...part.map(up), ...part.map(down).reverse(), Number.NaN])
      .slice(0, -1);
  return [
    {
      type: 'scatter',
      mode: 'lines',
      name: 'band',
      x: rounded(
        outline(
          (i) => x[i],
          (i) => x[i],
        ),
      ),
      y: rounded(
        outline(
          (i) => y[i] + deviation[i],
          (i) => Math.max(least, y[i] - deviation[i]),
        ),
      ),
      fill: 'toself',
      fillcolor: color,
      line: { width: 0, color },
      opacity: 0.2,
      hoverinfo: 'skip',
      showlegend: false,
      ...axes,
    },
  ];
}

/** Markers for the points of a curve that no line leads to. */
export function isolatedTraces(curve: Curve, color: string, axes: AxisPair): Plot[] {
  const { x, y } = isolatedPoints(curve);
  if (x.length === 0) return [];
  return [
    {
      type: 'scatter',
      mode: 'markers',
      name: 'single points',
      x: rounded(x),
      y: rounded(y),
      marker: { color, size: 5 },
      showlegend: false,
      ...axes,
    },
  ];
}

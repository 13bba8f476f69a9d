import { checkFlags, checkKnown, checkRecords } from '../checks';
import { PlotError } from '../errors';
import { optionsOf } from '../options';
import type { PointClass } from './class-points';
import type { Figure } from './figure';
import { COLORS, type FigureText, headed, SYMBOLS, titledAxis } from './house-style';
import { LEGEND_BELOW } from './legend';
import { type PlanePoints, planePoints } from './plane-points';
import type { Layout } from './plotly-types';
import { NAME_PLACES, type PointCloudOptions, pointCloud } from './point-cloud';

/** What `scatter` draws. */
export interface ScatterOptions extends FigureText, PointCloudOptions {
  /** [count, 2] points by the name of their series. */
  readonly series: Readonly<Record<string, PlanePoints>>;
  /** What x is, with its unit. */
  readonly xLabel: string;
  /** What y is, with its unit. */
  readonly yLabel: string;
  /** Whether a unit is as long on both axes. Default false. */
  readonly equalAxes?: boolean;
  /** Where the series are named; `both` is at their centres too. Default `legend`. */
  readonly names?: 'legend' | 'centres' | 'both';
}

/**
 * Points of several series, each with a colour and a marker, drawn in shuffled order.
 *
 * @throws when there is no series or no point, or a coordinate is not finite
 */
export function scatter(options: ScatterOptions): Figure {
  const {
    series,
    xLabel,
    yLabel,
    equalAxes = false,
    names: namesAt = 'legend',
    order,
    view,
    inset,
    ...text
  } = optionsOf('scatter', options);
  checkRecords({ series }, PlotError);
  checkFlags({ equalAxes }, PlotError);
  checkKnown({ names: namesAt }, NAME_PLACES, PlotError);
  const names = Object.keys(series);
  if (names.length === 0) throw new PlotError('a figure of no points');
  const points = names.map((name) => planePoints(series[name]));
  const sizes = names.map((name, i) => `${points[i].xs.length} ${name}`).join(', ');
  const classes = points.map(
    ({ xs, ys }, i): PointClass => ({
      name: names[i],
      xs,
      ys,
      color: COLORS[i % COLORS.length],
      symbol: SYMBOLS[i % SYMBOLS.length],
    }),
  );
  const atCentres = namesAt !== 'legend' && names.length > 1;
  const plot = equalAxes ? EQUAL_PLOT : PLOT;
  const style = { size: 6, opacity: 0.8 };
  const cloud = pointCloud(classes, [], style, equalAxes, atCentres ? plot : undefined, {
    order,
    view,
    inset,
  });
  const head = headed(text, cloud.notes);
  return {
    data: cloud.data,
    layout: {
      ...head,
      annotations: [...head.annotations, ...cloud.annotations],
      ...(equalAxes ? { height: 520 } : {}),
      ...cloud.axes,
      xaxis: { ...titledAxis(xLabel), ...cloud.axes.xaxis },
      yaxis: { ...titledAxis(yLabel), ...cloud.axes.yaxis },
      showlegend: names.length > 1 && namesAt !== 'centres',
      legend: { ...LEGEND_BELOW, itemsizing: 'constant', traceorder: 'normal' } as Layout['legend'],
    },
    alt: text.alt ?? `${text.title}: points (${sizes}), ${yLabel} against ${xLabel}`,
  };
}

/** CSS pixels between the axes, about. */
const PLOT = [600, 270] as const;
const EQUAL_PLOT = [390, 390] as const;

import { checkCounts, checkKnown, checkLists, checkRecords, checkTexts } from '../checks';
import { PlotError } from '../errors';
import { optionsOf } from '../options';
import type { PointClass, PointStyle } from './class-points';
import type { Figure } from './figure';
import {
  type Annotations,
  COLORS,
  escapeMarkup,
  type FigureText,
  headed,
  INK,
  SYMBOLS,
  titledAxis,
} from './house-style';
import { type PlanePoints, planePoints } from './plane-points';
import type { Layout, Plot } from './plotly-types';
import { NAME_PLACES, type PointCloudOptions, pointCloud } from './point-cloud';
import { rounded } from './values';

/** A marked place in the plane. */
export interface Star {
  readonly at: readonly [x: number, y: number];
  readonly label: string;
}

/** What `latentScatter` draws. */
export interface LatentScatterOptions extends FigureText, PointCloudOptions {
  /** `[count, 2]`: pairs, or flat row-major as `tensor.dataSync()` gives them. */
  readonly points: PlanePoints;
  /** The class id of each point. */
  readonly labels: ArrayLike<number>;
  readonly classNames: readonly string[];
  /** Default `latent 1`. */
  readonly xLabel?: string;
  /** Default `latent 2`. */
  readonly yLabel?: string;
  /** Places marked by a star with a label. Default none. */
  readonly stars?: readonly Star[];
  /** Where the classes are named. Default `both`: at their centres and in the legend. */
  readonly names?: 'legend' | 'centres' | 'both';
  /** More points than this are thinned evenly, and the caption says so. Default 4,000. */
  readonly maxPoints?: number;
}

/**
 * Points in the plane by class: a colour and a marker a class, drawn in shuffled order, the class
 * names at their centres and in the legend, equal scales on both axes.
 *
 * @throws when there is no point, the lengths differ, a value is not finite or a class has no name
 */
export function latentScatter(options: LatentScatterOptions): Figure {
  const {
    points,
    labels,
    classNames,
    xLabel = 'latent 1',
    yLabel = 'latent 2',
    stars = [],
    names = 'both',
    maxPoints = 4000,
    order,
    view,
    inset,
    ...text
  } = optionsOf('latentScatter', options);
  checkLists({ points, labels, classNames }, PlotError);
  for (const className of classNames) checkTexts({ className }, PlotError);
  checkCounts({ maxPoints }, PlotError);
  checkKnown({ names }, NAME_PLACES, PlotError);
  checkLists({ stars }, PlotError);
  for (const star of stars) checkRecords({ star }, PlotError);
  const { xs, ys } = planePoints(points);
  const count = xs.length;
  if (labels.length !== count) throw new PlotError(`${count} points but ${labels.length} labels`);
  const byClass = classNames.map((): number[] => []);
  for (let i = 0; i < count; i++) {
    if (!byClass[labels[i]]) {
      const last = classNames.length - 1;
      throw new PlotError(`unknown class: ${labels[i]} at point ${i} (0 to ${last} have names)`);
    }
    byClass[labels[i]].push(i);
  }
  const shown = Math.min(count, maxPoints);
  // The ranks that remain are spread evenly over all points, whatever their class.
  const isShown = (i: number) =>
    Math.floor(((i + 1) * shown) / count) > Math.floor((i * shown) / count);
  const classes = classNames.map((name, id): PointClass => {
    const members = byClass[id].filter(isShown);
    return {
      name,
      xs: members.map((i) => xs[i]),
      ys: members.map((i) => ys[i]),
      color: COLORS[id % COLORS.length],
      symbol: SYMBOLS[(id + Math.floor(id / COLORS.length)) % SYMBOLS.length],
    };
  });
  const numSeen = classes.filter((own) => own.xs.length > 0).length;
  const atCentres = names !== 'legend' && numSeen > 1;
  const cloud = pointCloud(classes, stars, markerStyle(shown), true, atCentres ? PLOT : undefined, {
    order,
    view,
    inset,
  });
  const thinned = shown < count ? `${shown} of ${count} points drawn` : '';
  const caption = [text.caption, thinned].filter(Boolean).join(' · ');
  const head = headed({ ...text, caption }, cloud.notes);
  const starred = stars.length > 0 ? `, with stars at ${stars.map(describe).join(', ')}` : '';
  return {
    data: [...cloud.data, ...starTrace(stars)],
    layout: {
      ...head,
      annotations: [...head.annotations, ...cloud.annotations, ...stars.map(starNote)],
      width: 620,
      height: 520,
      ...cloud.axes,
      xaxis: { ...titledAxis(xLabel), ...cloud.axes.xaxis },
      yaxis: { ...titledAxis(yLabel), ...cloud.axes.yaxis },
      showlegend: names !== 'centres',
      legend: { itemsizing: 'constant', traceorder: 'normal' } as Layout['legend'],
    },
    alt:
      text.alt ??
      `${text.title}: ${count} points by class (${classNames.join(', ')}), ` +
        `${yLabel} against ${xLabel}${starred}`,
  };
}

/** CSS pixels between the axes, about. */
const PLOT = [410, 410] as const;

/** More points are smaller and let more of what lies under them be seen. */
function markerStyle(count: number): PointStyle {
  return count > 2000 ? { size: 5, opacity: 0.7 } : { size: 6, opacity: 0.85 };
}

function starTrace(stars: readonly Star[]): Plot[] {
  if (stars.length === 0) return [];
  return [
    {
      type: 'scatter',
      mode: 'markers',
      name: 'stars',
      x: stars.map(({ at }) => at[0]),
      y: stars.map(({ at }) => at[1]),
      text: stars.map(({ label }) => escapeMarkup(label)),
      marker: { symbol: 'star', size: 17, color: '#ffd400', line: { color: INK, width: 1.5 } },
      showlegend: false,
    },
  ];
}

/** A label on a light ground, to be read among the points. */
function starNote({ at, label }: Star): Annotations {
  return {
    x: at[0],
    y: at[1],
    text: `<b>${escapeMarkup(label)}</b>`,
    font: { size: 13, color: INK },
    bgcolor: 'rgba(255, 255, 255, 0.75)',
    borderpad: 1,
    showarrow: false,
    yanchor: 'bottom',
    yshift: 10,
  };
}

function describe({ at, label }: Star): string {
  return `${label} (${rounded(at).join(', ')})`;
}

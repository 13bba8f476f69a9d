import { checkFlags, checkKnown } from '../checks';
import { PlotError } from '../errors';
import { bulkView, isInView, numOutside, type View, wholeView } from './bulk-view';
import { centreNames } from './centre-names';
import { orderedTraces, type PointClass, type PointStyle, shuffledTraces } from './class-points';
import { type Annotations, FAINT_INK, type Note } from './house-style';
import type { Layout, Plot } from './plotly-types';

/** Where the names of classes or series may stand. */
export const NAME_PLACES = ['legend', 'centres', 'both'] as const;

/** How points of several classes are shown. */
export interface PointCloudOptions {
  /**
   * `shuffled` draws the points of all classes in random order (always the same), so that none
   * covers the others; `given` draws class after class. Default `shuffled`.
   */
  readonly order?: 'shuffled' | 'given';
  /**
   * `bulk` leaves out points far from the others where they would press the rest together, and a
   * note says how many; `all` shows every point. Default `bulk`.
   */
  readonly view?: 'bulk' | 'all';
  /** Whether a small figure in a corner shows all points where some are outside. Default false. */
  readonly inset?: boolean;
}

export interface PointCloud {
  readonly data: readonly Plot[];
  readonly annotations: readonly Annotations[];
  readonly notes: readonly Note[];
  readonly axes: Pick<Layout, 'xaxis' | 'yaxis' | 'shapes'>;
}

/**
 * The traces and ranges of points of several classes.
 *
 * @param marks further places that have to be seen
 * @param size CSS pixels of the plot, for the names at the centres; undefined for none
 */
export function pointCloud(
  classes: readonly PointClass[],
  marks: readonly { readonly at: readonly [x: number, y: number] }[],
  style: PointStyle,
  isEqual: boolean,
  size: readonly [width: number, height: number] | undefined,
  { order = 'shuffled', view: shown = 'bulk', inset = false }: PointCloudOptions,
): PointCloud {
  checkKnown({ order }, ['shuffled', 'given'], PlotError);
  checkKnown({ view: shown }, ['bulk', 'all'], PlotError);
  checkFlags({ inset }, PlotError);
  const marked = marks.map(({ at }) => ({ xs: [at[0]], ys: [at[1]] }));
  const filled = [...classes.filter(({ xs }) => xs.length > 0), ...marked];
  const whole = wholeView(filled, isEqual);
  const bulk = shown === 'bulk' ? bulkView(filled, isEqual) : whole;
  const view = numOutside(filled, bulk) > 0 ? bulk : whole;
  const outside = numOutside(classes, view);
  const numPoints = classes.reduce((sum, { xs }) => sum + xs.length, 0);
  const share = Number(((100 * outside) / numPoints).toPrecision(2));
  const withInset = inset && outside > 0;
  const traces = order === 'shuffled' ? shuffledTraces : orderedTraces;
  const equal = isEqual ? { constrain: 'domain' } : {};
  return {
    data: [
      ...traces(classes, style),
      ...(withInset
        ? traces(classes, { ...style, size: 3 }).map(
            (trace): Plot => ({ ...trace, xaxis: 'x2', yaxis: 'y2', showlegend: false }),
          )
        : []),
    ],
    annotations: size ? centreNames(classes, view, ...size) : [],
    notes:
      outside > 0
        ? [{ text: `${share} % of the points (${outside} of ${numPoints}) outside of this range` }]
        : [],
    axes: {
      xaxis: { range: [...view.x], ...equal },
      yaxis: { range: [...view.y], ...(isEqual ? { scaleanchor: 'x', ...equal } : {}) },
      ...(withInset ? insetAxes(classes, view, whole) : {}),
    } as Pick<Layout, 'xaxis' | 'yaxis' | 'shapes'>,
  };
}

const INSET_SIDE = 0.3;
const INSET_AXIS = {
  tickfont: { size: 9 },
  nticks: 3,
  mirror: true,
  showgrid: false,
  automargin: false,
};

/** All points in the emptiest corner of the view, which is framed there. */
function insetAxes(classes: readonly PointClass[], view: View, whole: View): object {
  const corners = [1, 0].flatMap((up) => [1, 0].map((right) => ({ right, up })));
  const crowd = ({ right, up }: { right: number; up: number }) =>
    classes.reduce((sum, { xs, ys }) => {
      const part = (range: readonly [number, number], isEnd: number): [number, number] => {
        const side = (INSET_SIDE + 0.08) * (range[1] - range[0]);
        return isEnd ? [range[1] - side, range[1]] : [range[0], range[0] + side];
      };
      const corner = { x: part(view.x, right), y: part(view.y, up) };
      return sum + xs.filter((x, i) => isInView(x, ys[i], corner)).length;
    }, 0);
  const { right, up } = corners.reduce((a, b) => (crowd(b) < crowd(a) ? b : a));
  const domain = (isEnd: number) => (isEnd ? [0.98 - INSET_SIDE, 0.98] : [0.06, 0.06 + INSET_SIDE]);
  return {
    xaxis2: { ...INSET_AXIS, domain: domain(right), anchor: 'y2', range: [...whole.x] },
    yaxis2: { ...INSET_AXIS, domain: domain(up), anchor: 'x2', range: [...whole.y] },
    shapes: [
      {
        type: 'rect',
        xref: 'x2',
        yref: 'y2',
        x0: view.x[0],
        x1: view.x[1],
        y0: view.y[0],
        y1: view.y[1],
        line: { color: FAINT_INK, width: 1 },
      },
    ],
  };
}

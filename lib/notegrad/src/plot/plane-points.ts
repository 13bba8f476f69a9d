import { checkLists } from '../checks';
import { PlotError } from '../errors';
import { assertFinite } from './values';

/** `[count, 2]`: pairs, or their numbers one after the other. */
export type PlanePoints = ArrayLike<number> | ArrayLike<ArrayLike<number>>;

/** The coordinates of points, apart. @throws when there is none, or one that is not in the plane */
export function planePoints(points: PlanePoints): { xs: number[]; ys: number[] } {
  for (const point of Array.from<unknown>(points)) {
    if (typeof point !== 'number') checkLists({ point }, PlotError);
  }
  if (points.length === 0) throw new PlotError('no points to plot');
  const [xs, ys]: [number[], number[]] = [[], []];
  if (typeof points[0] === 'number') {
    const flat = points as ArrayLike<number>;
    if (flat.length % 2 !== 0)
      throw new PlotError(`${flat.length} coordinates do not make 2-D points`);
    for (let i = 0; i < flat.length; i += 2) {
      xs.push(flat[i]);
      ys.push(flat[i + 1]);
    }
  } else {
    const pairs = points as ArrayLike<ArrayLike<number>>;
    for (let i = 0; i < pairs.length; i++) {
      if (pairs[i].length !== 2) {
        throw new PlotError(`point ${i} has ${pairs[i].length} coordinates: 2-D points have 2`);
      }
      xs.push(pairs[i][0]);
      ys.push(pairs[i][1]);
    }
  }
  assertFinite(xs, 'x');
  assertFinite(ys, 'y');
  return { xs, ys };
}

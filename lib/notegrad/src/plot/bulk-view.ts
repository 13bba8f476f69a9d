import { extent } from './values';

/** A part of the plane. */
export interface View {
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
}

/** Points with a coordinate a place. */
export interface Points {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

/** The share of points at each end of an axis that need not be shown. */
const TAIL = 0.01;
/** The share of a class outside of the view from which the class is looked for. */
const MISSED = 0.1;
/** How far the view goes beyond what has to be seen, and how much wider all points may be. */
const MARGIN = 0.25;
const MUCH_WIDER = 1.5;
const PADDING = 0.06;

/**
 * The part of the plane that shows the bulk of the points. Where all points need not much more room
 * than those between the first and the last percentile of each axis, it shows all; else a class
 * that would be missing, such as a single mark far away, widens it.
 *
 * @param isEqual whether both sides are as long
 */
export function bulkView(classes: readonly Points[], isEqual: boolean): View {
  const pooled = { xs: classes.flatMap(({ xs }) => xs), ys: classes.flatMap(({ ys }) => ys) };
  let view = { x: bulk(pooled.xs, TAIL), y: bulk(pooled.ys, TAIL) };
  for (const own of classes) {
    if (numOutside([own], view) <= MISSED * own.xs.length) continue;
    view = {
      x: extent([...view.x, ...bulk(own.xs, MISSED)]),
      y: extent([...view.y, ...bulk(own.ys, MISSED)]),
    };
  }
  return padded(view, isEqual);
}

/** All of the plane that has points. */
export function wholeView(classes: readonly Points[], isEqual: boolean): View {
  const x = extent(classes.flatMap(({ xs }) => extent(xs)));
  const y = extent(classes.flatMap(({ ys }) => extent(ys)));
  return padded({ x, y }, isEqual);
}

/** How many points are not in the view. */
export function numOutside(classes: readonly Points[], view: View): number {
  return classes.reduce(
    (sum, { xs, ys }) => sum + xs.filter((x, i) => !isInView(x, ys[i], view)).length,
    0,
  );
}

export function isInView(x: number, y: number, view: View): boolean {
  return x >= view.x[0] && x <= view.x[1] && y >= view.y[0] && y <= view.y[1];
}

/** From the least to the largest value that is not far from most. */
function bulk(values: readonly number[], tail: number): [low: number, high: number] {
  const sorted = Float64Array.from(values).sort();
  const cut = Math.floor(tail * sorted.length);
  const [least, low] = [sorted[0], sorted[cut]];
  const [high, most] = [sorted[sorted.length - 1 - cut], sorted[sorted.length - 1]];
  const margin = MARGIN * (high - low);
  const isFar = most - least > MUCH_WIDER * (high - low + 2 * margin);
  return isFar && margin > 0
    ? extent(sorted.filter((value) => value >= low - margin && value <= high + margin))
    : [least, most];
}

function padded({ x, y }: View, isEqual: boolean): View {
  const longest = Math.max(x[1] - x[0], y[1] - y[0]);
  const widened = ([low, high]: readonly [number, number]): [number, number] => {
    const length = (isEqual ? longest : high - low) || 1;
    const half = (0.5 + PADDING) * length;
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  };
  return { x: widened(x), y: widened(y) };
}

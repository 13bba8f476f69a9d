/** A curve by its points; a y that is not finite is a gap. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Half the height of a band around the curve at each point. */
  readonly deviation?: readonly number[];
}

/**
 * The mean of each value and those before it, `window` in all (fewer at the beginning). What is not
 * finite is left out of the means and stays a gap, so a diverged run ends where it diverged.
 */
export function runningMean(values: ArrayLike<number>, window: number): number[] {
  const means: number[] = [];
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const [entering, leaving] = [values[i], values[i - window]];
    if (Number.isFinite(leaving)) {
      sum -= leaving;
      count--;
    }
    if (Number.isFinite(entering)) {
      sum += entering;
      count++;
    }
    means.push(Number.isFinite(entering) ? sum / count : Number.NaN);
  }
  return means;
}

/**
 * A curve of at most about `limit` points that looks the same: its ends, and of each stretch its
 * least and its largest value and, if it has one, its gap. Where x goes back and forth, the points
 * farthest left and right are kept too, and the curve has up to twice as many.
 */
export function thinned(curve: Curve, limit: number): Curve {
  const { x, y, deviation } = curve;
  if (y.length <= limit) return curve;
  const stretch = Math.ceil((2 * y.length) / limit);
  const guides = x.every((value, i) => i === 0 || value >= x[i - 1]) ? [y] : [y, x];
  const kept = new Set([0]);
  for (let start = 0; start < y.length; start += stretch) {
    const end = Math.min(y.length, start + stretch);
    const chosen = guides.flatMap((values) => extremes(values, start, end));
    for (const i of chosen.sort((a, b) => a - b)) kept.add(i);
  }
  kept.add(y.length - 1);
  const at = (values: readonly number[]) => Array.from(kept, (i) => values[i]);
  return { x: at(x), y: at(y), ...(deviation ? { deviation: at(deviation) } : {}) };
}

/** Where values from `start` to `end` are least and largest, and the last that is not finite. */
function extremes(values: readonly number[], start: number, end: number): number[] {
  let [least, largest, gap] = [-1, -1, -1];
  for (let i = start; i < end; i++) {
    if (!Number.isFinite(values[i])) gap = i;
    else {
      if (least < 0 || values[i] < values[least]) least = i;
      if (largest < 0 || values[i] > values[largest]) largest = i;
    }
  }
  return [least, largest, gap].filter((i) => i >= 0);
}

/** The points of a curve between two gaps, which no line leads to. */
export function isolatedPoints({ x, y }: Curve): Curve {
  const isDrawn = (i: number) => Number.isFinite(x[i]) && Number.isFinite(y[i]);
  const alone = y.map((_, i) => i).filter((i) => isDrawn(i) && !isDrawn(i - 1) && !isDrawn(i + 1));
  return { x: alone.map((i) => x[i]), y: alone.map((i) => y[i]) };
}

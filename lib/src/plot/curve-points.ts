/** A curve by its points; a y that is not finite is a gap. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
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
 * A curve of at most about `limit` points that looks the same: of each stretch its least and its
 * largest value and, if it has one, its gap.
 */
export function thinned(curve: Curve, limit: number): Curve {
  const { x, y } = curve;
  if (y.length <= limit) return curve;
  const stretch = Math.ceil((2 * y.length) / limit);
  const kept: number[] = [];
  for (let start = 0; start < y.length; start += stretch) {
    const end = Math.min(y.length, start + stretch);
    let [least, largest, gap] = [-1, -1, -1];
    for (let i = start; i < end; i++) {
      if (!Number.isFinite(y[i])) gap = i;
      else {
        if (least < 0 || y[i] < y[least]) least = i;
        if (largest < 0 || y[i] > y[largest]) largest = i;
      }
    }
    kept.push(...new Set([least, largest, gap].filter((i) => i >= 0).sort((a, b) => a - b)));
  }
  return { x: kept.map((i) => x[i]), y: kept.map((i) => y[i]) };
}

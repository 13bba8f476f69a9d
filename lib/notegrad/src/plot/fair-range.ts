import { extent, quantile } from './values';

/** A run whose largest value is so many times the others' hides them on a linear scale. */
const HIDES_THE_REST = 3;

/**
 * The upper end of a scale on which a diverged run does not hide the rest; undefined where none
 * does. The scale ends a little above the largest value of those runs that are not outliers, where
 * an outlier is above three times the (lower) median of all runs' largest values; it is widened for
 * a diverged run that has come back near the others.
 *
 * @param runs the values of each run
 */
export function fairTop(runs: readonly (readonly number[])[]): number | undefined {
  const tops = runs.map((values) => extent(values)[1]);
  const limit = HIDES_THE_REST * quantile(tops, 0.5);
  if (!(limit > 0) || !tops.some((top) => top > limit)) return undefined;
  const calm = Math.max(...tops.filter((top) => top <= limit));
  const returned = runs
    .filter((_, i) => tops[i] > limit)
    .map((values) => quantile(values, 0.75))
    .filter((value) => value <= limit);
  return 1.08 * Math.max(calm, ...returned);
}

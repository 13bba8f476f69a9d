/** What students earned in one question, or in one test. */
export interface Item {
  readonly name: string;
  /** A score a student, in the same order for all items; null where it is not known yet. */
  readonly scores: readonly (number | null)[];
  readonly max: number;
}

/** How an item did in a course. */
export interface ItemStatistics {
  readonly name: string;
  readonly max: number;
  /** Students with a score. */
  readonly count: number;
  /** Null without a score. */
  readonly mean: number | null;
  /** The mean as a share of the points: 1 where everyone had all of them. */
  readonly difficulty: number | null;
  /** From −1 to 1; null where a score or the rest is the same for everyone. */
  readonly discrimination: number | null;
}

/**
 * Classical item analysis (Crocker and Algina, Introduction to Classical and Modern Test Theory, 1986,
 * chapter 14): the difficulty p = mean / max, and the discrimination, which is the correlation of an
 * item's score with the rest of the points, without the item itself (Henrysson, Correction of item-total
 * correlations in item analysis, Psychometrika 28, 1963, 211–218). For an item that one has or has not,
 * this is the point-biserial correlation (M₁ − M₀) / s · √(p (1 − p)), with the mean rest of those who
 * have it and of those who have not, and the standard deviation s of the rest.
 *
 * Discrimination counts the students of whom every score is known.
 */
export function itemAnalysis(items: readonly Item[]): readonly ItemStatistics[] {
  const students = items[0]?.scores.map((_, student) => student) ?? [];
  const complete = students.filter((student) =>
    items.every(({ scores }) => scores[student] !== null),
  );
  const totals = complete.map((student) => sum(items.map(({ scores }) => scores[student] ?? 0)));
  return items.map(({ name, scores, max }) => {
    const known = scores.filter((score) => score !== null);
    const mean = known.length > 0 ? sum(known) / known.length : null;
    const own = complete.map((student) => scores[student] ?? 0);
    const rest = totals.map((total, i) => total - own[i]);
    return {
      name,
      max,
      count: known.length,
      mean,
      difficulty: mean === null || max === 0 ? null : mean / max,
      discrimination: correlation(own, rest),
    };
  });
}

/** Pearson's; null where one of the two does not vary. */
function correlation(x: readonly number[], y: readonly number[]): number | null {
  const centred = (values: readonly number[]) => {
    const mean = sum(values) / values.length;
    return values.map((value) => value - mean);
  };
  const [a, b] = [centred(x), centred(y)];
  const product = (p: readonly number[], q: readonly number[]) =>
    sum(p.map((value, i) => value * q[i]));
  const [varianceOfX, varianceOfY] = [product(a, a), product(b, b)];
  // What rounding leaves of equal values is no variance.
  const isNothing = (variance: number, values: readonly number[]) =>
    variance <= 1e-20 * Math.max(1, product(values, values));
  if (isNothing(varianceOfX, x) || isNothing(varianceOfY, y)) return null;
  return product(a, b) / Math.sqrt(varianceOfX * varianceOfY);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

import { checkLists } from '../checks';
import { StatisticsError } from '../errors';
/**
 * The Kullback-Leibler divergence Σ p·ln(p/q) in nats, of two distributions over the same outcomes
 * (or bins): 0 if they are the same, infinite if p has an outcome that q has not.
 *
 * @param p weights, which are divided by their sum
 * @param q as many
 * @throws when the lengths differ, a weight is negative or not finite, or all are zero
 */
export function kullbackLeibler(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const [ps, qs] = bothNormalised(p, q);
  let sum = 0;
  for (let i = 0; i < ps.length; i++) if (ps[i] > 0) sum += ps[i] * Math.log(ps[i] / qs[i]);
  return Math.max(0, sum);
}

/**
 * The Jensen-Shannon divergence ½·KL(p ‖ m) + ½·KL(q ‖ m) with m = ½(p + q), in nats: symmetric,
 * from 0 to ln 2, which it reaches wherever p and q have no outcome in common.
 *
 * @param p weights, which are divided by their sum
 * @param q as many
 * @throws when the lengths differ, a weight is negative or not finite, or all are zero
 */
export function jensenShannon(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const [ps, qs] = bothNormalised(p, q);
  const middle = ps.map((value, i) => (value + qs[i]) / 2);
  return (kullbackLeibler(ps, middle) + kullbackLeibler(qs, middle)) / 2;
}

function bothNormalised(
  p: ArrayLike<number>,
  q: ArrayLike<number>,
): [p: Float64Array, q: Float64Array] {
  checkLists({ p, q }, StatisticsError);
  if (p.length !== q.length) {
    throw new StatisticsError(`${p.length} and ${q.length} outcomes do not compare`);
  }
  return [normalised(p), normalised(q)];
}

function normalised(weights: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(weights);
  const bad = values.findIndex((value) => !(value >= 0 && value < Infinity));
  if (bad >= 0) throw new StatisticsError(`invalid weight of outcome ${bad}: ${values[bad]}`);
  const total = values.reduce((sum, value) => sum + value, 0);
  if (total === 0) throw new StatisticsError('a distribution without weight');
  return values.map((value) => value / total);
}

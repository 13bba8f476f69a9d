import { StatisticsError } from '../errors';
import { commonDimensions, type Samples, squaredDistance } from './samples';

/**
 * The squared maximum mean discrepancy of two sets of samples under the Gaussian kernel
 * k(x, y) = exp(−‖x − y‖² / (2·bandwidth²)): E k(x, x′) + E k(y, y′) − 2·E k(x, y).
 *
 * The unbiased estimate (Gretton et al., "A kernel two-sample test", 2012, lemma 6): it is zero on
 * average where the distributions are the same, and so may be a little negative.
 *
 * @param x [count, dim], at least two
 * @param y [count, dim], at least two
 * @param bandwidth in the units of the samples: differences much finer or coarser go unseen
 */
export function mmdSquared(x: Samples, y: Samples, bandwidth: number): number {
  commonDimensions(x, y);
  if (x.length < 2 || y.length < 2)
    throw new StatisticsError('the MMD takes at least two samples each');
  if (!(bandwidth > 0)) throw new StatisticsError(`invalid bandwidth: ${bandwidth} (above 0)`);
  const scale = -1 / (2 * bandwidth ** 2);
  const kernel = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Math.exp(scale * squaredDistance(a, b));
  return meanOfPairs(x, kernel) + meanOfPairs(y, kernel) - 2 * meanAcross(x, y, kernel);
}

type Kernel = (a: ArrayLike<number>, b: ArrayLike<number>) => number;

function meanOfPairs(x: Samples, kernel: Kernel): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) sum += kernel(x[i], x[j]);
  }
  return (2 * sum) / (x.length * (x.length - 1));
}

function meanAcross(x: Samples, y: Samples, kernel: Kernel): number {
  let sum = 0;
  for (const xi of x) for (const yj of y) sum += kernel(xi, yj);
  return sum / (x.length * y.length);
}

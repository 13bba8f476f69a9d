import { checkRecords } from '../checks';
import { StatisticsError } from '../errors';
import type { Matrix } from './matrix-function';
import type { Samples } from './samples';
import { expectSamples } from './samples';

/** A normal distribution N(mean, covariance). */
export interface Gaussian {
  /** [dim] */
  readonly mean: ArrayLike<number>;
  /** [dim, dim], symmetric, without negative eigenvalues. */
  readonly covariance: Matrix;
}

/**
 * The normal distribution with the mean and the (unbiased) covariance of samples.
 *
 * @param samples [count, dim], at least two
 * @throws when there are fewer, they differ in length, or a value is not finite
 */
export function gaussianOf(samples: Samples): Gaussian {
  expectSamples(samples);
  const count = samples.length;
  if (count < 2) throw new StatisticsError(`a covariance takes at least two samples, not ${count}`);
  const dimensions = samples[0].length;
  const mean = new Float64Array(dimensions);
  for (const sample of samples) {
    for (let i = 0; i < dimensions; i++) mean[i] += sample[i] / count;
  }
  const covariance = Array.from(mean, () => new Float64Array(dimensions));
  const centred = new Float64Array(dimensions);
  for (const sample of samples) {
    for (let i = 0; i < dimensions; i++) centred[i] = sample[i] - mean[i];
    for (let i = 0; i < dimensions; i++) {
      for (let j = 0; j <= i; j++) covariance[i][j] += (centred[i] * centred[j]) / (count - 1);
    }
  }
  for (let i = 0; i < dimensions; i++) {
    for (let j = 0; j < i; j++) covariance[j][i] = covariance[i][j];
  }
  return { mean, covariance };
}

/** The number of dimensions of two that are to be compared. @throws when they differ */
export function sameDimensions(p: Gaussian, q: Gaussian): number {
  for (const gaussian of [p, q]) checkGaussian(gaussian);
  for (const { mean, covariance } of [p, q]) {
    if (mean.length === p.mean.length && covariance.length === p.mean.length) continue;
    throw new StatisticsError(
      `Gaussians do not compare: ${p.mean.length} dimensions, ` +
        `and a mean of ${mean.length} with a covariance of ${covariance.length}`,
    );
  }
  return p.mean.length;
}

function checkGaussian(gaussian: Gaussian): void {
  checkRecords({ Gaussian: gaussian }, StatisticsError);
  expectSamples([gaussian.mean], 'mean');
  expectSamples(gaussian.covariance, 'row');
}

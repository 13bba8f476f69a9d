import { StatisticsError } from '../errors';
/** Samples of a distribution: [count, dimensions], a row each. */
export type Samples = readonly ArrayLike<number>[];

/** The number of dimensions of samples that are to be compared. @throws when they do not compare */
export function commonDimensions(x: Samples, y: Samples): number {
  if (x.length === 0 || y.length === 0) throw new StatisticsError('no samples to compare');
  const dimensions = x[0].length;
  for (const sample of [...x, ...y]) {
    if (sample.length !== dimensions) {
      throw new StatisticsError(
        `samples of ${dimensions} and ${sample.length} dimensions do not compare`,
      );
    }
  }
  return dimensions;
}

/** ‖x − y‖², of vectors of one length. */
export function squaredDistance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - y[i]) ** 2;
  return sum;
}

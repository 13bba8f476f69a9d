import { checkLists } from '../checks';
import { StatisticsError } from '../errors';
/** Samples of a distribution: [count, dim], a row each. */
export type Samples = readonly ArrayLike<number>[];

/** The number of dimensions of samples that are to be compared. @throws when they do not compare */
export function commonDimensions(x: Samples, y: Samples): number {
  expectSamples(x);
  expectSamples(y);
  if (x.length === 0 || y.length === 0) throw new StatisticsError('no samples to compare');
  const [dimensions, others] = [x[0].length, y[0].length];
  if (dimensions === others) return dimensions;
  throw new StatisticsError(`samples of ${dimensions} and ${others} dimensions do not compare`);
}

/** ‖x − y‖², of vectors of one length. */
export function squaredDistance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - y[i]) ** 2;
  return sum;
}

/**
 * @param what a row of them is called in messages
 * @throws StatisticsError for what is no list of lists, all of one length, of finite numbers
 */
export function expectSamples(x: Samples, what = 'sample'): void {
  checkLists({ [`${what}s`]: x }, StatisticsError);
  for (const [i, sample] of x.entries()) {
    checkLists({ [`${what} ${i}`]: sample }, StatisticsError);
    if (sample.length !== x[0].length) {
      throw new StatisticsError(
        `${what} ${i} has ${sample.length} values, the first has ${x[0].length}`,
      );
    }
    expectFinite(`${what} ${i}`, sample);
  }
}

/** @throws StatisticsError naming the first value that is not finite */
export function expectFinite(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new StatisticsError(`${name} has a value that is not finite: ${values[i]}`);
    }
  }
}

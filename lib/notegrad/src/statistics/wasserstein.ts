import { random } from '../data/random';
import { StatisticsError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import type { Seeded } from '../seeded';
import { cheapestAssignment } from './assignment';
import { commonDimensions, expectSamples, type Samples, squaredDistance } from './samples';

/**
 * The Wasserstein distance of two sets of numbers, exact for the samples: on a line the cheapest
 * plan moves the k-th smallest to the k-th smallest, so that it is the distance of the quantile
 * functions, (∫₀¹ |F⁻¹(u) − G⁻¹(u)|^order du)^(1/order). The sets may differ in size.
 *
 * @param order 1 (default) is the earth mover's distance; 2 weighs far moves more
 */
export function wasserstein(x: ArrayLike<number>, y: ArrayLike<number>, order = 1): number {
  assertOrder(order);
  expectSamples([x]);
  expectSamples([y]);
  if (x.length === 0 || y.length === 0) throw new StatisticsError('no samples to compare');
  const [xs, ys] = [Float64Array.from(x).sort(), Float64Array.from(y).sort()];
  let cost = 0;
  let from = 0;
  for (let i = 0, j = 0; i < xs.length && j < ys.length; ) {
    const [xEnds, yEnds] = [(i + 1) / xs.length, (j + 1) / ys.length];
    const to = Math.min(xEnds, yEnds);
    cost += (to - from) * Math.abs(xs[i] - ys[j]) ** order;
    from = to;
    if (xEnds <= to) i++;
    if (yEnds <= to) j++;
  }
  return cost ** (1 / order);
}

/**
 * The Wasserstein distance of as many samples as samples, in any number of dimensions, exact: the
 * cheapest of all one-to-one assignments. It takes count³ operations: a second for about 1000.
 *
 * @param order 1 (default) or another power of the distance
 * @throws when the counts differ
 */
export function assignedWasserstein(x: Samples, y: Samples, order = 1): number {
  assertOrder(order);
  commonDimensions(x, y);
  if (x.length !== y.length) {
    throw new StatisticsError(`${x.length} samples cannot be assigned one to one to ${y.length}`);
  }
  const costs = x.map((xi) => Float64Array.from(y, (yj) => squaredDistance(xi, yj) ** (order / 2)));
  const partners = cheapestAssignment(costs);
  const total = costs.reduce((sum, row, i) => sum + row[partners[i]], 0);
  return (total / x.length) ** (1 / order);
}

/** Which distance `slicedWasserstein` takes, along which directions. */
export interface SlicedOptions extends Seeded {
  /** Of the distance, as `wasserstein` has it. Default 1. */
  readonly order?: number;
  /** How many directions are drawn. Default 100. */
  readonly numProjections?: number;
}

/**
 * The sliced Wasserstein distance: that of the samples' shadows on a line, averaged over directions
 * drawn at random (Bonneel et al. 2015). It takes only sorting, and is at most the true distance.
 */
export function slicedWasserstein(x: Samples, y: Samples, options: SlicedOptions = {}): number {
  const {
    order = 1,
    numProjections = 100,
    seed = 0,
    ...unknown
  } = optionsOf('slicedWasserstein', options);
  refuseUnknown('slicedWasserstein', unknown);
  const dimensions = commonDimensions(x, y);
  if (!(Number.isInteger(numProjections) && numProjections > 0)) {
    throw new StatisticsError(
      `invalid number of projections: ${numProjections} (a positive integer)`,
    );
  }
  const rng = random(seed);
  let sum = 0;
  for (let k = 0; k < numProjections; k++) {
    const normals = Float64Array.from({ length: dimensions }, () => rng.normal());
    const length = Math.hypot(...normals);
    const direction = normals.map((value) => value / length);
    sum += wasserstein(shadows(x, direction), shadows(y, direction), order) ** order;
  }
  return (sum / numProjections) ** (1 / order);
}

function shadows(samples: Samples, direction: Float64Array): Float64Array {
  return Float64Array.from(samples, (sample) =>
    direction.reduce((sum, value, i) => sum + value * sample[i], 0),
  );
}

function assertOrder(order: number): void {
  if (!(order >= 1 && order < Infinity))
    throw new StatisticsError(`invalid order: ${order} (1 or above)`);
}

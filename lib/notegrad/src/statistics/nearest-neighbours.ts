import { checkLists } from '../checks';
import { StatisticsError } from '../errors';
import type { Samples } from './samples';
import { expectSamples } from './samples';

/**
 * For each point the indices of its k nearest other points (Euclidean distance), the nearest first;
 * of two that are as near, the earlier one first. Every pair is compared: 10,000 points in the plane
 * take about a second.
 *
 * @param points [count, dim]
 * @throws when k is not from 1 to count − 1, or a point has another number of coordinates
 */
export function nearestNeighbours(points: Samples, k: number): Uint32Array[] {
  expectSamples(points);
  const count = points.length;
  if (!(Number.isInteger(k) && k >= 1 && k < count)) {
    throw new StatisticsError(
      `invalid number of neighbours: ${k} (1 to ${count - 1} for ${count} points)`,
    );
  }
  const dim = points[0].length;
  const coordinates = flat(points, dim);
  const distances = new Float64Array(k);
  return Array.from({ length: count }, (_, i) => {
    const nearest = new Uint32Array(k);
    distances.fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < count; j++) {
      if (j === i) continue;
      let distance = 0;
      for (let axis = 0; axis < dim; axis++) {
        const step = coordinates[i * dim + axis] - coordinates[j * dim + axis];
        distance += step * step;
      }
      if (distance < distances[k - 1]) insert(j, distance, nearest, distances);
    }
    return nearest;
  });
}

/**
 * The class that each point would be given by the majority of its k nearest neighbours, the point
 * itself left out. Where classes have as many votes, the one with the nearer neighbour wins. With
 * `confusionMatrix` this tells how well an embedding keeps classes apart.
 *
 * @param points [count, dim]
 * @param labels the class id of each point
 * @param k default 10
 * @throws when there are not as many labels as points, and as `nearestNeighbours` does
 */
export function classifyByNeighbours(points: Samples, labels: ArrayLike<number>, k = 10): number[] {
  checkLists({ points, labels }, StatisticsError);
  if (labels.length !== points.length) {
    throw new StatisticsError(`${points.length} points but ${labels.length} labels`);
  }
  return nearestNeighbours(points, k).map((neighbours) => {
    const votes = new Map<number, number>();
    for (const j of neighbours) votes.set(labels[j], (votes.get(labels[j]) ?? 0) + 1);
    // A map keeps the order of arrival, so the first of the largest is the nearest of them.
    return [...votes].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
  });
}

function flat(points: Samples, dim: number): Float64Array {
  const coordinates = new Float64Array(points.length * dim);
  for (let i = 0; i < points.length; i++) {
    coordinates.set(points[i], i * dim);
  }
  return coordinates;
}

/** Puts a point into its place among the nearest so far, and drops the farthest. */
function insert(j: number, distance: number, nearest: Uint32Array, distances: Float64Array): void {
  let place = distances.length - 1;
  for (; place > 0 && distances[place - 1] > distance; place--) {
    distances[place] = distances[place - 1];
    nearest[place] = nearest[place - 1];
  }
  distances[place] = distance;
  nearest[place] = j;
}

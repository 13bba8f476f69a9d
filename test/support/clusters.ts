import { random } from '../../lib/notegrad/src/data/random';

export interface Clusters {
  /** [count][dim] */
  readonly points: number[][];
  /** The cluster of each point. */
  readonly labels: number[];
}

/** Points around centres that are drawn at random, far apart beside their own scatter of 1. */
export function clusters(numClusters: number, numEach: number, dim: number, seed = 1): Clusters {
  const rng = random(seed);
  const centres = Array.from({ length: numClusters }, () =>
    Array.from({ length: dim }, () => 10 * rng.normal()),
  );
  const labels = Array.from({ length: numClusters * numEach }, (_, i) => i % numClusters);
  const points = labels.map((label) => centres[label].map((value) => value + rng.normal()));
  return { points, labels };
}

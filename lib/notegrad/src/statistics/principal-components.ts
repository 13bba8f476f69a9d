import { checkFilled, checkTensors } from '../checks';
import * as tf from '../engine/tf';
import { StatisticsError } from '../errors';
import { combination, dot, length, orthonormal, subtract } from './orthonormal';
import { symmetricEigen } from './symmetric-eigen';

/** The directions in which samples vary most. */
export interface PrincipalComponents {
  /** The mean sample, [dim]. */
  readonly mean: Float64Array;
  /** Unit vectors [dim] at right angles, the one of most variance first; the sign is arbitrary. */
  readonly components: readonly Float64Array[];
  /** The variance along each component (divided by the number of samples, not one less). */
  readonly variances: readonly number[];
  /**
   * The sum of all columns' variances. What the components leave of it, divided by dim, is the
   * mean squared error of samples rebuilt from them.
   */
  readonly totalVariance: number;
}

/** Further directions carried along: the more, the fewer iterations. */
const SPARE_DIRECTIONS = 10;
const MOST_ITERATIONS = 2000;
/** How far C·v may be from λ·v, relative to the largest λ. */
const TOLERANCE = 1e-9;

/**
 * Principal component analysis: the eigenvectors of the covariance matrix with the largest
 * eigenvalues, found by subspace iteration with a Rayleigh–Ritz step (Halko, Martinsson and Tropp,
 * "Finding structure with randomness", 2011). The covariance is summed up in the engine's 32 bits;
 * all else is done in 64.
 *
 * @param x [count, dim], as they are: the mean is taken out here
 * @throws when there are not so many components, no sample, or a value that is not finite
 */
export function principalComponents(x: tf.Tensor2D, numComponents: number): PrincipalComponents {
  checkTensors({ x }, StatisticsError, 2);
  checkFilled({ x }, StatisticsError);
  const dim = x.shape[1];
  if (!(Number.isInteger(numComponents) && numComponents >= 1 && numComponents <= dim)) {
    throw new StatisticsError(`invalid number of components: ${numComponents} (1 to ${dim})`);
  }
  const { mean, covariance } = moments(x);
  const totalVariance = covariance.reduce((sum, row, i) => sum + row[i], 0);
  if (!Number.isFinite(totalVariance))
    throw new StatisticsError('samples with values that are not finite');
  const { values, vectors } = largestEigen(covariance, numComponents);
  return { mean, components: vectors, variances: values, totalVariance };
}

function moments(x: tf.Tensor2D): { mean: Float64Array; covariance: Float64Array[] } {
  const [numSamples, dim] = x.shape;
  const [meanTensor, productTensor] = tf.tidy((): [tf.Tensor, tf.Tensor] => {
    const mean = x.mean(0);
    const centred = x.sub<tf.Tensor2D>(mean);
    return [mean, tf.matMul(centred, centred, true)];
  });
  const mean = Float64Array.from(meanTensor.dataSync());
  const product = productTensor.dataSync<'float32'>();
  tf.dispose([meanTensor, productTensor]);
  const covariance = Array.from({ length: dim }, (_, i) =>
    Float64Array.from(product.subarray(i * dim, (i + 1) * dim), (sum) => sum / numSamples),
  );
  return { mean, covariance };
}

function largestEigen(
  matrix: readonly Float64Array[],
  count: number,
): { values: number[]; vectors: Float64Array[] } {
  const blockSize = Math.min(matrix.length, count + SPARE_DIRECTIONS);
  let basis = orthonormal(randomRows(blockSize, matrix.length));
  for (let i = 0; i < MOST_ITERATIONS; i++) {
    const images = basis.map((v) => Float64Array.from(matrix, (row) => dot(row, v)));
    const ritz = symmetricEigen(basis.map((v) => images.map((image) => dot(v, image))));
    const vectors = ritz.vectors.map((weights) => combination(weights, basis));
    const vectorImages = ritz.vectors.map((weights) => combination(weights, images));
    const areEigen = vectors.slice(0, count).every((v, j) => {
      const rest = Float64Array.from(vectorImages[j]);
      subtract(rest, ritz.values[j], v);
      return length(rest) <= TOLERANCE * Math.abs(ritz.values[0]);
    });
    if (areEigen) return { values: ritz.values.slice(0, count), vectors: vectors.slice(0, count) };
    // The old directions stand in for images that vanish, as they do for data of lower rank.
    basis = orthonormal([...vectorImages, ...vectors]).slice(0, blockSize);
  }
  throw new StatisticsError(`no principal components after ${MOST_ITERATIONS} iterations`);
}

function randomRows(count: number, dim: number): number[][] {
  const tensor = tf.randomNormal<tf.Rank.R2>([count, dim], 0, 1, 'float32', 0);
  const rows = tensor.arraySync();
  tensor.dispose();
  return rows;
}

import { StatisticsError } from '../errors';
import { type Gaussian, sameDimensions } from './gaussian';
import { type Matrix, matrixFunction } from './matrix-function';
import { squaredDistance } from './samples';
import { symmetricEigen } from './symmetric-eigen';

/**
 * The (squared) Fréchet distance of two normal distributions,
 *
 *     ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2·(Σ₁^½ Σ₂ Σ₁^½)^½),
 *
 * which is the square of their 2-Wasserstein distance (Dowson and Landau, 1982). Between
 * `gaussianOf` the features that a classifier gives real and generated images, it is the measure of
 * Heusel et al. 2017, who took Inception's features and called it FID: with another classifier the
 * numbers are on another scale and compare only among themselves.
 *
 * Σ₁^½ Σ₂ Σ₁^½ has the eigenvalues of Σ₁Σ₂, and is symmetric, so that they are real and stable.
 *
 * @throws when the dimensions differ or a covariance has a clearly negative eigenvalue
 */
export function frechetDistanceSquared(p: Gaussian, q: Gaussian): number {
  sameDimensions(p, q);
  const root = squareRoot(p.covariance);
  const between = product(product(root, q.covariance), root);
  const crossTrace = roots(symmetricEigen(symmetrised(between)).values).reduce(
    (sum, value) => sum + value,
    0,
  );
  const distance =
    squaredDistance(p.mean, q.mean) + trace(p.covariance) + trace(q.covariance) - 2 * crossTrace;
  return Math.max(0, distance);
}

/** The symmetric matrix R with R·R = A, where A has no negative eigenvalue. */
function squareRoot(a: Matrix): Float64Array[] {
  const { values, vectors } = symmetricEigen(a);
  return matrixFunction({ values: roots(values), vectors }, (root) => root);
}

/** Square roots of eigenvalues, of which rounding may have made some a little negative. */
function roots(values: readonly number[]): number[] {
  const smallest = values[values.length - 1];
  if (smallest < -1e-6 * Math.max(values[0], 1e-300)) {
    throw new StatisticsError(`not a covariance: it has the eigenvalue ${smallest}`);
  }
  return values.map((value) => Math.sqrt(Math.max(0, value)));
}

function product(a: Matrix, b: Matrix): Float64Array[] {
  const n = a.length;
  return Array.from(a, (row) => {
    const result = new Float64Array(n);
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) result[j] += row[k] * b[k][j];
    }
    return result;
  });
}

function symmetrised(a: Matrix): Float64Array[] {
  return Array.from(a, (row, i) => Float64Array.from(row, (value, j) => (value + a[j][i]) / 2));
}

function trace(a: Matrix): number {
  return a.reduce((sum, row, i) => sum + row[i], 0);
}

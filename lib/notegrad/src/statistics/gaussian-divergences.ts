import { StatisticsError } from '../errors';
import { type Gaussian, sameDimensions } from './gaussian';
import { matrixFunction } from './matrix-function';
import { type Eigen, symmetricEigen } from './symmetric-eigen';

/**
 * KL(p ‖ q) of two normal distributions, in nats:
 * ½·(tr(Σq⁻¹Σp) + (μq − μp)ᵀ Σq⁻¹ (μq − μp) − d + ln(det Σq / det Σp)).
 *
 * @throws when the dimensions differ or a covariance is singular
 */
export function gaussianKullbackLeibler(p: Gaussian, q: Gaussian): number {
  const dimensions = sameDimensions(p, q);
  const [ofP, ofQ] = [regularEigen(p), regularEigen(q)];
  const inverse = matrixFunction(ofQ, (value) => 1 / value);
  let traceOfRatio = 0;
  for (let i = 0; i < dimensions; i++) {
    for (let j = 0; j < dimensions; j++) traceOfRatio += inverse[i][j] * p.covariance[j][i];
  }
  const distance = quadraticForm(inverse, difference(p, q));
  return (traceOfRatio + distance - dimensions + logDeterminant(ofQ) - logDeterminant(ofP)) / 2;
}

/**
 * What `mmdSquared` estimates, for two normal distributions. The mean of the Gaussian kernel of two
 * independent normals is itself Gaussian, with all three (co)variances added up:
 * det(I + S/b²)^(−½)·exp(−½·Δᵀ(b²I + S)⁻¹Δ), where S is the sum of the covariances and b the bandwidth.
 */
export function gaussianMmdSquared(p: Gaussian, q: Gaussian, bandwidth: number): number {
  sameDimensions(p, q);
  if (!(bandwidth > 0)) throw new StatisticsError(`invalid bandwidth: ${bandwidth} (above 0)`);
  const meanKernel = (a: Gaussian, b: Gaussian): number => {
    const eigen = symmetricEigen(sumOfCovariances(a, b));
    const scale = eigen.values.reduce(
      (scale, value) => scale / Math.sqrt(1 + value / bandwidth ** 2),
      1,
    );
    const inverse = matrixFunction(eigen, (value) => 1 / (bandwidth ** 2 + value));
    return scale * Math.exp(-quadraticForm(inverse, difference(a, b)) / 2);
  };
  return meanKernel(p, p) + meanKernel(q, q) - 2 * meanKernel(p, q);
}

function regularEigen({ covariance }: Gaussian): Eigen {
  const eigen = symmetricEigen(covariance);
  const smallest = eigen.values[eigen.values.length - 1];
  if (!(smallest > 0))
    throw new StatisticsError(`singular covariance: it has the eigenvalue ${smallest}`);
  return eigen;
}

function logDeterminant({ values }: Eigen): number {
  return values.reduce((sum, value) => sum + Math.log(value), 0);
}

function difference(p: Gaussian, q: Gaussian): Float64Array {
  return Float64Array.from(p.mean, (mean, i) => mean - q.mean[i]);
}

function sumOfCovariances(p: Gaussian, q: Gaussian): Float64Array[] {
  return Array.from(p.covariance, (row, i) =>
    Float64Array.from(row, (value, j) => value + q.covariance[i][j]),
  );
}

function quadraticForm(a: readonly Float64Array[], x: Float64Array): number {
  return a.reduce(
    (sum, row, i) => sum + x[i] * row.reduce((inner, value, j) => inner + value * x[j], 0),
    0,
  );
}

import { StatisticsError } from '../errors';
import { combination, dot, length, orthonormal, subtract } from './orthonormal';
import { expectSamples } from './samples';
import { symmetricEigen } from './symmetric-eigen';

/**
 * The principal angles between two subspaces in radians, rising, as many as the smaller one has
 * dimensions: all 0 for the same subspace, all π/2 for subspaces at right angles (Björck and Golub,
 * "Numerical methods for computing angles between linear subspaces", 1973). Small angles are as
 * accurate as large ones.
 *
 * @param u vectors [dim] that span one subspace; they need not be unit vectors or independent
 * @param v vectors [dim] that span the other
 * @throws when a subspace has no direction, or the vectors are not of one length
 */
export function principalAngles(
  u: readonly ArrayLike<number>[],
  v: readonly ArrayLike<number>[],
): number[] {
  for (const vectors of [u, v]) expectSamples(vectors, 'vector');
  const dims = [...new Set([...u, ...v].map((vector) => vector.length))];
  if (dims.length > 1)
    throw new StatisticsError(`vectors of different lengths: ${dims.join(', ')}`);
  const [smaller, larger] = [orthonormal(u), orthonormal(v)].sort((a, b) => a.length - b.length);
  if (smaller.length === 0)
    throw new StatisticsError('a subspace without a direction: its vectors are zero');
  const overlaps = smaller.map((p) => larger.map((q) => dot(p, q)));
  const squaredCosines = overlaps.map((a) => overlaps.map((b) => dot(a, b)));
  return symmetricEigen(squaredCosines).vectors.map((weights) => {
    const direction = combination(weights, smaller);
    const shadow = combination(
      larger.map((q) => dot(q, direction)),
      larger,
    );
    subtract(direction, 1, shadow);
    return Math.atan2(length(direction), length(shadow));
  });
}

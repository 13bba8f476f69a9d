import { checkFunctions, checkLists } from '../checks';
import { StatisticsError } from '../errors';
import { optionsOf } from '../options';
import { expectSamples } from './samples';
import type { Eigen } from './symmetric-eigen';

/** A square matrix as rows. */
export type Matrix = readonly ArrayLike<number>[];

/** V·diag(f(λ))·Vᵀ: a function of a symmetric matrix, such as its inverse or its square root. */
export function matrixFunction(eigen: Eigen, f: (value: number) => number): Float64Array[] {
  const { values, vectors } = optionsOf('matrixFunction', eigen);
  checkLists({ values, vectors }, StatisticsError);
  expectSamples(vectors, 'vector');
  expectSamples([values], 'value');
  if (vectors.length !== values.length) {
    throw new StatisticsError(`${values.length} eigenvalues but ${vectors.length} eigenvectors`);
  }
  checkFunctions({ f }, StatisticsError);
  const n = values.length;
  const result = Array.from({ length: n }, () => new Float64Array(n));
  vectors.forEach((vector, k) => {
    const value = f(values[k]);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) result[i][j] += value * vector[i] * vector[j];
    }
  });
  return result;
}

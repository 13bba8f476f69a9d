import { expectSamples } from './samples';
/** Eigenvalues, falling, and a unit eigenvector each. */
export interface Eigen {
  /** [n] */
  readonly values: number[];
  /** [n, n], a row for each eigenvalue. */
  readonly vectors: number[][];
}

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix by Jacobi's rotations (Golub and Van
 * Loan, "Matrix computations", 8.5): about 50·n³ operations, accurate to the last digits.
 *
 * @param matrix [n][n], of which the upper triangle is read
 * @throws when a value is not finite
 */
export function symmetricEigen(matrix: readonly ArrayLike<number>[]): Eigen {
  expectSamples(matrix, 'row');
  const n = matrix.length;
  const a = matrix.map((_, i) => matrix.map((_, j) => matrix[Math.min(i, j)][Math.max(i, j)]));
  const vectors = matrix.map((_, i) => matrix.map((_, j) => (i === j ? 1 : 0)));
  const size = Math.sqrt(squares(a));
  while (Math.sqrt(squares(aboveDiagonal(a))) > Number.EPSILON * size) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) rotate(a, vectors, p, q);
    }
  }
  const order = a.map((_, i) => i).sort((i, j) => a[j][j] - a[i][i]);
  return { values: order.map((i) => a[i][i]), vectors: order.map((i) => vectors[i]) };
}

function squares(rows: readonly number[][]): number {
  let sum = 0;
  for (const row of rows) for (const value of row) sum += value * value;
  return sum;
}

function aboveDiagonal(a: readonly number[][]): number[][] {
  return a.map((row, i) => row.slice(i + 1));
}

/** Turns axes p and q so that a[p][q] becomes zero. */
function rotate(a: number[][], vectors: number[][], p: number, q: number): void {
  if (a[p][q] === 0) return;
  const slope = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const tangent = (slope < 0 ? -1 : 1) / (Math.abs(slope) + Math.hypot(slope, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (const row of a) [row[p], row[q]] = turned(row[p], row[q], cosine, sine);
  for (const rows of [a, vectors]) {
    const [first, second] = [rows[p], rows[q]];
    for (let k = 0; k < first.length; k++) {
      [first[k], second[k]] = turned(first[k], second[k], cosine, sine);
    }
  }
  a[p][q] = 0;
  a[q][p] = 0;
}

function turned(x: number, y: number, cosine: number, sine: number): [number, number] {
  return [cosine * x - sine * y, sine * x + cosine * y];
}

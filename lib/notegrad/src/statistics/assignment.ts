import { StatisticsError } from '../errors';
import type { Matrix } from './matrix-function';

/**
 * The one-to-one assignment of rows to columns with the least sum of costs: the column of each row.
 *
 * The Hungarian method with potentials (Kuhn 1955; Jonker and Volgenant 1987): rows are added one
 * by one, each along the cheapest path of exchanges. It takes n³ operations.
 *
 * @param costs [n, n], finite
 */
export function cheapestAssignment(costs: Matrix): Int32Array {
  const n = costs.length;
  for (const [i, row] of costs.entries()) {
    if (row.length !== n)
      throw new StatisticsError(`costs not square: row ${i} of ${n} has ${row.length}`);
  }
  const rowPotential = new Float64Array(n);
  const columnPotential = new Float64Array(n + 1);
  /** The row that a column has; the column n is where a new row starts. */
  const rowOf = new Int32Array(n + 1).fill(-1);
  for (let newRow = 0; newRow < n; newRow++) {
    const distance = new Float64Array(n).fill(Infinity);
    const previous = new Int32Array(n).fill(n);
    const isDone = new Uint8Array(n + 1);
    rowOf[n] = newRow;
    let column = n;
    while (rowOf[column] !== -1) {
      isDone[column] = 1;
      const row = rowOf[column];
      let nearest = -1;
      for (let j = 0; j < n; j++) {
        if (isDone[j]) continue;
        const reduced = costs[row][j] - rowPotential[row] - columnPotential[j];
        if (reduced < distance[j]) {
          distance[j] = reduced;
          previous[j] = column;
        }
        if (nearest === -1 || distance[j] < distance[nearest]) nearest = j;
      }
      const delta = distance[nearest];
      for (let j = 0; j <= n; j++) {
        if (isDone[j]) {
          rowPotential[rowOf[j]] += delta;
          columnPotential[j] -= delta;
        } else {
          distance[j] -= delta;
        }
      }
      column = nearest;
    }
    while (column !== n) {
      rowOf[column] = rowOf[previous[column]];
      column = previous[column];
    }
  }
  const columnOf = new Int32Array(n);
  for (let j = 0; j < n; j++) columnOf[rowOf[j]] = j;
  return columnOf;
}

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { symmetricEigen } from '../../lib/notegrad/src/statistics/symmetric-eigen';
import { assertClose } from '../support/close';

const EXACT = { rtol: 0, atol: 1e-14 };

test('[[2, 1], [1, 2]] has the eigenvalues 3 and 1 along its diagonals', () => {
  const { values, vectors } = symmetricEigen([
    [2, 1],
    [1, 2],
  ]);
  assertClose(values, [3, 1], EXACT);
  assertClose(vectors[0].map(Math.abs), [Math.SQRT1_2, Math.SQRT1_2], EXACT);
  assert.ok(vectors[0][0] * vectors[0][1] > 0);
  assert.ok(vectors[1][0] * vectors[1][1] < 0);
});

test('the second difference matrix has the eigenvalues 2 − 2 cos(kπ / (n + 1))', () => {
  const n = 12;
  const matrix: number[][] = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)),
  );
  const expected = matrix.map((_, i) => 2 - 2 * Math.cos(((n - i) * Math.PI) / (n + 1)));
  const { values, vectors } = symmetricEigen(matrix);
  assertClose(values, expected, EXACT);
  vectors.forEach((v, k) => {
    const image = matrix.map((row) => row.reduce((sum, a, j) => sum + a * v[j], 0));
    assertClose(
      image,
      v.map((value) => values[k] * value),
      EXACT,
    );
    assertClose([Math.hypot(...v)], [1], EXACT);
  });
});

test('a matrix of zeros, of one value and of none has its eigenvalues too', () => {
  const zeros = [
    [0, 0],
    [0, 0],
  ];
  assert.equal(symmetricEigen(zeros).values, [0, 0]);
  assert.equal(symmetricEigen([[-3]]), { values: [-3], vectors: [[1]] });
  assert.equal(symmetricEigen([]), { values: [], vectors: [] });
});

test('a matrix with NaN is refused', () => {
  assert.throws(
    () => symmetricEigen([[Number.NaN]]),
    (error: Error) => error.message === 'row 0 has a value that is not finite: NaN',
  );
});

test.run();

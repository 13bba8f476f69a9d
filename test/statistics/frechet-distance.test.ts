import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { random } from '../../lib/notegrad/src/data/random';
import { frechetDistanceSquared } from '../../lib/notegrad/src/statistics/frechet-distance';
import { type Gaussian, gaussianOf } from '../../lib/notegrad/src/statistics/gaussian';
import { assertClose } from '../support/close';
import { pythonWithTorch, runPython } from '../support/python-torch';

const EXACT = { rtol: 1e-11, atol: 1e-11 };

const diagonal = (mean: number[], variances: number[]): Gaussian => ({
  mean,
  covariance: variances.map((variance, i) => variances.map((_, j) => (i === j ? variance : 0))),
});

/** Samples whose coordinates hang together. */
function mixedSamples(count: number, dimensions: number, seed: number): number[][] {
  const rng = random(seed);
  const mixing = Array.from({ length: dimensions }, () =>
    Array.from({ length: dimensions }, () => rng.normal()),
  );
  return Array.from({ length: count }, () => {
    const z = mixing.map(() => rng.normal());
    return mixing.map((row) => row.reduce((sum, value, i) => sum + value * z[i], seed));
  });
}

test('Gaussians with diagonal covariances are ‖Δμ‖² + Σ (σ₁ − σ₂)² apart', () => {
  const p = diagonal([1, -2, 0], [4, 0.25, 0]);
  const q = diagonal([3, -2, 1], [1, 9, 0]);
  const expected = 4 + 1 + (2 - 1) ** 2 + (0.5 - 3) ** 2;
  assertClose(
    [frechetDistanceSquared(p, q), frechetDistanceSquared(q, p)],
    [expected, expected],
    EXACT,
  );
});

test('turning both Gaussians by the same angle leaves their distance', () => {
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
  const turned = ({ mean: [x, y], covariance }: Gaussian & { mean: number[] }): Gaussian => {
    const [a, d] = [covariance[0][0], covariance[1][1]];
    return {
      mean: [c * x - s * y, s * x + c * y],
      covariance: [
        [c * c * a + s * s * d, c * s * (a - d)],
        [c * s * (a - d), s * s * a + c * c * d],
      ],
    };
  };
  const [p, q] = [diagonal([1, 2], [4, 1]), diagonal([0, 5], [0.5, 3])] as (Gaussian & {
    mean: number[];
  })[];
  assertClose(
    [frechetDistanceSquared(turned(p), turned(q))],
    [frechetDistanceSquared(p, q)],
    EXACT,
  );
});

test('a Gaussian is no distance from itself, also with fewer samples than dimensions', () => {
  for (const count of [5, 400]) {
    const p = gaussianOf(mixedSamples(count, 12, 1));
    const size = p.covariance.reduce((sum, row, i) => sum + row[i], 0);
    assertClose([frechetDistanceSquared(p, p) / size], [0], { atol: 1e-7 });
  }
});

test('full covariances agree with numpy: the eigenvalues of Σ₁Σ₂, and its mean and cov', () => {
  const python = pythonWithTorch();
  if (!python) {
    console.log('skipped: no python3 with numpy');
    return;
  }
  const [x, y] = [mixedSamples(150, 10, 1), mixedSamples(100, 10, 2)];
  const script = `
import sys, json, numpy as np
x, y = (np.array(v) for v in json.loads(sys.argv[1]))
a, b = np.cov(x.T), np.cov(y.T)
cross = np.sqrt(np.maximum(np.linalg.eigvals(a @ b).real, 0)).sum()
d = x.mean(0) - y.mean(0)
print(json.dumps([d @ d + np.trace(a) + np.trace(b) - 2 * cross, x.mean(0)[3], a[2, 7]]))`;
  const [distance, mean, covariance] = JSON.parse(
    runPython(python, script, [JSON.stringify([x, y])]),
  );
  const [p, q] = [gaussianOf(x), gaussianOf(y)];
  assertClose([frechetDistanceSquared(p, q)], [distance], { rtol: 1e-9 });
  assertClose([p.mean[3], p.covariance[2][7]], [mean, covariance], EXACT);
  assert.is(p.covariance[7][2], p.covariance[2][7]);
});

test('what is no Gaussian, or not of the same dimensions, is refused', () => {
  const p = diagonal([0, 0], [1, 1]);
  assert.throws(
    () => frechetDistanceSquared(p, diagonal([0], [1])),
    /2 dimensions, and a mean of 1/,
  );
  assert.throws(() => frechetDistanceSquared(p, diagonal([0, 0], [1, -1])), /eigenvalue -1/);
  assert.throws(() => gaussianOf([[1, 2]]), /at least two samples, not 1/);
  assert.throws(() => gaussianOf([[1, 2], [1]]), /sample 1 has 1 values, the first has 2/);
  assert.throws(
    () => gaussianOf([[1], [Number.NaN]]),
    /sample 1 has a value that is not finite: NaN/,
  );
});

test.run();

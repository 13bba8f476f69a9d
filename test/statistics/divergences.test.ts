import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { random } from '../../lib/notegrad/src/data/random';
import {
  jensenShannon,
  kullbackLeibler,
} from '../../lib/notegrad/src/statistics/discrete-divergences';
import type { Gaussian } from '../../lib/notegrad/src/statistics/gaussian';
import {
  gaussianKullbackLeibler,
  gaussianMmdSquared,
} from '../../lib/notegrad/src/statistics/gaussian-divergences';
import { mmdSquared } from '../../lib/notegrad/src/statistics/mmd';
import { assertClose } from '../support/close';

const EXACT = { rtol: 1e-12, atol: 1e-12 };
const line = (mean: number, variance: number): Gaussian => ({
  mean: [mean],
  covariance: [[variance]],
});

function normals(count: number, { mean, covariance }: Gaussian, seed: number): number[][] {
  const rng = random(seed);
  return Array.from({ length: count }, () =>
    Array.from(mean, (value, i) => value + Math.sqrt(covariance[i][i]) * rng.normal()),
  );
}

test('KL is Σ p·ln(p/q) of normalised weights, zero for equal ones, infinite where q has none', () => {
  const expected = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
  assertClose([kullbackLeibler([3, 1, 0], [2, 2, 0])], [expected], EXACT);
  assert.is(kullbackLeibler([1, 2, 3], [2, 4, 6]), 0);
  assert.is(kullbackLeibler([1, 1], [1, 0]), Infinity);
  assertClose([kullbackLeibler([1, 0], [1, 1])], [Math.LN2], EXACT);
});

test('Jensen-Shannon is symmetric, and ln 2 for distributions without a common outcome', () => {
  const [p, q] = [
    [1, 3, 0],
    [2, 1, 5],
  ];
  const js = (a: number[], b: number[]) => {
    const m = a.map((ai, i) => (ai / 4 + b[i] / 8) / 2);
    const kl = (w: number[], sum: number) =>
      w.reduce((s, wi, i) => (wi > 0 ? s + (wi / sum) * Math.log(wi / sum / m[i]) : s), 0);
    return (kl(a, 4) + kl(b, 8)) / 2;
  };
  assertClose([jensenShannon(p, q), jensenShannon(q, p)], [js(p, q), js(p, q)], EXACT);
  assertClose([jensenShannon([1, 2, 0, 0], [0, 0, 5, 1])], [Math.LN2], EXACT);
  assert.is(jensenShannon(p, p), 0);
});

test('what is no distribution is refused', () => {
  assert.throws(() => kullbackLeibler([1], [1, 1]), /1 and 2 outcomes/);
  assert.throws(() => kullbackLeibler([1, -1], [1, 1]), /weight of outcome 1: -1/);
  assert.throws(() => jensenShannon([1, Number.NaN], [1, 1]), /weight of outcome 1: NaN/);
  assert.throws(() => jensenShannon([0, 0], [1, 1]), /without weight/);
});

test('the KL divergence of Gaussians is the integral of p·ln(p/q)', () => {
  const [p, q] = [line(0.5, 0.64), line(-0.3, 2.25)];
  const density = ({ mean, covariance }: Gaussian, x: number) =>
    Math.exp(-((x - mean[0]) ** 2) / (2 * covariance[0][0])) / Math.sqrt(covariance[0][0]);
  const grid = Array.from({ length: 8000 }, (_, i) => -12 + (i + 0.5) * 0.003);
  const [onGridP, onGridQ] = [p, q].map((g) => grid.map((x) => density(g, x)));
  assertClose([gaussianKullbackLeibler(p, q)], [kullbackLeibler(onGridP, onGridQ)], {
    rtol: 1e-9,
  });
});

test('the KL divergence of correlated Gaussians has its closed form', () => {
  const rho = 0.8;
  const correlated = {
    mean: [1, 0],
    covariance: [
      [1, rho],
      [rho, 1],
    ],
  };
  const independent = {
    mean: [0, 2],
    covariance: [
      [1, 0],
      [0, 1],
    ],
  };
  const expected = (2 + 5 - 2 - Math.log(1 - rho ** 2)) / 2;
  assertClose([gaussianKullbackLeibler(correlated, independent)], [expected], EXACT);
  assertClose([gaussianKullbackLeibler(correlated, correlated)], [0], EXACT);
  const flat = {
    mean: [0, 0],
    covariance: [
      [1, 0],
      [0, 0],
    ],
  };
  assert.throws(() => gaussianKullbackLeibler(independent, flat), /singular covariance/);
});

test('the MMD of Gaussians on a line has its closed form', () => {
  const kernel = (variance: number, shift: number) =>
    Math.exp((-0.5 * shift ** 2) / (4 + variance)) / Math.sqrt(1 + variance / 4);
  const expected = kernel(2, 0) + kernel(6, 0) - 2 * kernel(4, 1.5);
  assertClose([gaussianMmdSquared(line(0, 1), line(1.5, 3), 2)], [expected], EXACT);
});

test('samples of two Gaussians come near their MMD, and of one Gaussian near zero', () => {
  const p = {
    mean: [0, 1],
    covariance: [
      [1, 0],
      [0, 0.5],
    ],
  };
  const q = {
    mean: [1, 1],
    covariance: [
      [2, 0],
      [0, 1],
    ],
  };
  const [x, y, other] = [normals(900, p, 1), normals(800, q, 2), normals(700, p, 3)];
  assertClose([mmdSquared(x, y, 1)], [gaussianMmdSquared(p, q, 1)], { rtol: 0, atol: 0.015 });
  assert.ok(gaussianMmdSquared(p, q, 1) > 0.06);
  assertClose([mmdSquared(x, other, 1)], [0], { atol: 0.004 });
});

test('the MMD of few samples is the sum of its kernels, each pair once', () => {
  const k = (distance: number) => Math.exp(-(distance ** 2) / 2);
  const expected = k(1) + k(2) - (2 * (k(3) + k(5) + k(2) + k(4))) / 4;
  assertClose([mmdSquared([[0], [1]], [[3], [5]], 1)], [expected], EXACT);
  assert.throws(() => mmdSquared([[0]], [[1], [2]], 1), /at least two/);
  assert.throws(() => mmdSquared([[0], [1]], [[1], [2]], 0), /bandwidth: 0/);
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { random } from '../../lib/notegrad/src/data/random';
import { permutation } from '../../lib/notegrad/src/data/shuffle';
import { cheapestAssignment } from '../../lib/notegrad/src/statistics/assignment';
import {
  assignedWasserstein,
  slicedWasserstein,
  wasserstein,
} from '../../lib/notegrad/src/statistics/wasserstein';
import { assertClose } from '../support/close';

const EXACT = { rtol: 1e-12, atol: 1e-12 };

function points(count: number, dimensions: number, seed: number): number[][] {
  const rng = random(seed);
  return Array.from({ length: count }, () => Array.from({ length: dimensions }, rng.normal));
}

function orders(n: number): number[][] {
  if (n === 0) return [[]];
  return orders(n - 1).flatMap((order) =>
    Array.from({ length: n }, (_, at) => [...order.slice(0, at), n - 1, ...order.slice(at)]),
  );
}

test('on a line the k-th smallest goes to the k-th smallest', () => {
  assertClose([wasserstein([3, 0, 1], [5, 6, 8])], [(5 + 5 + 5) / 3], EXACT);
  assertClose([wasserstein([0, 1], [0, 4], 2)], [Math.sqrt(9 / 2)], EXACT);
  assert.is(wasserstein([2, 1], [1, 2]), 0);
});

test('sets of different sizes are compared by their quantile functions', () => {
  assertClose([wasserstein([0, 1, 2], [1])], [2 / 3], EXACT);
  assertClose([wasserstein([0, 1], [0, 0, 3])], [(0.5 / 3) * 0 + 1 / 6 + 2 / 3], EXACT);
  const x = points(40, 1, 1).flat();
  assertClose([wasserstein(x, [...x, ...x, ...x])], [0], EXACT);
});

test('shifting and stretching quantiles of a normal gives the distances of two normals', () => {
  const z = points(500, 1, 4).flat();
  const meanSize = z.reduce((sum, value) => sum + Math.abs(value), 0) / z.length;
  assertClose(
    [
      wasserstein(
        z,
        z.map((value) => value + 3),
      ),
    ],
    [3],
    EXACT,
  );
  assertClose(
    [
      wasserstein(
        z,
        z.map((value) => 2 * value),
      ),
    ],
    [meanSize],
    EXACT,
  );
});

test('the cheapest assignment is the best of all', () => {
  for (let seed = 0; seed < 20; seed++) {
    const rng = random(seed);
    const costs = Array.from({ length: 6 }, () => Array.from({ length: 6 }, () => rng.normal()));
    const cost = (columns: ArrayLike<number>) =>
      costs.reduce((sum, row, i) => sum + row[columns[i]], 0);
    const columns = cheapestAssignment(costs);
    assert.is(new Set(columns).size, 6);
    assertClose([cost(columns)], [Math.min(...orders(6).map(cost))], EXACT);
  }
  assert.equal([...cheapestAssignment([])], []);
  assert.throws(() => cheapestAssignment([[1, 2]]), /row 0 of 1 has 2/);
});

test('points on a line are as far apart in a plane, and points moved together by the move', () => {
  const x = points(60, 1, 1);
  const y = points(60, 1, 2);
  const inPlane = (samples: number[][]) => samples.map(([value]) => [0.6 * value, 0.8 * value]);
  assertClose(
    [assignedWasserstein(inPlane(x), inPlane(y))],
    [wasserstein(x.flat(), y.flat())],
    EXACT,
  );
  const cloud = points(80, 2, 3);
  const moved = Array.from(permutation(80, random(1)), (i) => [cloud[i][0] + 3, cloud[i][1] - 4]);
  assertClose([assignedWasserstein(cloud, moved, 2)], [5], { rtol: 1e-9 });
});

test('a sliced distance is the mean shadow of a move: 2/π of it in a plane', () => {
  const cloud = points(50, 2, 3);
  const moved = cloud.map(([x, y]) => [x + 3, y - 4]);
  const options = { numProjections: 4000, seed: 1 };
  assertClose([slicedWasserstein(cloud, moved, options)], [(5 * 2) / Math.PI], { rtol: 0.02 });
  assertClose([slicedWasserstein(cloud, moved, { ...options, order: 2 })], [5 / Math.SQRT2], {
    rtol: 0.02,
  });
  assert.is(slicedWasserstein(cloud, cloud), 0);
  assert.is(slicedWasserstein(cloud, moved), slicedWasserstein(cloud, moved));
});

test('what does not compare is refused', () => {
  assert.throws(() => wasserstein([], [1]), /no samples/);
  assert.throws(() => wasserstein([1], [1], 0.5), /order: 0.5/);
  assert.throws(() => assignedWasserstein([[1, 2]], [[1]]), /2 and 1 dimensions/);
  assert.throws(() => assignedWasserstein([[1]], [[1], [2]]), /1 samples .* to 2/);
  assert.throws(() => slicedWasserstein([[1]], [[1]], { numProjections: 0 }), /projections: 0/);
});

test.run();

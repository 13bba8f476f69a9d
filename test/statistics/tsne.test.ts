import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { random } from '../../lib/notegrad/src/data/random';
import { nearestNeighbours } from '../../lib/notegrad/src/statistics/nearest-neighbours';
import { tsne } from '../../lib/notegrad/src/statistics/tsne';
import {
  conditionalProbabilities,
  divergenceAndGradient,
  jointProbabilities,
} from '../../lib/notegrad/src/statistics/tsne-objective';
import { assertClose } from '../support/close';
import { clusters } from '../support/clusters';
import { errorOf } from '../support/folders';
import { assertTensorsKept } from '../support/memory';

test('the neighbours of a sample have the perplexity asked for, however far they are', () => {
  const rng = random(2);
  for (const scale of [1e-6, 1, 1e6]) {
    const squared = Float64Array.from({ length: 100 }, () => (scale * rng.normal()) ** 2);
    for (const perplexity of [2, 10, 60]) {
      const probabilities = conditionalProbabilities(squared, 7, perplexity);
      const entropy = -probabilities.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0);
      assertClose([Math.exp(entropy)], [perplexity], { rtol: 1e-4 });
      assert.is(probabilities[7], 0);
    }
  }
});

test('joint probabilities are symmetric and add up to 1', () => {
  const { points } = clusters(3, 7, 4);
  const joint = jointProbabilities(points, 5);
  assertClose([joint.reduce((sum, p) => sum + p, 0)], [1], { rtol: 1e-5 });
  for (let i = 0; i < 21; i++) {
    assert.is(joint[22 * i], 0);
    for (let j = 0; j < i; j++) assert.is(joint[21 * i + j], joint[21 * j + i]);
  }
});

test('the gradient is that of the divergence by finite differences', () => {
  const rng = random(3);
  const joint = jointProbabilities(clusters(2, 6, 3).points, 3);
  for (const [dim, exaggeration] of [
    [1, 1],
    [2, 1],
    [3, 12],
  ]) {
    const y = Float64Array.from({ length: 12 * dim }, () => rng.normal());
    const gradient = new Float64Array(y.length);
    divergenceAndGradient(y, dim, joint, gradient, exaggeration);
    const at = (k: number, step: number) => {
      const moved = y.slice();
      moved[k] += step;
      return divergenceAndGradient(moved, dim, joint, new Float64Array(y.length), exaggeration);
    };
    const slopes = Array.from(y, (_, k) => (at(k, 1e-5) - at(k, -1e-5)) / 2e-5);
    // The probabilities, in 32 bits, do not quite add up to 1.
    assertClose(gradient, slopes, { rtol: 1e-4, atol: 1e-5 });
  }
});

test('clusters in ten dimensions stay apart in the plane, from components and from a seed', async () => {
  const { points, labels } = clusters(5, 30, 10);
  for (const seed of [undefined, 1]) {
    await assertTensorsKept(async () => {
      const places = await tsne(points, { perplexity: 10, numIterations: 500, seed });
      assert.equal([places.length, places[0].length], [150, 2]);
      const neighbours = nearestNeighbours(places, 10);
      for (const [i, near] of neighbours.entries()) {
        assert.ok(
          near.every((j) => labels[j] === labels[i]),
          `sample ${i}`,
        );
      }
    });
  }
});

test('neighbours along a curled line stay neighbours', async () => {
  const points = Array.from({ length: 120 }, (_, i) => {
    const angle = i / 12;
    return [angle * Math.cos(angle), angle * Math.sin(angle), 0.1 * i];
  });
  const places = await tsne(points, { perplexity: 8, numIterations: 500 });
  const near = nearestNeighbours(places, 4);
  const kept = near.filter((neighbours, i) => neighbours.every((j) => Math.abs(i - j) <= 6)).length;
  assert.ok(kept >= 110, `${kept} of 120`);
});

test('the same samples and options give the same places, another seed others', async () => {
  const { points } = clusters(3, 10, 5);
  const options = { perplexity: 5, numIterations: 50 };
  assert.equal(await tsne(points, options), await tsne(points, options));
  const seeded = await tsne(points, { ...options, seed: 1 });
  assert.equal(await tsne(points, { ...options, seed: 1 }), seeded);
  assert.not.equal(await tsne(points, { ...options, seed: 2 }), seeded);
  assert.is((await tsne(points, { ...options, numComponents: 3 }))[0].length, 3);
});

test('samples that are the same do not end in NaN', async () => {
  const points = Array.from({ length: 30 }, (_, i) => [i < 15 ? 1 : 2, 0]);
  const places = await tsne(points, { perplexity: 5, numIterations: 300 });
  assert.ok(places.flat().every(Number.isFinite));
});

test('what cannot be embedded is refused', async () => {
  const { points } = clusters(2, 10, 3);
  const message = (...of: Parameters<typeof tsne>) => errorOf(() => tsne(...of));
  assert.match(
    await message(points),
    /^invalid perplexity: 30 \(from 1 to below a third of the 20/,
  );
  assert.match(await message([]), /^no samples/);
  assert.match(await message([[1], [1, 2]]), /^sample 1 has 2 values, the first has 1$/);
  assert.match(
    await message([[1], [Number.NaN]]),
    /^sample 1 has a value that is not finite: NaN$/,
  );
  assert.match(await message(points, { perplexity: 3, numComponents: 4 }), /^3 columns have no 4/);
  assert.match(await message(points, { numComponents: 0 }), /^invalid number of components: 0/);
  assert.match(
    await message(points, { perplexity: 3, numIterations: 400, lr: 1e300 }),
    /^t-SNE diverged with lr 1e\+300: take a smaller one/,
  );
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nearestNeighbours } from '../../lib/notegrad/src/statistics/nearest-neighbours';
import { umap } from '../../lib/notegrad/src/statistics/umap';
import { clusters } from '../support/clusters';
import { errorOf } from '../support/folders';

test('clusters in ten dimensions stay apart in the plane', async () => {
  const { points, labels } = clusters(5, 30, 10);
  const places = await umap(points, { numNeighbours: 10 });
  assert.equal([places.length, places[0].length], [150, 2]);
  for (const [i, near] of nearestNeighbours(places, 10).entries()) {
    assert.ok(
      near.every((j) => labels[j] === labels[i]),
      `sample ${i}`,
    );
  }
});

test('neighbours along a curled line stay neighbours', async () => {
  const points = Array.from({ length: 120 }, (_, i) => {
    const angle = i / 12;
    return [angle * Math.cos(angle), angle * Math.sin(angle), 0.1 * i];
  });
  const near = nearestNeighbours(await umap(points, { numNeighbours: 8 }), 4);
  const kept = near.filter((neighbours, i) => neighbours.every((j) => Math.abs(i - j) <= 8)).length;
  assert.ok(kept >= 100, `${kept} of 120`);
});

test('the same samples and seed give the same places, another seed others', async () => {
  const { points } = clusters(3, 10, 5);
  const options = { numNeighbours: 5, numEpochs: 20 };
  const places = await umap(points, options);
  assert.equal(await umap(points, { ...options, seed: 0 }), places);
  assert.not.equal(await umap(points, { ...options, seed: 1 }), places);
  assert.is((await umap(points, { ...options, numComponents: 3 }))[0].length, 3);
});

test('progress is told epoch by epoch', async () => {
  const told: string[] = [];
  await umap(clusters(2, 10, 3).points, {
    numNeighbours: 5,
    numEpochs: 3,
    onProgress: (done, total) => told.push(`${done}/${total}`),
  });
  assert.equal(told, ['1/3', '2/3', '3/3']);
});

test('what cannot be embedded is refused', async () => {
  const { points } = clusters(2, 5, 3);
  const message = (...of: Parameters<typeof umap>) => errorOf(() => umap(...of));
  assert.match(
    await message(points),
    /^invalid number of neighbours: 15 \(2 to 9 for 10 samples\)$/,
  );
  assert.match(
    await message([[1], [Number.NaN]]),
    /^sample 1 has a value that is not finite: NaN$/,
  );
  assert.match(
    await message(points, { numNeighbours: 3, minDistance: 5 }),
    /^invalid minDistance: 5 \(expected a number from 0 to 1\)$/,
  );
});

test.run();

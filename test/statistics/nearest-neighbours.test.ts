import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  classifyByNeighbours,
  nearestNeighbours,
} from '../../lib/notegrad/src/statistics/nearest-neighbours';

const refuses = (work: () => unknown, message: string) =>
  assert.throws(work, (error: Error) => error.message === message);

test('the nearest neighbours come by distance, without the point itself', () => {
  const line = [[0], [1], [3], [7]];
  assert.equal(
    nearestNeighbours(line, 2).map((found) => [...found]),
    [
      [1, 2],
      [0, 2],
      [1, 0],
      [2, 1],
    ],
  );
});

test('of neighbours that are as near, the earlier one is first', () => {
  const cross = [
    [0, 0],
    [0, 1],
    [1, 0],
    [0, -1],
    [-1, 0],
  ];
  assert.equal([...nearestNeighbours(cross, 3)[0]], [1, 2, 3]);
});

test('the neighbours are those that sorting all distances finds', () => {
  const points = Array.from({ length: 60 }, (_, i) => [
    Math.sin(12.9 * i),
    Math.cos(78.2 * i),
    Math.sin(37.7 * i + 1),
  ]);
  const distance = (i: number, j: number) =>
    Math.hypot(...points[i].map((value, axis) => value - points[j][axis]));
  nearestNeighbours(points, 5).forEach((found, i) => {
    const sorted = points
      .map((_, j) => j)
      .filter((j) => j !== i)
      .sort((a, b) => distance(i, a) - distance(i, b));
    assert.equal([...found], sorted.slice(0, 5));
  });
});

test('the majority of the neighbours gives a class, and the nearer one where votes are equal', () => {
  assert.equal(classifyByNeighbours([[0], [1], [3], [4]], [0, 1, 2, 2], 3), [2, 2, 2, 2]);
  assert.equal(classifyByNeighbours([[0], [1], [3]], [5, 6, 8], 2), [6, 5, 6]);
});

test('wrong numbers of neighbours, labels and coordinates are refused', () => {
  const points = [[0], [1], [2]];
  for (const k of [0, 3, 1.5]) {
    refuses(
      () => nearestNeighbours(points, k),
      `invalid number of neighbours: ${k} (1 to 2 for 3 points)`,
    );
  }
  refuses(() => classifyByNeighbours(points, [1], 1), '3 points but 1 labels');
  refuses(() => nearestNeighbours([[0, 1], [2], [3]], 1), 'sample 1 has 1 values, the first has 2');
});

test.run();

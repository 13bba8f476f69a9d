import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { itemAnalysis } from '../../../lib/homework/src/grading/item-analysis';
import { assertClose } from '../../support/close';

const near = (found: number, expected: number) => assertClose([found], [expected]);

// One item that one has or has not, and two with parts of their points.
const items = [
  { name: 'a', max: 1, scores: [1, 1, 0, 0, 1, 0] },
  { name: 'b', max: 4, scores: [4, 3, 1, 2, 2, 0] },
  { name: 'c', max: 2, scores: [2, 2, 1, 0, 2, 1] },
];

test('the difficulty is the mean as a share of the points', () => {
  const [a, b] = itemAnalysis(items);
  near(a.mean ?? NaN, 0.5);
  near(a.difficulty ?? NaN, 0.5);
  near(b.mean ?? NaN, 2);
  near(b.difficulty ?? NaN, 0.5);
});

test('the discrimination of what one has or has not is the point-biserial correlation', () => {
  const [a] = itemAnalysis(items);
  const rest = [6, 5, 2, 2, 4, 1];
  const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const have = mean([6, 5, 4]);
  const have0 = mean([2, 2, 1]);
  const deviation = Math.sqrt(mean(rest.map((x) => (x - mean(rest)) ** 2)));
  near(a.discrimination ?? NaN, ((have - have0) / deviation) * Math.sqrt(0.5 * 0.5));
});

test('an item is compared with the other points, without itself', () => {
  const alone = itemAnalysis([
    { name: 'a', max: 1, scores: [1, 0, 1, 0] },
    { name: 'b', max: 1, scores: [0, 1, 0, 1] },
  ]);
  near(alone[0].discrimination ?? NaN, -1);
});

test('without differences there is no discrimination, and without scores no mean', () => {
  const [same, open] = itemAnalysis([
    { name: 'same', max: 1, scores: [0.1, 0.1, 0.1] },
    { name: 'open', max: 1, scores: [null, null, null] },
  ]);
  assert.is(same.discrimination, null);
  assert.is(open.mean, null);
  assert.is(open.difficulty, null);
  assert.is(open.count, 0);
});

test('who has an answer that is not marked yet counts for means alone', () => {
  const scores = [
    [1, 0, 1, 0],
    [2, 1, 2, null],
  ];
  const [a] = itemAnalysis(scores.map((own, i) => ({ name: String(i), max: 2, scores: own })));
  near(a.mean ?? NaN, 0.5);
  near(a.discrimination ?? NaN, 1);
});

test.run();

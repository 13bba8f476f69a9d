import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { blend, lightness } from '../../lib/notegrad/src/plot/color-scale';
import { runningMean, thinned } from '../../lib/notegrad/src/plot/curve-points';
import { fairTop } from '../../lib/notegrad/src/plot/fair-range';
import { extent, quantile, rounded } from '../../lib/notegrad/src/plot/values';

const { NaN: nan } = Number;

test('values are rounded to a ten-thousandth of their range, wherever it lies', () => {
  assert.equal(rounded([0.123456, 1.987654]), [0.12346, 1.9877]);
  assert.equal(rounded([1000.123456, 1000.987654]), [1000.12346, 1000.98765]);
  assert.equal(rounded([0, 123456.789]), [0, 123457]);
  assert.equal(rounded([1e-9, 2.00001e-9]), [1e-9, 2e-9]);
  assert.equal(rounded([5, 5]), [5, 5]);
  assert.equal(rounded([0, nan, 1, -Infinity]), [0, nan, 1, -Infinity]);
  assert.equal(rounded([]), []);
});

test('values that are small beside others keep five significant digits', () => {
  assert.equal(rounded([123456.7, 0.000123456]), [123457, 0.00012346]);
  assert.equal(rounded([1e300, -1e300, 1.23456789]), [1e300, -1e300, 1.2346]);
});

test('extents and quantiles are those of the finite values', () => {
  assert.equal(extent([3, nan, -1, Infinity]), [-1, 3]);
  assert.equal(extent([]), [nan, nan]);
  assert.is(quantile([4, nan, 1, 3, 2], 0.5), 2);
  assert.equal(quantile([], 0.5), nan);
});

test('a running mean takes in the values so far, leaves out what is not finite and keeps its gap', () => {
  assert.equal(runningMean([2, 4, 6, 8], 2), [2, 3, 5, 7]);
  assert.equal(runningMean([2, nan, 6, 8], 2), [2, nan, 6, 7]);
  assert.equal(runningMean([1, 2], 10), [1, 1.5]);
  assert.equal(runningMean([1e300, Infinity], 2), [1e300, nan]);
});

test('a thinned curve keeps its order, its extremes and its gaps', () => {
  const y = Array.from({ length: 1000 }, (_, i) => (i === 700 ? nan : Math.cos(i / 50)));
  const x = y.map((_, i) => i);
  const curve = thinned({ x, y }, 100);
  assert.ok(curve.y.length <= 102 && curve.y.length > 50, `${curve.y.length}`);
  assert.equal(extent(curve.y), extent(y));
  assert.ok(curve.x.every((value, i) => i === 0 || value > curve.x[i - 1]));
  assert.equal(curve.y[curve.x.indexOf(700)], nan);
  assert.is(thinned({ x, y }, 1000).y, y);
});

test('a fair scale leaves out a diverged run, and only where one hides the rest', () => {
  assert.is(fairTop([[1, 2], [1.5], [5]]), undefined);
  assert.is(fairTop([[2, 1], [1.5], [500, 400]]), 1.08 * 2);
  assert.is(fairTop([[2, 1], [1.5], [500, 2.5, 2.5, 2.5, 2.5]]), 1.08 * 2.5);
  assert.is(fairTop([[1, 900]]), undefined);
  assert.is(fairTop([[nan, nan], [1]]), undefined);
});

test('a colour scale is met at its places and blended between them', () => {
  const scale = [
    [0, '#000000'],
    [0.5, '#ff0000'],
    [1, '#ffffff'],
  ] as const;
  assert.equal(blend(scale, 0), [0, 0, 0]);
  assert.equal(blend(scale, 0.25), [128, 0, 0]);
  assert.equal(blend(scale, 0.5), [255, 0, 0]);
  assert.equal(blend(scale, 2), [255, 255, 255]);
  assert.ok(Math.abs(lightness([255, 255, 255]) - 1) < 1e-9);
});

test.run();

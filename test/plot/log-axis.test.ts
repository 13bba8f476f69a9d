import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lines } from '../../lib/src/plot/lines';
import { logAxis } from '../../lib/src/plot/log-axis';

const ticksOf = (low: number, high: number) => (logAxis(low, high) as { dtick?: unknown }).dtick;

test('ticks stand at 1, 2 and 5, and over more than three powers of ten at the powers alone', () => {
  assert.is(ticksOf(2, 9), undefined);
  assert.is(ticksOf(48, 1700), 'D2');
  assert.is(ticksOf(1e-6, 1), 1);
});

test('values that a log axis cannot show do not count for its ticks', () => {
  const TEXT = { title: 't', caption: 'c', xLabel: 'x', yLabel: 'y' };
  const { layout } = lines({ ...TEXT, yScale: 'log', series: { a: [0, 2, Number.NaN, 50, -1e9] } });
  assert.equal(layout.yaxis?.dtick, 'D2');
  const none = lines({ ...TEXT, yScale: 'log', series: { a: [0, -1] } });
  assert.is(none.layout.yaxis?.type, 'log');
});

test.run();

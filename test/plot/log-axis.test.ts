import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { random } from '../../lib/notegrad/src/data/random';
import { lines } from '../../lib/notegrad/src/plot/lines';
import { logAxis } from '../../lib/notegrad/src/plot/log-axis';
import { drawnFigure } from '../support/drawn-figure';

interface Ticks {
  readonly tickvals: readonly number[];
  readonly ticktext: readonly string[];
}

const ticksOf = (low: number, high: number) => logAxis(low, high) as Ticks;

/** The ticks between the least and the largest value. */
const within = (low: number, high: number) =>
  ticksOf(low, high).tickvals.filter((place) => place >= low && place <= high);

/** A label as a number: `2 × 10<sup>−6</sup>`, `100,000` or `0.05`. */
const numberOf = (label: string): number =>
  Number(
    label
      .replace(/^10<sup>/, '1 × 10<sup>')
      .replace(/ × 10<sup>(.*)<\/sup>/, 'e$1')
      .replace('−', '-')
      .replace(/,/g, ''),
  );

test('ticks stand at 1, 2 and 5, and over more than three powers of ten at the powers alone', () => {
  assert.equal(within(48, 1700), [50, 100, 200, 500, 1000]);
  assert.equal(within(1e-6, 1), [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]);
  assert.equal(within(2, 9), [2, 3, 4, 5, 6, 8]);
  assert.equal(within(101, 104), [101, 101.5, 102, 102.5, 103, 103.5, 104]);
});

test('every label says its whole value, whatever the range', () => {
  const { uniform } = random(3);
  for (let trial = 0; trial < 500; trial++) {
    const low = 10 ** (24 * uniform() - 12);
    const high = low * 10 ** (10 * uniform() ** 3);
    const { tickvals, ticktext } = ticksOf(low, high);
    assert.equal(ticktext.map(numberOf), tickvals, `${low} to ${high}`);
    assert.is(new Set(ticktext).size, ticktext.length);
    const seen = within(low, high).length;
    assert.ok(seen >= 2 && seen <= 14, `${seen} ticks from ${low} to ${high}`);
  }
});

test('a single value has ticks about it', () => {
  assert.equal(
    ticksOf(30, 30).tickvals.filter((place) => place > 10 && place < 100),
    [20, 50],
  );
});

test('a log axis is drawn with labels in full', async () => {
  const series = { a: { x: [20, 100], y: [1e-7, 3] } };
  const figure = lines({
    title: 't',
    xLabel: 'x',
    yLabel: 'y',
    xScale: 'log',
    yScale: 'log',
    series,
  });
  const drawn = await drawnFigure(figure);
  assert.equal(drawn.texts('.xtick text'), ['20', '50', '100']);
  assert.equal(drawn.texts('.ytick text').slice(0, 2), ['10\u200b−7\u200b', '10\u200b−6\u200b']);
});

test('what a log axis cannot show is a gap that a note counts, and has no say in its ticks', () => {
  const TEXT = { title: 't', caption: 'c', xLabel: 'x', yLabel: 'y' };
  const figure = lines({ ...TEXT, yScale: 'log', series: { a: [0, 2, Number.NaN, 50, -1e9] } });
  assert.equal((figure.layout.yaxis as unknown as Ticks).tickvals, ticksOf(2, 50).tickvals);
  assert.equal(figure.data[0].y, [Number.NaN, 2, Number.NaN, 50, Number.NaN]);
  assert.is(figure.layout.annotations?.[1].text, 'a: 2 of 5 values are not above 0');
  const none = lines({ ...TEXT, yScale: 'log', series: { a: [0, -1] } });
  assert.is(none.layout.yaxis?.type, 'log');
});

test.run();

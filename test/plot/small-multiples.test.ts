import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { random } from '../../lib/notegrad/src/data/random';
import { barChart } from '../../lib/notegrad/src/plot/bar-chart';
import type { Figure } from '../../lib/notegrad/src/plot/figure';
import { heatMap } from '../../lib/notegrad/src/plot/heat-map';
import { histogram } from '../../lib/notegrad/src/plot/histogram';
import { learningCurves } from '../../lib/notegrad/src/plot/learning-curves';
import { lines } from '../../lib/notegrad/src/plot/lines';
import { scatter } from '../../lib/notegrad/src/plot/scatter';
import { smallMultiples } from '../../lib/notegrad/src/plot/small-multiples';
import { drawnFigure } from '../support/drawn-figure';

const AXES = { xLabel: 'x', yLabel: 'y' };
const TITLE = { title: 'panels' };

const line = (y: number[], change: object = {}) =>
  lines({ ...TITLE, ...AXES, series: { a: y, b: [1, 2] }, ...change });
const bars = (values: number[], categories = ['p', 'p', 'q']) =>
  barChart({ ...TITLE, ...AXES, categories, series: { s: values, t: values } });

interface Axis {
  readonly range: readonly [number, number];
  readonly matches?: string;
  readonly domain: readonly [number, number];
}

const axis = (figure: Figure, name: string): Axis =>
  (figure.layout as unknown as Record<string, Axis>)[name];

test('panels share axes that show the values of all, whatever the figures', () => {
  const { normal, integer } = random(4);
  const values = (count: number) =>
    Array.from({ length: count }, () => normal() * 10 ** (integer(7) - 3));
  const makers: Record<string, () => Figure> = {
    lines: () => line(values(5)),
    logarithmic: () => line(values(5).map(Math.abs), { yScale: 'log' }),
    bars: () => bars(values(3)),
    histogram: () => histogram({ ...TITLE, xLabel: 'x', series: { a: values(30) } }),
    scatter: () => scatter({ ...TITLE, ...AXES, series: { a: values(20), b: values(6) } }),
  };
  for (const [name, make] of Object.entries(makers)) {
    const figures = Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`panel ${i}`, make()]));
    const figure = smallMultiples({ ...TITLE, panels: figures });
    for (const letter of ['x', 'y'] as const) {
      const { range } = axis(figure, `${letter}axis`);
      const isLog = figure.layout[`${letter}axis`]?.type === 'log';
      for (const trace of figure.data) {
        for (const value of trace[letter] as number[]) {
          const at = isLog ? Math.log10(value) : value;
          assert.ok(at >= range[0] - 1e-9 && at <= range[1] + 1e-9, `${name}: ${at} in ${range}`);
        }
      }
      for (const i of [2, 3, 4, 5]) {
        assert.is(axis(figure, `${letter}axis${i}`).matches, letter);
        assert.equal(axis(figure, `${letter}axis${i}`).range, range);
      }
    }
  }
});

test('a panel has all that its figure has', () => {
  const panels = { one: line([1, 5]), two: bars([1, 2, 3]), three: line([7, 8]) };
  const figure = smallMultiples({ ...TITLE, panels, share: 'none' });
  Object.values(panels).forEach((own, i) => {
    const drawn = figure.data.filter(({ yaxis }) => yaxis === (i === 0 ? 'y' : `y${i + 1}`));
    assert.equal(
      drawn.map(({ x, y }) => [x, y]),
      own.data.map(({ x, y }) => [x, y]),
    );
  });
  assert.is(axis(figure, 'yaxis2').matches, undefined);
});

test('panels stand in reading order, named, and the legend has each name once', async () => {
  const panels = Object.fromEntries(['<i>p</i>', '$q$', 'r'].map((name) => [name, line([1, 2])]));
  const figure = smallMultiples({ ...TITLE, panels, columns: 2 });
  const drawn = await drawnFigure(figure);
  assert.equal(drawn.texts('.legendtext'), ['a', 'b']);
  assert.equal(drawn.texts('.annotation text'), ['<i>p</i>', '$q$', 'r']);
  const [first, second, third] = ['', '2', '3'].map((i) => [
    axis(figure, `xaxis${i}`).domain[0],
    axis(figure, `yaxis${i}`).domain[0],
  ]);
  assert.ok(first[0] < second[0] && first[1] === second[1]);
  assert.ok(first[0] === third[0] && first[1] > third[1]);
});

test('captions and notes of the panels are kept, with the panel that only one is about', () => {
  const quick = { caption: 'quick & small' };
  const panels = { p: line([1, 2], quick), q: line([0, 2], { ...quick, yScale: 'log' }) };
  const texts = smallMultiples({ ...TITLE, panels, share: 'x' }).layout.annotations?.map(
    ({ text }) => text,
  );
  assert.equal(texts?.slice(0, 2), [
    'p: quick &amp; small',
    'q: quick &amp; small a: 1 of 2 values are not above 0',
  ]);
});

test('what cannot share axes is refused', () => {
  const draw = (panels: Record<string, Figure>) => () => smallMultiples({ ...TITLE, panels });
  const labels = ['p'];
  const map = { values: [[1]], rowLabels: labels, columnLabels: labels, valueLabel: 'v' };
  const run = { steps: { loss: [1, 2] }, epochs: { loss: [1] } };
  const curves = learningCurves({ ...TITLE, yLabel: 'nats', runs: { run }, against: 'both' });
  const blue = lines({ ...TITLE, ...AXES, series: { b: [1, 2], a: [1, 2] } });
  assert.throws(draw({}), 'small multiples without a panel');
  assert.throws(draw({ m: heatMap({ ...TITLE, ...AXES, ...map }) }), 'panel m is a heat map');
  assert.throws(draw({ c: curves }), 'panel c has several pairs of axes');
  assert.throws(
    draw({ l: line([1, 2]), g: line([1, 2], { yScale: 'log' }) }),
    'panels l and g cannot share y: one is linear, one log',
  );
  assert.throws(
    draw({ p: bars([1, 2, 3]), q: bars([1, 2, 3], ['p', 'q', 'q']) }),
    'panels p and q cannot share x: other categories',
  );
  assert.throws(draw({ p: line([1, 2]), q: blue }), 'has other colours in other panels');
  assert.throws(
    () => smallMultiples({ ...TITLE, panels: { p: line([1]) }, columns: 0 }),
    'invalid number of columns: 0',
  );
});

test.run();

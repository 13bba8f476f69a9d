import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lines } from '../../lib/notegrad/src/plot/lines';

const TEXT = { title: 't', xLabel: 'x', yLabel: 'y' };

const { NaN: nan } = Number;

test('several arrays are seeds: their mean is drawn with a band of their standard deviation', () => {
  const y = [
    [1, 10, 5],
    [3, 10, 5],
  ];
  const figure = lines({ ...TEXT, series: { sgd: y } });
  const [band, mean] = figure.data;
  assert.equal(mean.y, [2, 10, 5]);
  const half = Math.SQRT2;
  const expected = [2 + half, 10, 5, 5, 10, 2 - half];
  (band.y as number[]).forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]) < 1e-3);
  });
  assert.equal(band.x, [0, 1, 2, 2, 1, 0]);
  assert.is(figure.layout.annotations?.[0].text, 'bands: mean ± standard deviation over 2 seeds');
});

test('a band of a given height is interrupted where its line is', () => {
  const series = { a: { y: [1, 2, nan, 4, 5], deviation: [1, 1, 1, 1, 2] } };
  const [band] = lines({ ...TEXT, series }).data;
  assert.equal(band.x, [0, 1, 1, 0, nan, 3, 4, 4, 3]);
  assert.equal(band.y, [2, 3, 1, 0, nan, 5, 7, 3, 3]);
});

test('on a log axis a band that reaches below zero ends under the least value', () => {
  const series = { a: { y: [1, 10], deviation: [5, 1] } };
  const [band] = lines({ ...TEXT, series, yScale: 'log' }).data;
  assert.equal(band.y, [6, 11, 9, 0.5]);
});

test('seeds and deviations that do not fit are refused', () => {
  const draw = (series: Parameters<typeof lines>[0]['series']) => () => lines({ ...TEXT, series });
  assert.throws(draw({ a: [[1, 2], [1]] }), 'the seeds of a differ in length: 2 and 1 values');
  assert.throws(draw({ a: { y: [1, 2], deviation: [1] } }), 'a has 1 deviations but 2 y');
  assert.throws(draw({ a: { y: [1, nan], x: [nan, 1] } }), 'a has no finite value to plot');
});

test('a seed that is not finite makes a gap of the mean', () => {
  const { data } = lines({
    ...TEXT,
    series: {
      a: [
        [1, 2, 3],
        [1, nan, 5],
      ],
    },
  });
  assert.equal(data.find(({ name }) => name === 'a')?.y, [1, nan, 4]);
});

test('a faint line is thin, pale and named in the legend at its place', () => {
  const series = { mean: [1, 2], raw: { y: [2, 1], faint: true } };
  const { data } = lines({ ...TEXT, series });
  const [raw, mean] = data as { name: string; opacity?: number; legendrank?: number }[];
  assert.equal([raw.name, mean.name], ['raw', 'mean']);
  assert.ok((raw.opacity ?? 1) < 0.5 && mean.opacity === undefined);
  assert.ok((raw.legendrank ?? 0) > (mean.legendrank ?? 0));
});

test('a point between two gaps is marked, and so is a line of one point', () => {
  const marks = (y: number[]) =>
    lines({ ...TEXT, series: { a: y } }).data.find(({ mode }) => mode === 'markers')?.y;
  assert.equal(marks([1, nan, 3, nan, 4, 5]), [1, 3]);
  assert.equal(marks([7]), [7]);
  assert.is(marks([1, 2]), undefined);
});

test('a long curve keeps its ends, and one that turns back its farthest points', () => {
  const angle = Array.from({ length: 5000 }, (_, i) => i / 300);
  const circle = { x: angle.map(Math.cos), y: angle.map(Math.sin) };
  const { x, y } = lines({ ...TEXT, series: { circle } }).data[0] as { x: number[]; y: number[] };
  assert.ok(x.length < 2500, `${x.length}`);
  assert.ok(Math.min(...x) < -0.999 && Math.max(...x) === 1);
  const radii = x.map((value, i) => Math.hypot(value, y[i]));
  assert.ok(radii.every((radius) => Math.abs(radius - 1) < 1e-3));
  assert.ok(Math.abs(x[x.length - 1] - circle.x[4999]) < 1e-3);
});

test('the ends of both axes may be given, in the units of the lines on log axes too', () => {
  const options = { title: 't', xLabel: 'x', yLabel: 'y', series: { a: [1, 10, 100] } };
  const ranges = (more: object) => {
    const { xaxis, yaxis } = lines({ ...options, ...more }).layout;
    return [xaxis?.range, yaxis?.range];
  };
  assert.equal(ranges({ xRange: [0, 5], yRange: [0, 200] }), [
    [0, 5],
    [0, 200],
  ]);
  assert.equal(ranges({}), [undefined, undefined]);
  const logs = { xScale: 'log', yScale: 'log', xRange: [1, 10], yRange: [10, 1000] };
  assert.equal(ranges(logs), [
    [0, 1],
    [1, 3],
  ]);
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bundle } from '../../lib/src/plot/bundle';
import { COLORS } from '../../lib/src/plot/house-style';
import { latentScatter } from '../../lib/src/plot/latent-scatter';
import { png } from '../../lib/src/plot/png';
import { decodePng } from '../support/pixels';

const NAMES = [...'0123456789'];

/** Points of ten classes on a circle, each class in a place of its own. */
function tenClasses(count: number): { points: Float32Array; labels: Uint8Array } {
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  const points = Float32Array.from({ length: 2 * count }, (_, k) => {
    const i = k >> 1;
    const angle = (2 * Math.PI * labels[i]) / 10 + 0.02 * Math.floor(i / 10);
    return 4.123456789 * (k % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  });
  return { points, labels };
}

test('each class has pixels of a colour of its own', async () => {
  const { points, labels } = tenClasses(200);
  const pixels = await decodePng(
    png(latentScatter({ title: 'z', points, labels, classNames: NAMES })),
  );
  for (const color of COLORS.slice(0, 10)) assert.ok(pixels.count(color, 45) > 100, color);
});

test('both axes have the same scale, and the legend names the classes that have points', () => {
  const { points, labels } = tenClasses(5);
  const { data, layout } = latentScatter({ title: 'z', points, labels, classNames: NAMES });
  assert.is(layout.yaxis?.scaleanchor, 'x');
  assert.equal(
    data.map(({ name }) => name),
    ['0', '1', '2', '3', '4'],
  );
});

test('pairs and flat coordinates are the same points', () => {
  const pairs = [
    [0, 1],
    [2, 3],
  ];
  const of = (points: number[] | number[][]) =>
    latentScatter({ title: 'z', points, labels: [0, 1], classNames: ['a', 'b'] });
  assert.equal(of(pairs), of(pairs.flat()));
  assert.equal(of(pairs).data[1].x, [2]);
});

test('a thousand points are stored in four digits and fewer than 150 kB of PNG', () => {
  const { points, labels } = tenClasses(1024);
  const figure = latentScatter({ title: 'z', points, labels, classNames: NAMES });
  const { data } = bundle(figure);
  const json = JSON.stringify(data['application/vnd.plotly.v1+json']);
  assert.ok(json.length < 25_000, `${json.length}`);
  assert.ok((data['image/png'] as string).length < 200_000);
  const x = figure.data[0].x as number[];
  assert.ok(Math.abs(x[0] - points[0]) < 1e-3);
});

test('more points than can be seen are thinned evenly, and the caption says so', () => {
  const { points, labels } = tenClasses(1000);
  const figure = latentScatter({ title: 'z', points, labels, classNames: NAMES, maxPoints: 100 });
  const sizes = figure.data.map(({ x }) => (x as number[]).length);
  assert.is(
    sizes.reduce((sum, size) => sum + size),
    100,
  );
  assert.match(figure.layout.annotations?.[0].text ?? '', '100 of 1000 points drawn');
});

test('stars are drawn over the points, each with its label', async () => {
  const { points, labels } = tenClasses(50);
  const stars = [
    { at: [0, 0] as const, label: 'A <1>' },
    { at: [1, 1] as const, label: 'overlap' },
  ];
  const figure = latentScatter({ title: 'z', points, labels, classNames: NAMES, stars });
  assert.ok((await decodePng(png(figure))).count('#ffd400', 4) > 300);
  assert.equal(
    figure.layout.annotations?.map(({ text }) => text),
    ['<b>A &lt;1&gt;</b>', '<b>overlap</b>'],
  );
  assert.match(figure.alt ?? '', 'with stars at A <1> (0, 0), overlap (1, 1)');
});

test('points that do not fit their labels or the plane are refused', () => {
  const of = (points: number[] | number[][], labels: number[]) => () =>
    latentScatter({ title: 'bad', points, labels, classNames: ['a', 'b'] });
  assert.throws(of([], []), 'no points to plot');
  assert.throws(of([1, 2, 3], [0]), '3 coordinates do not make 2-D points');
  assert.throws(of([[1, 2, 3]], [0]), 'point 0 has 3 coordinates: 2-D points have 2');
  assert.throws(of([1, 2], [0, 1]), '1 points but 2 labels');
  assert.throws(of([1, 2], [2]), 'unknown class: 2 at point 0 (0 to 1 have names)');
  assert.throws(of([1, Number.NaN], [0]), 'y[0] is NaN');
});

test.run();

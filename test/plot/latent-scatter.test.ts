import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { random } from '../../lib/notegrad/src/data/random';
import { bundle } from '../../lib/notegrad/src/plot/bundle';
import { COLORS } from '../../lib/notegrad/src/plot/house-style';
import { latentScatter } from '../../lib/notegrad/src/plot/latent-scatter';
import { png } from '../../lib/notegrad/src/plot/png';
import { drawnFigure } from '../support/drawn-figure';
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
  const ranked = data.filter(({ showlegend }) => showlegend !== false) as { legendrank?: number }[];
  ranked.sort((a, b) => (a.legendrank ?? 0) - (b.legendrank ?? 0));
  assert.equal(
    (ranked as { name?: string }[]).map(({ name }) => name),
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
  assert.equal(of(pairs).data.find(({ name }) => name === 'b')?.x, [2]);
});

test('a thousand points are stored in few digits and fewer than 150 kB of PNG', () => {
  const { points, labels } = tenClasses(1024);
  const figure = latentScatter({ title: 'z', points, labels, classNames: NAMES });
  const { data } = bundle(figure);
  const json = JSON.stringify(data['application/vnd.plotly.v1+json']);
  assert.ok(json.length < 30_000, `${json.length}`);
  assert.ok((data['image/png'] as string).length < 200_000);
  const x = figure.data.flatMap((trace) => trace.x as number[]);
  assert.ok(x.some((value) => Math.abs(value - points[0]) < 1e-3));
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
  assert.equal(figure.layout.annotations?.map(({ text }) => text).slice(-2), [
    '<b>A &lt;1&gt;</b>',
    '<b>overlap</b>',
  ]);
  assert.match(figure.alt ?? '', 'with stars at A <1> (0, 0), overlap (1, 1)');
});

test('no class covers another: of two in the same places, both are seen', async () => {
  const { normal } = random(5);
  const places = Array.from({ length: 600 }, () => [normal(), normal()]);
  const points = places.flatMap((place) => [place, place]);
  const labels = points.map((_, i) => i % 2);
  const seen = async (order: 'shuffled' | 'given') => {
    const classNames = ['a', 'b'];
    const figure = latentScatter({
      ...{ title: 'z', points, labels, classNames, order },
      names: 'centres',
    });
    const pixels = await decodePng(png(figure));
    return COLORS.slice(0, 2).map((color) => pixels.count(color, 45));
  };
  const [below, above] = await seen('given');
  assert.ok(below < 0.4 * above, `${below} of the first, ${above} of the second`);
  const [first, second] = await seen('shuffled');
  assert.ok(first > 0.55 * second && second > 0.55 * first, `${first} and ${second}`);
});

test('the order is shuffled in the same way each time', () => {
  const { points, labels } = tenClasses(300);
  const draw = () => latentScatter({ title: 'z', points, labels, classNames: NAMES });
  assert.equal(draw(), draw());
});

test('each class is named at its centre, and no name covers another', () => {
  const { points, labels } = tenClasses(300);
  const at = (names?: 'legend' | 'centres' | 'both') =>
    latentScatter({ title: 'z', points, labels, classNames: NAMES, names }).layout;
  const names = at().annotations ?? [];
  assert.equal(
    names.map(({ text }) => text),
    NAMES.map((name) => `<b>${name}</b>`),
  );
  names.forEach(({ x, y }, id) => {
    const angle = (2 * Math.PI * id) / 10 + 0.3;
    assert.ok(Math.abs(Number(x) - 4.12 * Math.cos(angle)) < 0.3, `class ${id}`);
    assert.ok(Math.abs(Number(y) - 4.12 * Math.sin(angle)) < 0.3, `class ${id}`);
  });
  const together = latentScatter({
    ...{ title: 'z', points: new Float32Array(20), labels: NAMES.map((_, i) => i) },
    classNames: NAMES,
  });
  const shifts = together.layout.annotations?.map(({ xshift, yshift }) => [xshift, yshift]) ?? [];
  assert.is(new Set(shifts.map(String)).size, 10);
  assert.equal(at('legend').annotations, []);
  assert.is(at('centres').showlegend, false);
});

test('the range shows the bulk, says what is outside, and an inset or a wish shows all', async () => {
  const { points, labels } = tenClasses(1000);
  points.set([900, -700], 0);
  const draw = (change: object) =>
    latentScatter({ title: 'z', points, labels, classNames: NAMES, ...change });
  const { layout } = draw({});
  assert.is(layout.annotations?.[0].text, '0.1 % of the points (1 of 1000) outside of this range');
  for (const axis of [layout.xaxis, layout.yaxis]) {
    const [low, high] = (axis?.range ?? []) as number[];
    assert.ok(low < -4.12 && low > -6 && high > 4.12 && high < 6, `${low} to ${high}`);
  }
  const all = draw({ view: 'all' }).layout;
  assert.ok((all.xaxis?.range?.[1] as number) > 900);
  assert.is(all.annotations?.length, 10);
  const withInset = draw({ inset: true });
  const inInset = withInset.data.filter(({ xaxis }) => xaxis === 'x2');
  assert.is(inInset.flatMap(({ x }) => x as number[]).length, 1000);
  assert.ok((withInset.layout.xaxis2?.range?.[1] as number) > 900);
  assert.is((await drawnFigure(withInset)).count('.scatterlayer .point'), 2000);
});

test('a star far from the points is in the range, and so is a class of one point', () => {
  const { points, labels } = tenClasses(1000);
  labels[0] = 10;
  points.set([50, 0], 0);
  const stars = [{ at: [0, 80] as const, label: 'A' }];
  const classNames = [...NAMES, 'far'];
  const { layout } = latentScatter({ title: 'z', points, labels, classNames, stars });
  assert.ok((layout.xaxis?.range?.[1] as number) > 50);
  assert.ok((layout.yaxis?.range?.[1] as number) > 80);
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

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { barChart } from '../../lib/notegrad/src/plot/bar-chart';
import { confusionHeatMap } from '../../lib/notegrad/src/plot/confusion-heat-map';
import type { Figure } from '../../lib/notegrad/src/plot/figure';
import { altText } from '../../lib/notegrad/src/plot/figure';
import { heatMap } from '../../lib/notegrad/src/plot/heat-map';
import { histogram } from '../../lib/notegrad/src/plot/histogram';
import { COLORS, REDS } from '../../lib/notegrad/src/plot/house-style';
import { latentScatter } from '../../lib/notegrad/src/plot/latent-scatter';
import { learningCurves } from '../../lib/notegrad/src/plot/learning-curves';
import { lines } from '../../lib/notegrad/src/plot/lines';
import { png } from '../../lib/notegrad/src/plot/png';
import { prepare } from '../../lib/notegrad/src/plot/prepare';
import { openPlotlyPage } from '../../lib/notegrad/src/plot/render/plotly-page';
import { scatter } from '../../lib/notegrad/src/plot/scatter';
import { smallMultiples } from '../../lib/notegrad/src/plot/small-multiples';
import { decodePng } from '../support/pixels';

const AXES = { xLabel: 'x (m)', yLabel: 'y (s)' };
const TITLE = { title: 'a < b & <i>c</i>', caption: 'quick & <small>' };
const HISTORY = {
  steps: { loss: [3, 2, 1, 0.5] },
  epochs: { loss: [2.5, 0.75], validationLoss: [1.5, 1], seconds: [1, 1] },
};
const POINTS = Float32Array.from({ length: 200 }, (_, i) => Math.sin(i * i));

const MATRIX = {
  values: [
    [1, -2],
    [Number.NaN, 0.5],
  ],
  rowLabels: ['r0', 'r1'],
  columnLabels: ['c0', 'c1'],
  valueLabel: 'angle (rad)',
};

const FIGURES: Record<string, Figure> = {
  barChart: barChart({
    ...TITLE,
    ...AXES,
    categories: ['p', 'q'],
    series: { s: [1, 2], t: [3, 4] },
  }),
  barChartWithErrors: barChart({
    ...TITLE,
    ...AXES,
    categories: ['p', 'q'],
    series: { s: [81, 82] },
    errors: { s: [1, 2] },
    yRange: [80, 90],
  }),
  confusionHeatMap: confusionHeatMap({
    ...TITLE,
    counts: [
      [8, 2],
      [1, 9],
    ],
    classNames: ['cat', 'dog'],
  }),
  heatMap: heatMap({ ...TITLE, ...AXES, ...MATRIX }),
  histogram: histogram({ ...TITLE, xLabel: 'z', series: { a: POINTS, b: [0, 0.5] } }),
  latentScatter: latentScatter({
    ...TITLE,
    points: POINTS,
    labels: Array.from({ length: 100 }, (_, i) => i % 10),
    classNames: [...'0123456789'],
    stars: [{ at: [0, 0], label: 'A' }],
  }),
  learningCurves: learningCurves({
    ...TITLE,
    yLabel: 'nats',
    runs: { sgd: HISTORY, adam: HISTORY },
  }),
  learningCurvesByBoth: learningCurves({
    ...TITLE,
    yLabel: 'nats',
    runs: { sgd: HISTORY },
    against: 'both',
    yScale: 'log',
  }),
  lines: lines({
    ...TITLE,
    ...AXES,
    series: { a: [1, Number.NaN, 3], b: { x: [0, 9], y: [1, 2] } },
  }),
  learningCurvesOfSeeds: learningCurves({
    ...TITLE,
    yLabel: 'nats',
    runs: { sgd: [HISTORY, { ...HISTORY, steps: { loss: [2, 2, 2, 2] } }] },
    against: 'steps',
  }),
  learningCurvesWithDivergence: learningCurves({
    ...TITLE,
    yLabel: 'nats',
    runs: {
      sgd: HISTORY,
      adam: HISTORY,
      wild: { steps: { loss: [900] }, epochs: { loss: [900, 1] } },
    },
  }),
  linesOfSeeds: lines({
    ...TITLE,
    ...AXES,
    yScale: 'log',
    series: {
      a: [
        [1, 2, 3],
        [2, 2, 9],
      ],
      b: { y: [4, 5, 6], faint: true },
    },
  }),
  smallMultiples: smallMultiples({
    ...TITLE,
    panels: {
      p: lines({ ...TITLE, ...AXES, series: { a: [1, 2], b: [3, 5] } }),
      q: scatter({ ...TITLE, ...AXES, series: { a: POINTS, b: [[0, 1]] } }),
    },
  }),
  scatterWithInset: scatter({
    ...TITLE,
    ...AXES,
    series: { a: [...POINTS, 99, 99], b: [[0, 1]] },
    equalAxes: true,
    names: 'both',
    inset: true,
  }),
  scatter: scatter({ ...TITLE, ...AXES, series: { a: POINTS, b: [[0, 1]] }, equalAxes: true }),
};

test('every figure has only attributes and values that plotly knows', () => {
  const { plotly } = openPlotlyPage();
  for (const [name, figure] of Object.entries(FIGURES)) {
    const { data, layout } = prepare(figure);
    // Plotly's own check fails on the settings of a legend that is not shown.
    const faults = plotly.validate(data, { ...layout, showlegend: true }) ?? [];
    assert.equal(
      faults.map(({ msg }) => msg),
      [],
      name,
    );
  }
});

test('every figure shows its title, caption and axis labels as they were written', () => {
  for (const [name, figure] of Object.entries(FIGURES)) {
    const { title, annotations, xaxis, yaxis } = prepare(figure).layout as Record<string, never>;
    assert.is((title as { text: string }).text, 'a &lt; b &amp; &lt;i&gt;c&lt;/i&gt;', name);
    const caption = (annotations as { text: string }[])[0].text;
    assert.ok(caption.startsWith('quick &amp; &lt;small&gt;'), name);
    for (const axis of [xaxis, yaxis] as { title: { text: string } }[]) {
      assert.ok(axis.title.text.length > 0, name);
    }
  }
});

test('a long caption is broken into lines that stand one above the other', () => {
  const caption = new Array(40).fill('words').join(' ');
  const { layout } = lines({ title: 't', caption, ...AXES, series: { a: [1, 2] } });
  const notes = layout.annotations ?? [];
  assert.is(notes.map(({ text }) => text).join(' '), caption);
  assert.ok(notes.length > 1 && notes.every(({ text = '' }) => text.length <= 90));
  const heights = notes.map(({ yshift = 0 }) => yshift);
  assert.equal(
    heights,
    [...heights].sort((a, b) => b - a),
  );
  assert.ok((layout.margin?.t ?? 0) > heights[0] + 30);
});

test('every figure says what it shows, beginning with its title', () => {
  for (const [name, figure] of Object.entries(FIGURES)) {
    assert.ok(altText(figure).startsWith('a < b & <i>c</i>: '), name);
    assert.ok(altText(figure).length > 40, name);
  }
});

test('every figure is drawn, in its colours and in less than 150 kB', async () => {
  for (const [name, figure] of Object.entries(FIGURES)) {
    const file = png(figure);
    assert.ok(file.length < 150_000, `${name}: ${file.length}`);
    const pixels = await decodePng(file);
    const background = pixels.count('#ffffff', 0) / (pixels.width * pixels.height);
    assert.ok(background > 0.2 && background < 0.995, `${name}: ${background} white`);
  }
});

test('a bar is as high as its value', async () => {
  const figure = barChart({
    title: 'bars',
    ...AXES,
    categories: ['p', 'q'],
    series: { s: [1, 2] },
  });
  const pixels = await decodePng(png(figure));
  const isBlue = (x: number, y: number) =>
    pixels.at(x, y).every((v, i) => Math.abs(v - [0x3f, 0x90, 0xda][i]) < 8);
  const height = (x: number) =>
    Array.from({ length: pixels.height }, (_, y) => isBlue(x, y)).filter(Boolean).length;
  const [low, high] = [height(pixels.width * 0.35), height(pixels.width * 0.75)];
  assert.ok(low > 50 && Math.abs(high / low - 2) < 0.03, `${low} and ${high}`);
});

test('bars that do not fit their categories are refused', () => {
  const bars = (series: Record<string, number[]>, errors?: Record<string, number[]>) => () =>
    barChart({ title: 'bad', ...AXES, categories: ['p', 'q'], series, errors });
  assert.throws(bars({}), 'a bar chart without bars');
  assert.throws(bars({ s: [1] }), 's has 1 values for 2 categories');
  assert.throws(bars({ s: [1, Number.NaN] }), 's[1] is NaN');
  assert.throws(bars({ s: [1, 2] }, { t: [1, 2] }), 'errors of an unknown series: t (known: s)');
});

test('the counts of a histogram are those of its samples, its density has area one', () => {
  const series = { a: [0, 0.1, 0.9, 1, 1, 5] };
  const yOf = (figure: Figure) => figure.data[0].y as number[];
  const options = { title: 'h', xLabel: 'x', series, numBins: 2 };
  assert.equal(yOf(histogram(options)), [5, 1]);
  assert.equal(yOf(histogram({ ...options, xRange: [0, 1] })), [2, 3]);
  const density = yOf(histogram({ ...options, height: 'density' }));
  assert.ok(Math.abs((density[0] + density[1]) * 2.5 - 1) < 1e-4);
  assert.equal(yOf(histogram({ ...options, series: { a: [3, 3] } })), [0, 2]);
});

test('no sample is lost at the ends of a histogram, and those outside of its range are said', () => {
  // 0.1 + 3 · ((0.7 − 0.1) / 3) is less than 0.7.
  const figure = histogram({ title: 'h', xLabel: 'x', series: { a: [0.1, 0.7] }, numBins: 3 });
  assert.equal(figure.data[0].y, [1, 0, 1]);
  const cut = histogram({ title: 'h', xLabel: 'x', series: { a: [1, 2, 9] }, xRange: [0, 3] });
  assert.is(cut.layout.annotations?.[0].text, '1 outside of this range');
});

test('bins of large values with small differences stay apart', () => {
  const series = { a: [1e6, 1e6 + 1] };
  const x = histogram({ title: 'h', xLabel: 'x', series, numBins: 10 }).data[0].x as number[];
  assert.is(new Set(x).size, 10);
});

test('a histogram without samples, or with what is no number, is refused', () => {
  const of =
    (a: number[], numBins = 4) =>
    () =>
      histogram({ title: 'bad', xLabel: 'x', series: { a }, numBins });
  assert.throws(of([]), 'a has no sample');
  assert.throws(of([Infinity]), 'a[0] is Infinity');
  assert.throws(of([1], 0), 'invalid number of bins: 0');
});

test('a heat map is symmetric about white where there are negative values', () => {
  const { data } = FIGURES.heatMap;
  const { zmin, zmax } = data[0] as unknown as { zmin: number; zmax: number };
  assert.equal([zmin, zmax], [-2, 2]);
});

test('cells of a heat map hold their values, in an ink that contrasts', () => {
  const { text, textfont } = FIGURES.heatMap.data[1];
  assert.equal(text, ['1', '-2', '0.5']);
  assert.equal(textfont?.color, ['#1f2430', '#ffffff', '#1f2430']);
});

test('cells too small to read are left empty, and only words that were asked for are missed', () => {
  const size = 100;
  const labels = Array.from({ length: size }, (_, i) => `t${i}`);
  const values = labels.map((_, row) => labels.map((_, column) => row * column));
  const options = { ...TITLE, ...AXES, values, rowLabels: labels, columnLabels: labels };
  const notes = (annotate?: () => string) => {
    const { data, layout } = heatMap({ ...options, valueLabel: 'v', annotate });
    assert.is(data.length, 1);
    return (layout.annotations ?? []).map(({ text }) => text).slice(1);
  };
  const labelled = ['every 3rd column is labelled', 'every 2nd row is labelled'];
  assert.equal(notes(), labelled);
  assert.equal(
    notes(() => 'word'),
    ['the cells are too small for their words', ...labelled],
  );
});

test('infinite values of a heat map are said', () => {
  const values = [
    [1, Infinity],
    [-Infinity, 2],
  ];
  const { layout } = heatMap({ ...TITLE, ...AXES, ...MATRIX, values });
  assert.is(layout.annotations?.[1].text, 'white where infinite (2 values)');
});

test('a heat map whose labels do not fit is refused', () => {
  const map = (change: object) => () => heatMap({ title: 'bad', ...AXES, ...MATRIX, ...change });
  assert.throws(map({ values: [] }), 'a heat map without values');
  assert.throws(map({ rowLabels: ['r0'] }), '2 rows but 1 row labels');
  assert.throws(map({ values: [[1, 2], [1]] }), 'row 1 has 1 values but there are 2 column labels');
  assert.throws(map({ values: MATRIX.values.map(() => [Number.NaN, Number.NaN]) }), 'finite value');
});

test('a confusion matrix shows counts, colours shares and says how many were right', () => {
  const { data, layout, alt } = FIGURES.confusionHeatMap;
  assert.equal(data[0].z, [
    [0.8, Number.NaN],
    [Number.NaN, 0.9],
  ]);
  assert.equal(data[1].z, [
    [Number.NaN, 0.2],
    [0.1, Number.NaN],
  ]);
  assert.equal(data[2].text, ['8', '2', '1', '9']);
  assert.match(layout.annotations?.[0].text ?? '', '85.00 % of 20 right');
  assert.match(alt ?? '', '85.00 % of 20 right');
});

test('a single mistake among ten thousand is seen, and one never made is white and empty', async () => {
  const counts = [
    [10_000, 1, 0],
    [0, 9_000, 900],
    [0, 0, 10_000],
  ];
  const figure = confusionHeatMap({ title: 'c', counts, classNames: ['a', 'b', 'c'] });
  assert.equal(figure.data[2].text, ['10,000', '1', '9000', '900', '10,000']);
  const pixels = await decodePng(png(figure));
  assert.ok(pixels.count(REDS[0][1], 24) > 20_000, 'the single mistake has a cell of its colour');
  const perfect = confusionHeatMap({ title: 'c', counts: [[3]], classNames: ['a'] });
  assert.is(perfect.data.length, 2);
});

test('what is no confusion matrix is refused', () => {
  const of = (counts: number[][]) => () =>
    confusionHeatMap({ title: 'bad', counts, classNames: ['a', 'b'] });
  assert.throws(of([[1, 0]]), '1 rows but 2 row labels');
  assert.throws(
    of([
      [1, Number.NaN],
      [0, 1],
    ]),
    'counts[0][1] is NaN, not a count',
  );
  assert.throws(
    of([
      [0, 0],
      [0, 0],
    ]),
    'a confusion matrix of no samples',
  );
});

test('points of each series have its colour', async () => {
  const pixels = await decodePng(png(FIGURES.scatter));
  assert.ok(pixels.count(COLORS[0], 60) > 500);
  assert.ok(pixels.count(COLORS[1], 60) > 100);
});

test('lines that cannot be drawn are refused', () => {
  const draw = (series: Parameters<typeof lines>[0]['series']) => () =>
    lines({ title: 'bad', ...AXES, series });
  assert.throws(draw({}), 'a figure of no line');
  assert.throws(draw({ a: { x: [1], y: [1, 2] } }), 'a has 1 x but 2 y');
  assert.throws(draw({ a: [Number.NaN] }), 'a has no finite value to plot');
});

test.run();

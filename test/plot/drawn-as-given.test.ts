import { JSDOM } from 'jsdom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Random, random } from '../../lib/notegrad/src/data/random';
import { NotegradError } from '../../lib/notegrad/src/errors';
import { barChart } from '../../lib/notegrad/src/plot/bar-chart';
import { blend } from '../../lib/notegrad/src/plot/color-scale';
import { confusionHeatMap } from '../../lib/notegrad/src/plot/confusion-heat-map';
import type { Figure } from '../../lib/notegrad/src/plot/figure';
import { filterGrid } from '../../lib/notegrad/src/plot/filter-grid';
import { heatMap } from '../../lib/notegrad/src/plot/heat-map';
import { histogram } from '../../lib/notegrad/src/plot/histogram';
import { BLUE_WHITE_RED } from '../../lib/notegrad/src/plot/house-style';
import { imageGrid } from '../../lib/notegrad/src/plot/image-grid';
import { latentScatter } from '../../lib/notegrad/src/plot/latent-scatter';
import { learningCurves } from '../../lib/notegrad/src/plot/learning-curves';
import { lines } from '../../lib/notegrad/src/plot/lines';
import { png } from '../../lib/notegrad/src/plot/png';
import { scatter } from '../../lib/notegrad/src/plot/scatter';
import { smallMultiples } from '../../lib/notegrad/src/plot/small-multiples';
import { table } from '../../lib/notegrad/src/plot/table';
import { anyText } from '../support/any-text';
import { drawnFigure } from '../support/drawn-figure';
import { decodePng } from '../support/pixels';

const AXES = { xLabel: 'x', yLabel: 'y' };
const NUM_TRIALS = 8;

const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Finite, of any size and sign, and often equal. */
const anyValue = ({ integer, normal }: Random): number =>
  integer(3) === 0 ? integer(5) - 2 : normal() * 10 ** (integer(9) - 4);

const anyNames = (source: Random, most: number): string[] => {
  const names = new Set(many(1 + source.integer(most), () => anyText(source)));
  return [...names];
};

/** Labels as they stand in the figure: a lone blank is made visible, an empty one is not there. */
const onPaper = (labels: readonly string[]): string[] =>
  labels.filter((label) => label !== '').map((label) => (label === ' ' ? '␣' : label));

/** Within what an eye can see of the values' range. */
function assertClose(drawn: readonly number[], given: readonly number[], what: string): void {
  assert.is(drawn.length, given.length, what);
  const finite = given.filter(Number.isFinite);
  const range = Math.max(...finite) - Math.min(...finite);
  drawn.forEach((value, i) => {
    const isSame = Number.isFinite(given[i])
      ? Math.abs(value - given[i]) <= 1e-4 * Math.max(range, Math.abs(given[i]))
      : !Number.isFinite(value);
    assert.ok(isSame, `${what}: ${value} for ${given[i]}`);
  });
}

interface Axis {
  readonly tickvals: readonly number[];
  readonly ticktext: readonly string[];
}

const axisOf = (figure: Figure, name: 'xaxis' | 'yaxis'): Axis =>
  figure.layout[name] as unknown as Axis;

test('a heat map has each value at its row and column, whatever their labels', async () => {
  for (let seed = 0; seed < NUM_TRIALS; seed++) {
    const source = random(17, seed);
    const [numRows, numColumns] = [1 + source.integer(7), 1 + source.integer(7)];
    const rowLabels = many(numRows, () => anyText(source));
    const columnLabels = many(numColumns, () => anyText(source));
    const values = many(numRows, () =>
      many(numColumns, () => (source.integer(9) === 0 ? Number.NaN : anyValue(source))),
    );
    values[0][0] = 1;
    const annotate = (_: number, row: number, column: number) => `${row},${column}`;
    const map = heatMap({
      ...AXES,
      title: 'm',
      valueLabel: 'v',
      values,
      rowLabels,
      columnLabels,
      annotate,
    });
    assertClose((map.data[0].z as number[][]).flat(), values.flat(), `values of seed ${seed}`);
    assert.equal(
      axisOf(map, 'xaxis').tickvals,
      many(numColumns, (i) => i),
    );
    assert.equal(
      axisOf(map, 'yaxis').tickvals,
      many(numRows, (i) => i),
    );
    const drawn = await drawnFigure(map);
    assert.equal(onPaper(drawn.texts('.xtick text')), onPaper(columnLabels), `seed ${seed}`);
    assert.equal(onPaper(drawn.texts('.ytick text')), onPaper(rowLabels), `seed ${seed}`);
    const cells = values.flatMap((row, r) =>
      row.flatMap((value, c) => (Number.isNaN(value) ? [] : [`${r},${c}`])),
    );
    assert.equal(drawn.texts('.scatterlayer text'), cells, `seed ${seed}`);
  }
});

test('a bar chart has a bar a category and series, also where names are equal', async () => {
  for (let seed = 0; seed < NUM_TRIALS; seed++) {
    const source = random(18, seed);
    const categories = many(1 + source.integer(8), () => anyText(source));
    const names = anyNames(source, 3);
    const series = Object.fromEntries(
      names.map((name) => [name, categories.map(() => anyValue(source))]),
    );
    const chart = barChart({ ...AXES, title: 'b', categories, series });
    Object.values(series).forEach((values, i) => {
      assert.equal(
        chart.data[i].x,
        many(categories.length, (place) => place),
      );
      assertClose(chart.data[i].y as number[], values, `bars of seed ${seed}`);
    });
    const drawn = await drawnFigure(chart);
    assert.equal(onPaper(drawn.texts('.xtick text')), onPaper(categories), `seed ${seed}`);
    assert.is(drawn.count('.barlayer .point'), names.length * categories.length);
    if (names.length > 1)
      assert.equal(onPaper(drawn.texts('.legendtext')), onPaper(Object.keys(series)));
  }
});

test('the bars of a histogram hold all samples, each in its bin', async () => {
  for (let seed = 0; seed < NUM_TRIALS; seed++) {
    const source = random(19, seed);
    const series = Object.fromEntries(
      anyNames(source, 3).map((name) => [
        name,
        many(1 + source.integer(40), () => anyValue(source)),
      ]),
    );
    const numBins = 1 + source.integer(12);
    const figure = histogram({ title: 'h', xLabel: 'x', series, numBins });
    const all = Object.values(series).flat();
    const low = Math.min(...all);
    const width = (Math.max(...all) - low || 1) / numBins;
    const start = width * numBins > Math.max(...all) - low ? low - 0.5 : low;
    Object.values(series).forEach((samples, i) => {
      const { x, y } = figure.data[i] as { x: number[]; y: number[] };
      assert.is(
        y.reduce((sum, count) => sum + count, 0),
        samples.length,
      );
      assertClose(
        x,
        many(numBins, (bin) => start + (bin + 0.5) * width),
        `bins of seed ${seed}`,
      );
    });
    const names = Object.keys(series);
    const drawn = await drawnFigure(figure);
    if (names.length > 1) assert.equal(onPaper(drawn.texts('.legendtext')), onPaper(names));
  }
});

test('lines go through the points that were given, and leave gaps where there is none', async () => {
  for (let seed = 0; seed < NUM_TRIALS; seed++) {
    const source = random(20, seed);
    const series = Object.fromEntries(
      anyNames(source, 4).map((name) => {
        const y = many(2 + source.integer(9), (i) =>
          i > 0 && source.integer(4) === 0
            ? [Number.NaN, Infinity, -Infinity][source.integer(3)]
            : anyValue(source),
        );
        return [name, { y, x: y.map(() => anyValue(source)) }];
      }),
    );
    const figure = lines({ ...AXES, title: 'l', series });
    const names = Object.keys(series);
    Object.values(series).forEach(({ x, y }, i) => {
      assertClose(figure.data[i].x as number[], x, `x of seed ${seed}`);
      assertClose(figure.data[i].y as number[], y, `y of seed ${seed}`);
    });
    const drawn = await drawnFigure(figure);
    assert.is(drawn.count('.scatterlayer .trace'), figure.data.length, `seed ${seed}`);
    if (names.length > 1) assert.equal(onPaper(drawn.texts('.legendtext')), onPaper(names));
    const alone = Object.values(series).flatMap(({ y }) =>
      y.filter(
        (value, i) =>
          Number.isFinite(value) && !Number.isFinite(y[i - 1]) && !Number.isFinite(y[i + 1]),
      ),
    );
    assert.is(drawn.count('.points .point'), alone.length, `single points of seed ${seed}`);
  }
});

/** Pairs in an order of their own, to compare sets of points. */
const sorted = (pairs: readonly (readonly number[])[]): number[] =>
  [...pairs].sort((a, b) => a[0] - b[0] || a[1] - b[1]).flat();

test('scatter plots draw each point once, under the name of its class', async () => {
  for (let seed = 0; seed < NUM_TRIALS; seed++) {
    const source = random(21, seed);
    const point = () => [source.normal(), source.normal()];
    const classNames = many(1 + source.integer(14), () => anyText(source));
    const points = many(1 + source.integer(60), point);
    const labels = points.map(() => source.integer(classNames.length));
    const inClass = (id: number) => points.filter((_, i) => labels[i] === id);
    const series = Object.fromEntries(
      anyNames(source, 4).map((name) => [name, many(1 + source.integer(30), point)]),
    );
    const cases: [Figure, string[], number[][][]][] = [
      [
        latentScatter({ title: 'z', points, labels, classNames, view: 'all' }),
        classNames,
        classNames.map((_, id) => inClass(id)),
      ],
      [
        scatter({ ...AXES, title: 's', series, view: 'all' }),
        Object.keys(series),
        Object.values(series),
      ],
    ];
    for (const [figure, names, classes] of cases) {
      classes.forEach((given, id) => {
        const own = (figure.data as { legendgroup?: string; x: number[]; y: number[] }[]).filter(
          ({ legendgroup }) => legendgroup === String(id),
        );
        const drawn = own.flatMap(({ x, y }) => x.map((value, i) => [value, y[i]]));
        assertClose(sorted(drawn), sorted(given), `points of seed ${seed}`);
      });
      const drawn = await drawnFigure(figure);
      assert.is(drawn.count('.points .point'), classes.flat().length, `seed ${seed}`);
      const present = names.filter((_, id) => classes[id].length > 0);
      const legend = figure.layout.showlegend === false || names.length === 1 ? [] : present;
      if (legend.length > 1) {
        assert.equal(onPaper(drawn.texts('.legendtext')), onPaper(legend), `seed ${seed}`);
      }
    }
  }
});

test('learning curves have the values of each run, whatever its name', async () => {
  for (let seed = 0; seed < NUM_TRIALS; seed++) {
    const source = random(22, seed);
    const runs = Object.fromEntries(
      anyNames(source, 5).map((name) => {
        const loss = many(2 + source.integer(9), () => Math.abs(anyValue(source)));
        return [
          name,
          { steps: { loss }, epochs: { loss, validationLoss: loss.map((v) => v / 2) } },
        ];
      }),
    );
    const figure = learningCurves({ title: 'c', yLabel: 'nats', runs });
    const curves = figure.data.filter(({ x }) => x?.[0] !== null);
    const ys = curves.map(({ y }) => y as number[]);
    for (const { epochs } of Object.values(runs)) {
      for (const values of [epochs.loss, epochs.validationLoss]) {
        const isThere = ys.some(
          (y) =>
            y.length === values.length &&
            y.every((value, i) => Math.abs(value - values[i]) <= 1e-4 * Math.max(...values)),
        );
        assert.ok(isThere, `seed ${seed}: ${values}`);
      }
    }
    assert.is(curves.length, 2 * Object.keys(runs).length);
    const drawn = await drawnFigure(figure);
    const names = Object.keys(runs).length > 1 ? Object.keys(runs) : [];
    assert.equal(
      onPaper(drawn.texts('.legendtext')),
      onPaper([...names, 'training', 'validation']),
      `seed ${seed}`,
    );
  }
});

test('a confusion map has every count in its cell, whatever the classes are called', async () => {
  for (let seed = 0; seed < NUM_TRIALS; seed++) {
    const source = random(23, seed);
    const classNames = many(1 + source.integer(9), () => anyText(source));
    const counts = classNames.map(() =>
      classNames.map(() => (source.integer(2) === 0 ? 0 : source.integer(3000))),
    );
    counts[0][0] = 1;
    const figure = confusionHeatMap({ title: 'c', counts, classNames });
    const { x, y, text } = figure.data[figure.data.length - 1] as {
      x: number[];
      y: number[];
      text: string[];
    };
    const read = classNames.map(() => classNames.map(() => 0));
    text.forEach((words, i) => {
      read[y[i]][x[i]] = Number(words);
    });
    assert.equal(read, counts, `seed ${seed}`);
    const drawn = await drawnFigure(figure);
    assert.equal(onPaper(drawn.texts('.xtick text')), onPaper(classNames), `seed ${seed}`);
    assert.equal(drawn.texts('.scatterlayer text'), text, `seed ${seed}`);
  }
});

test('small multiples have in each panel what its figure has', async () => {
  for (let seed = 0; seed < NUM_TRIALS / 2; seed++) {
    const source = random(25, seed);
    const names = [...new Set(many(2 + source.integer(4), () => anyText(source)))];
    const figures = names.map(() => {
      const values = () => many(1 + source.integer(6), () => anyValue(source));
      return lines({ ...AXES, title: 'l', series: { one: values(), two: values() } });
    });
    const multiples = smallMultiples({
      title: 'm',
      panels: Object.fromEntries(names.map((name, i) => [name, figures[i]])),
      columns: 1 + source.integer(3),
      share: (['both', 'x', 'y', 'none'] as const)[source.integer(4)],
    });
    const inOrder = Object.keys(Object.fromEntries(names.map((name) => [name, 0])));
    inOrder.forEach((name, panel) => {
      const { data } = figures[names.indexOf(name)];
      const axis = `x${panel === 0 ? '' : panel + 1}`;
      const own = multiples.data.filter(({ xaxis }) => (xaxis ?? 'x') === axis);
      assert.is(own.length, data.length, `seed ${seed}`);
      own.forEach(({ x, y }, i) => {
        assertClose(x as number[], data[i].x as number[], `x of seed ${seed}`);
        assertClose(y as number[], data[i].y as number[], `y of seed ${seed}`);
      });
    });
    const drawn = await drawnFigure(multiples);
    const texts = drawn.texts('.annotation-text').map((words) => words.trim());
    for (const name of inOrder.map((words) => words.trim()).filter(Boolean)) {
      assert.ok(texts.includes(name), `${name} in ${texts}`);
    }
    assert.equal(drawn.texts('.legendtext'), ['one', 'two'], `seed ${seed}`);
  }
});

test('a table has each value in its row and column, to three digits at least', () => {
  for (let seed = 0; seed < 5 * NUM_TRIALS; seed++) {
    const source = random(26, seed);
    const columns = anyNames(source, 5);
    const kinds = columns.map(() => source.integer(2));
    const values = many(1 + source.integer(6), () =>
      kinds.map((kind) =>
        kind === 0
          ? anyText(source)
          : ([anyValue(source), Number.NaN, -Infinity][source.integer(9)] ?? anyValue(source)),
      ),
    );
    const { html } = table(
      values.map((row) => Object.fromEntries(row.map((value, i) => [columns[i], value]))),
    );
    const root = JSDOM.fragment(html);
    const texts = (row: Element, cells: string) =>
      [...row.querySelectorAll(cells)].map(({ textContent }) => textContent ?? '');
    const [head, ...rows] = root.querySelectorAll('tr');
    const order = Object.keys(Object.fromEntries(columns.map((name) => [name, 0])));
    assert.equal(texts(head, 'th'), order, `seed ${seed}`);
    assert.is(rows.length, values.length);
    rows.forEach((row, r) => {
      texts(row, 'td').forEach((text, c) => {
        const given = values[r][columns.indexOf(order[c])];
        if (typeof given === 'string') {
          assert.is(text.trim(), given.trim());
          return;
        }
        const read = Number(text.replaceAll(/[,\s]/g, '').replace('−', '-'));
        assert.ok(
          Object.is(read, given) || Math.abs(read - given) <= 5.1e-3 * Math.abs(given),
          `seed ${seed}: ${text} for ${given}`,
        );
      });
    });
  }
});

test('values that cannot be drawn are refused in one sentence, and any others are drawn', async () => {
  const VALUES = [
    [],
    [3],
    [2, 2, 2],
    [0, 0],
    [-1, -5],
    [1, Number.NaN, 2],
    [Number.NaN, Number.NaN],
    [1, Infinity],
    [-Infinity, 1],
    [Infinity, Infinity],
    [1e308, -1e308],
    [5e-324, 1e-320],
  ];
  for (const values of VALUES) {
    const epochs = { loss: values };
    const points = values.map((value) => [value, 1]);
    const names = values.map(String);
    const figures: Readonly<Record<string, () => Figure>> = {
      lines: () => lines({ ...AXES, title: 't', series: { a: values } }),
      'log lines': () => lines({ ...AXES, title: 't', series: { a: values }, yScale: 'log' }),
      bars: () => barChart({ ...AXES, title: 't', categories: names, series: { a: values } }),
      histogram: () => histogram({ title: 't', xLabel: 'x', series: { a: values } }),
      'heat map': () =>
        heatMap({
          ...AXES,
          title: 't',
          valueLabel: 'v',
          values: [values],
          rowLabels: ['r'],
          columnLabels: names,
        }),
      scatter: () => scatter({ ...AXES, title: 't', series: { a: points } }),
      'latent scatter': () =>
        latentScatter({ title: 't', points, labels: values.map(() => 0), classNames: ['c'] }),
      curves: () =>
        learningCurves({ title: 't', yLabel: 'y', runs: { r: { steps: epochs, epochs } } }),
      confusion: () =>
        confusionHeatMap({ title: 't', counts: values.map(() => values), classNames: names }),
    };
    for (const [name, make] of Object.entries(figures)) {
      let figure: Figure;
      try {
        figure = make();
      } catch (error) {
        assert.instance(error, NotegradError, `${name} of ${values}: ${error}`);
        assert.not.match(String(error), '\n');
        continue;
      }
      const drawn = await drawnFigure(figure);
      assert.ok(drawn.count('.xy') > 0, `${name} of ${values}`);
    }
  }
});

test('grids of images and filters show each pixel as often as its magnification says', async () => {
  for (let seed = 0; seed < NUM_TRIALS; seed++) {
    const source = random(24, seed);
    const shape = [1 + source.integer(5), 1 + source.integer(4), 2 + source.integer(4), 3];
    const size = shape.reduce((product, length) => product * length);
    const pixels = Uint8Array.from({ length: size }, () => source.integer(256));
    const picture = imageGrid({ title: '', images: { pixels, shape }, scale: 3, columns: 3 });
    const drawn = await decodePng(png(picture));
    for (let i = 0; i < size; i += 3) {
      const channels = Array.from(pixels.subarray(i, i + 3));
      const color = `#${channels.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
      assert.ok(drawn.count(color, 0) >= 9, `seed ${seed}: ${color}`);
    }
    const kernel = Float32Array.from({ length: 36 }, source.normal);
    const most = Math.max(...kernel.map(Math.abs));
    const filters = await decodePng(
      png(filterGrid({ title: '', kernel, shape: [3, 3, 1, 4], scale: 4 })),
    );
    for (const weight of kernel) {
      const bytes = blend(BLUE_WHITE_RED, (1 + weight / most) / 2);
      const color = `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
      assert.ok(filters.count(color, 0) >= 16, `seed ${seed}: ${color}`);
    }
  }
});

test.run();

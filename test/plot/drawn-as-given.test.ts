import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Random, random } from '../../lib/src/data/random';
import { barChart } from '../../lib/src/plot/bar-chart';
import type { Figure } from '../../lib/src/plot/figure';
import { heatMap } from '../../lib/src/plot/heat-map';
import { anyText } from '../support/any-text';
import { drawnFigure } from '../support/drawn-figure';

const AXES = { xLabel: 'x', yLabel: 'y' };
const NUM_TRIALS = 8;

const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Finite, of any size and sign, and often equal. */
const anyValue = ({ integer, normal }: Random): number =>
  integer(3) === 0 ? integer(5) - 2 : normal() * 10 ** (integer(9) - 4);

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
    const names = [...new Set(many(1 + source.integer(3), () => anyText(source)))].filter(
      (name) => name !== '__proto__',
    );
    if (names.length === 0) continue;
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

test.run();

import type { Layout, Plot } from 'nodeplotlib';
import { blend, lightness } from './color-scale';
import type { Figure } from './figure';
import {
  BLUE_WHITE_RED,
  BLUES,
  escapeMarkup,
  FIGURE_WIDTH,
  type FigureText,
  headed,
  INK,
  titledAxis,
} from './house-style';
import { extent, formatNumber, rounded } from './values';

export interface HeatMapOptions extends FigureText {
  /** [rows, columns]; the first row is on top. NaN is left white. */
  readonly values: readonly ArrayLike<number>[];
  readonly rowLabels: readonly string[];
  readonly columnLabels: readonly string[];
  /** What the columns are. */
  readonly xLabel: string;
  /** What the rows are. */
  readonly yLabel: string;
  /** What a value is, with its unit: the title of the colour bar. */
  readonly valueLabel: string;
  /**
   * `rising` runs from light to dark; `symmetric` from blue through white (zero) to red. Default
   * `symmetric` where there are negative values.
   */
  readonly colors?: 'rising' | 'symmetric';
  /** What stands in a cell. Default the value to three digits; `none` leaves cells empty. */
  readonly annotate?: ((value: number, row: number, column: number) => string) | 'none';
}

/**
 * A matrix in colours, its values written into the cells.
 *
 * @throws when there is no value, a row has another length, or labels do not fit
 */
export function heatMap({
  values,
  rowLabels,
  columnLabels,
  xLabel,
  yLabel,
  valueLabel,
  colors,
  annotate = (value) => formatNumber(value, 3),
  ...text
}: HeatMapOptions): Figure {
  assertMatrix(values, rowLabels, columnLabels);
  const rows = values.map((row) => Array.from(row));
  const [low, high] = extent(rows.flat());
  if (Number.isNaN(low)) throw new Error('a heat map without a finite value');
  const isSymmetric = (colors ?? (low < 0 ? 'symmetric' : 'rising')) === 'symmetric';
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const [from, to] = isSymmetric ? [-most, most] : [Math.min(0, low), high > low ? high : low + 1];
  const scale = isSymmetric ? BLUE_WHITE_RED : BLUES;

  const data = {
    type: 'heatmap',
    z: rows.map(rounded),
    x: columnLabels.map(escapeMarkup),
    y: rowLabels.map(escapeMarkup),
    zmin: from,
    zmax: to,
    colorscale: scale,
    xgap: 1,
    ygap: 1,
    colorbar: {
      title: { text: escapeMarkup(valueLabel), side: 'right', font: { size: 12 } },
      thickness: 14,
      outlinewidth: 0,
      tickfont: { size: 11 },
    },
  } as unknown as Plot;
  const inCells = annotate === 'none' ? [] : cellTexts(rows, annotate);
  const fontSize = cellFontSize(inCells, columnLabels.length);
  const head = headed(text);
  return {
    data: [data],
    layout: {
      ...head,
      annotations: [
        ...head.annotations,
        ...inCells.map(({ row, column, words }) => ({
          x: column,
          y: row,
          text: escapeMarkup(words),
          showarrow: false,
          font: {
            size: fontSize,
            color: inkOn(blend(scale, (rows[row][column] - from) / (to - from))),
          },
        })),
      ],
      height: 150 + Math.max(180, Math.min(520, 42 * rows.length)),
      xaxis: { ...titledAxis(xLabel), ...CATEGORIES },
      yaxis: { ...titledAxis(yLabel), ...CATEGORIES, autorange: 'reversed' },
    },
    alt:
      text.alt ??
      `${text.title}: ${valueLabel} for ${rows.length} rows (${yLabel}) and ` +
        `${columnLabels.length} columns (${xLabel}), from ${formatNumber(low)} to ${formatNumber(high)}`,
  };
}

const CATEGORIES = {
  type: 'category',
  showgrid: false,
  showline: false,
  tickcolor: 'rgba(0, 0, 0, 0)',
} as const satisfies Layout['xaxis'];

function assertMatrix(
  values: readonly ArrayLike<number>[],
  rowLabels: readonly string[],
  columnLabels: readonly string[],
): void {
  if (values.length === 0 || values[0].length === 0) throw new Error('a heat map without values');
  if (values.length !== rowLabels.length) {
    throw new Error(`${values.length} rows but ${rowLabels.length} row labels`);
  }
  values.forEach((row, i) => {
    if (row.length !== columnLabels.length) {
      throw new Error(
        `row ${i} has ${row.length} values but there are ${columnLabels.length} column labels`,
      );
    }
  });
}

interface CellText {
  readonly row: number;
  readonly column: number;
  readonly words: string;
}

function cellTexts(
  rows: readonly (readonly number[])[],
  words: (value: number, row: number, column: number) => string,
): CellText[] {
  return rows.flatMap((values, row) =>
    values.flatMap((value, column) =>
      Number.isFinite(value) ? [{ row, column, words: words(value, row, column) }] : [],
    ),
  );
}

/** The longest text fits into a cell (a letter is about 0.65 of its size wide). */
function cellFontSize(texts: readonly CellText[], numColumns: number): number {
  const longest = Math.max(1, ...texts.map(({ words }) => words.length));
  const cellWidth = (FIGURE_WIDTH - 200) / numColumns;
  return Math.max(6, Math.min(12, Math.floor(cellWidth / (0.65 * longest))));
}

function inkOn(color: Parameters<typeof lightness>[0]): string {
  return lightness(color) > 0.55 ? INK : '#ffffff';
}

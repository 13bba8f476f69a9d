import { PlotError } from '../errors';
import type { ColorScale } from './color-scale';
import type { Figure } from './figure';
import {
  escapeMarkup,
  FIGURE_WIDTH,
  type FigureText,
  headed,
  type Note,
  titledAxis,
} from './house-style';
import { labelledAxis } from './labels';
import type { Layout, Plot } from './plotly-types';
import { rounded } from './values';

/** Values of some or all cells in the colours of one scale. */
export interface MatrixLayer {
  /** [rows, columns]; a cell that is NaN is left to what lies under it. */
  readonly values: readonly (readonly number[])[];
  /** The values of the scale's ends. */
  readonly from: number;
  readonly to: number;
  readonly scale: ColorScale;
  /** What a value is: the title of the colour bar. */
  readonly valueLabel: string;
}

export interface CellText {
  readonly words: string;
  /** `#rrggbb`. */
  readonly ink: string;
}

export interface MatrixFigureOptions {
  readonly rowLabels: readonly string[];
  readonly columnLabels: readonly string[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly layers: readonly MatrixLayer[];
  /** What stands in a cell, if anything. */
  readonly cellText: (row: number, column: number) => CellText | undefined;
  /** Whether the texts may be left out without a word where cells are too small for them. */
  readonly isTextOptional: boolean;
  readonly notes: readonly Note[];
  readonly text: FigureText;
}

/** CSS pixels beside the cells: row labels and colour bars. */
const SIDES = 200;
const HEAD_AND_FOOT = 150;

/** Cells in colours with words in them and labels beside them; the first row is on top. */
export function matrixFigure({
  rowLabels,
  columnLabels,
  xLabel,
  yLabel,
  layers,
  cellText,
  isTextOptional,
  notes,
  text,
}: MatrixFigureOptions): Figure {
  const [numRows, numColumns] = [rowLabels.length, columnLabels.length];
  const height = Math.max(180, Math.min(520, 42 * numRows), Math.min(780, 13 * numRows));
  const rows = labelledAxis(rowLabels, height, 'y', 'row');
  const columns = labelledAxis(columnLabels, FIGURE_WIDTH - SIDES, 'x', 'column');
  const cells = rowLabels.flatMap((_, row) =>
    columnLabels.flatMap((_, column) => {
      const inCell = cellText(row, column);
      return inCell?.words ? [{ row, column, ...inCell }] : [];
    }),
  );
  const longest = Math.max(1, ...cells.map(({ words }) => words.length));
  const size = cellFontSize(longest, (FIGURE_WIDTH - SIDES) / numColumns, height / numRows);
  const isReadable = size >= SMALLEST_FONT;
  const tooSmall = { text: 'the cells are too small for their words' };
  const gap = Math.max(numRows, numColumns) > 60 ? 0 : 1;
  const withText: Plot = {
    type: 'scatter',
    mode: 'text',
    x: cells.map(({ column }) => column),
    y: cells.map(({ row }) => row),
    text: cells.map(({ words }) => escapeMarkup(words)),
    textfont: { size, color: cells.map(({ ink }) => ink) },
    hoverinfo: 'skip',
    showlegend: false,
  };
  return {
    data: [
      ...layers.map((layer, i) => heatTrace(layer, gap, i, layers.length)),
      ...(isReadable && cells.length > 0 ? [withText] : []),
    ],
    layout: {
      ...headed(text, [
        ...notes,
        ...(isReadable || isTextOptional || cells.length === 0 ? [] : [tooSmall]),
        ...columns.notes,
        ...rows.notes,
      ]),
      height: HEAD_AND_FOOT + height + columns.depth,
      xaxis: { ...titledAxis(xLabel), ...PLAIN, ...columns.axis },
      yaxis: { ...titledAxis(yLabel), ...PLAIN, ...rows.axis },
    },
  };
}

const PLAIN = {
  type: 'linear',
  showgrid: false,
  showline: false,
  tickcolor: 'rgba(0, 0, 0, 0)',
} as const satisfies Layout['xaxis'];

/** The colour bars of several layers stand one above the other. */
function heatTrace(
  { values, from, to, scale, valueLabel }: MatrixLayer,
  gap: number,
  index: number,
  count: number,
): Plot {
  const numColumns = values[0].length;
  const z = rounded(values.flat());
  return {
    type: 'heatmap',
    z: values.map((_, row) => z.slice(row * numColumns, (row + 1) * numColumns)),
    zmin: from,
    zmax: to,
    colorscale: scale,
    xgap: gap,
    ygap: gap,
    colorbar: {
      title: { text: escapeMarkup(valueLabel), side: 'right', font: { size: 12 } },
      thickness: 14,
      outlinewidth: 0,
      tickfont: { size: 11 },
      len: 1 / count,
      y: (count - index - 0.5) / count,
    },
  } as unknown as Plot;
}

const LARGEST_FONT = 12;
const SMALLEST_FONT = 6;

/** The size at which the longest text fits into a cell (a letter is about 0.65 of its size wide). */
function cellFontSize(longest: number, width: number, height: number): number {
  const size = Math.floor(Math.min(width / (0.65 * Math.max(2, longest)), 0.8 * height));
  return Math.min(LARGEST_FONT, size);
}

/** @throws when there is no value, a row has another length, or labels do not fit */
export function assertMatrix(
  values: readonly ArrayLike<number>[],
  rowLabels: readonly string[],
  columnLabels: readonly string[],
): void {
  if (values.length === 0 || values[0].length === 0)
    throw new PlotError('a heat map without values');
  if (values.length !== rowLabels.length) {
    throw new PlotError(`${values.length} rows but ${rowLabels.length} row labels`);
  }
  values.forEach((row, i) => {
    if (row.length !== columnLabels.length) {
      throw new PlotError(
        `row ${i} has ${row.length} values but there are ${columnLabels.length} column labels`,
      );
    }
  });
}

import { checkFunctions, checkKnown, checkLists, checkTexts } from '../checks';
import { PlotError } from '../errors';
import { optionsOf } from '../options';
import { blend, inkOn } from './color-scale';
import type { Figure } from './figure';
import { BLUE_WHITE_RED, BLUES, type FigureText } from './house-style';
import { assertMatrix, matrixFigure } from './matrix-figure';
import { extent, formatNumber } from './values';

/** What `heatMap` draws. */
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
  /**
   * What stands in a cell. Default the value to three digits, where the cells are large enough to
   * read it; `none` leaves cells empty. Words of your own that cells are too small for are left out,
   * and the caption says so.
   */
  readonly annotate?: ((value: number, row: number, column: number) => string) | 'none';
}

/**
 * A matrix in colours, its values written into the cells. Labels may be any text, equal ones too:
 * each row and column stands for itself. Of more labels than fit every second, third, … is written.
 *
 * @throws when there is no value, a row has another length, or labels do not fit
 */
export function heatMap(options: HeatMapOptions): Figure {
  const { values, rowLabels, columnLabels, xLabel, yLabel, valueLabel, colors, annotate, ...text } =
    optionsOf('heatMap', options);
  checkLists({ values, rowLabels, columnLabels }, PlotError);
  checkTexts({ valueLabel }, PlotError);
  if (annotate !== undefined && annotate !== 'none') checkFunctions({ annotate }, PlotError);
  if (colors !== undefined) checkKnown({ colors }, ['rising', 'symmetric'], PlotError);
  for (const row of values) checkLists({ row }, PlotError);
  for (const label of [...rowLabels, ...columnLabels]) checkTexts({ label }, PlotError);
  assertMatrix(values, rowLabels, columnLabels);
  const rows = values.map((row) => Array.from(row));
  const [low, high] = extent(rows.flat());
  if (Number.isNaN(low)) throw new PlotError('a heat map without a finite value');
  const isSymmetric = (colors ?? (low < 0 ? 'symmetric' : 'rising')) === 'symmetric';
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const [from, to] = isSymmetric ? [-most, most] : [Math.min(0, low), high > low ? high : low + 1];
  const scale = isSymmetric ? BLUE_WHITE_RED : BLUES;
  const words = annotate ?? ((value: number) => formatNumber(value, 3));
  const infinite = rows.flat().filter((value) => Math.abs(value) === Infinity).length;
  const figure = matrixFigure({
    rowLabels,
    columnLabels,
    xLabel,
    yLabel,
    layers: [{ values: rows, from, to, scale, valueLabel }],
    cellText: (row, column) =>
      words === 'none' || !Number.isFinite(rows[row][column])
        ? undefined
        : {
            words: words(rows[row][column], row, column),
            ink: inkOn(blend(scale, (rows[row][column] - from) / (to - from))),
          },
    isTextOptional: annotate === undefined,
    notes: infinite > 0 ? [{ text: `white where infinite (${infinite} values)` }] : [],
    text,
  });
  return {
    ...figure,
    alt:
      text.alt ??
      `${text.title}: ${valueLabel} for ${rows.length} rows (${yLabel}) and ` +
        `${columnLabels.length} columns (${xLabel}), from ${formatNumber(low)} to ${formatNumber(high)}`,
  };
}

import { checkLists, checkTexts } from '../checks';
import { PlotError } from '../errors';
import { optionsOf } from '../options';
import { blend, bySquareRoot, inkOn } from './color-scale';
import type { Figure } from './figure';
import { BLUES, type FigureText, REDS } from './house-style';
import { assertMatrix, type MatrixLayer, matrixFigure } from './matrix-figure';
import { formatNumber } from './values';

/** What `confusionHeatMap` draws. */
export interface ConfusionHeatMapOptions extends FigureText {
  /** How often each class (row) was taken for each class (column): what `confusionMatrix` gives. */
  readonly counts: readonly ArrayLike<number>[];
  readonly classNames: readonly string[];
}

const MISTAKES = bySquareRoot(REDS);

/**
 * A confusion matrix: the counts written into the cells, the colour the share of the true class, so
 * that classes of different sizes compare. What is right is blue, mistakes are red on a scale of
 * their own, on which a single one shows; a mistake that was never made is white and empty.
 *
 * @throws when the counts are not a square matrix with a name for each class, are all zero, or one
 *   is no count
 */
export function confusionHeatMap(options: ConfusionHeatMapOptions): Figure {
  const { counts, classNames, ...text } = optionsOf('confusionHeatMap', options);
  checkLists({ counts, classNames }, PlotError);
  for (const className of classNames) checkTexts({ className }, PlotError);
  for (const row of counts) checkLists({ row }, PlotError);
  assertMatrix(counts, classNames, classNames);
  const rows = counts.map((row) => Array.from(row));
  rows.forEach((row, i) => {
    const wrong = row.findIndex((count) => !(count >= 0 && count < Infinity));
    if (wrong >= 0) throw new PlotError(`counts[${i}][${wrong}] is ${row[wrong]}, not a count`);
  });
  const totals = rows.map((row) => row.reduce((sum, count) => sum + count, 0));
  const right = rows.reduce((sum, row, i) => sum + row[i], 0);
  const all = totals.reduce((sum, total) => sum + total, 0);
  if (all === 0) throw new PlotError('a confusion matrix of no samples');
  const share = `${((100 * right) / all).toFixed(2)} % of ${all.toLocaleString('en-US')} right`;
  const shares = rows.map((row, i) => row.map((count) => (totals[i] > 0 ? count / totals[i] : 0)));
  const isMistake = (row: number, column: number) => row !== column && rows[row][column] > 0;
  const only = (isKept: (row: number, column: number) => boolean) =>
    shares.map((row, i) => row.map((value, j) => (isKept(i, j) ? value : Number.NaN)));
  const rightLayer: MatrixLayer = {
    values: only((row, column) => row === column),
    from: 0,
    to: 1,
    scale: BLUES,
    valueLabel: 'right, of the true class',
  };
  const mistakes = only(isMistake);
  const mistakesLayer: MatrixLayer = {
    values: mistakes,
    from: 0,
    to: Math.max(...mistakes.flat().filter(Number.isFinite), 0),
    scale: MISTAKES,
    valueLabel: 'mistaken',
  };
  const hasMistakes = right < all;
  const layerOf = (row: number, column: number) => (row === column ? rightLayer : mistakesLayer);
  return {
    ...matrixFigure({
      rowLabels: classNames,
      columnLabels: classNames,
      xLabel: 'predicted class',
      yLabel: 'true class',
      layers: hasMistakes ? [rightLayer, mistakesLayer] : [rightLayer],
      cellText: (row, column) => {
        if (row !== column && !isMistake(row, column)) return undefined;
        const { scale, to } = layerOf(row, column);
        return {
          words: formatNumber(rows[row][column]),
          ink: inkOn(blend(scale, shares[row][column] / to)),
        };
      },
      isTextOptional: false,
      notes: [],
      text: { ...text, caption: [text.caption, share].filter(Boolean).join(' · ') },
    }),
    alt: text.alt ?? `${text.title}: confusion matrix of ${classNames.length} classes, ${share}`,
  };
}

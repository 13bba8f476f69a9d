import type { Figure } from './figure';
import { heatMap } from './heat-map';
import type { FigureText } from './house-style';

export interface ConfusionHeatMapOptions extends FigureText {
  /** How often each class (row) was taken for each class (column): what `confusionMatrix` gives. */
  readonly counts: readonly ArrayLike<number>[];
  readonly classNames: readonly string[];
}

/**
 * A confusion matrix: the counts written into the cells, the colour the share of the true class, so
 * that classes of different sizes compare.
 *
 * @throws when the counts are not a square matrix with a name for each class
 */
export function confusionHeatMap({ counts, classNames, ...text }: ConfusionHeatMapOptions): Figure {
  const rows = counts.map((row) => Array.from(row));
  const totals = rows.map((row) => row.reduce((sum, count) => sum + count, 0));
  const right = rows.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  const all = totals.reduce((sum, total) => sum + total, 0);
  const share = `${((100 * right) / all).toFixed(2)} % of ${all.toLocaleString('en-US')} right`;
  return heatMap({
    ...text,
    caption: [text.caption, share].filter(Boolean).join(' · '),
    values: rows.map((row, i) => row.map((count) => (totals[i] > 0 ? count / totals[i] : 0))),
    rowLabels: classNames,
    columnLabels: classNames,
    xLabel: 'predicted class',
    yLabel: 'true class',
    valueLabel: 'share of the true class',
    annotate: (_, row, column) => String(rows[row][column]),
    alt: text.alt ?? `${text.title}: confusion matrix of ${classNames.length} classes, ${share}`,
  });
}

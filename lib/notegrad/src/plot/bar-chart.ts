import { checkFlags, checkLists, checkRecords, checkTexts } from '../checks';
import { PlotError } from '../errors';
import { optionsOf } from '../options';
import type { Figure } from './figure';
import {
  COLORS,
  FIGURE_HEIGHT,
  FIGURE_WIDTH,
  type FigureText,
  headed,
  titledAxis,
} from './house-style';
import { labelledAxis } from './labels';
import { LEGEND_BELOW, legendName } from './legend';
import type { Plot } from './plotly-types';
import { assertFinite, checkRange, formatNumber, rounded } from './values';

/** What `barChart` draws. */
export interface BarChartOptions extends FigureText {
  /** What the bars stand for, from left to right; equal ones stay apart. */
  readonly categories: readonly string[];
  /** A value a category by the name of the series; several series stand side by side. */
  readonly series: Readonly<Record<string, ArrayLike<number>>>;
  readonly xLabel: string;
  /** What a value is, with its unit. */
  readonly yLabel: string;
  /** Half the length of each error bar, by the name of the series. Default none. */
  readonly errors?: Readonly<Record<string, ArrayLike<number>>>;
  /** Whether the value stands at its bar. Default true for up to 16 bars without error bars. */
  readonly showValues?: boolean;
  /** Where the axis begins and ends. Default from zero. */
  readonly yRange?: readonly [low: number, high: number];
}

const MOST_LABELLED = 16;
/** CSS pixels beside the bars. */
const SIDES = 80;

/**
 * Bars by category, one colour a series.
 *
 * @throws when there is no series, a series has not a value a category, or a value is not finite
 */
export function barChart(options: BarChartOptions): Figure {
  const {
    categories,
    series,
    xLabel,
    yLabel,
    errors = {},
    showValues,
    yRange,
    ...text
  } = optionsOf('barChart', options);
  checkRecords({ series }, PlotError);
  checkLists({ categories }, PlotError);
  checkFlags({ showValues }, PlotError);
  for (const category of categories) checkTexts({ category }, PlotError);
  if (errors !== undefined) checkRecords({ errors }, PlotError);
  checkRange('yRange', yRange);
  const names = Object.keys(series);
  if (names.length === 0 || categories.length === 0)
    throw new PlotError('a bar chart without bars');
  for (const [name, values] of [...Object.entries(series), ...Object.entries(errors)]) {
    if (values.length !== categories.length) {
      throw new PlotError(
        `${name} has ${values.length} values for ${categories.length} categories`,
      );
    }
    assertFinite(values, name);
  }
  for (const [name, values] of Object.entries(errors)) {
    const negative = Array.from(values).findIndex((value) => value < 0);
    if (negative >= 0)
      throw new PlotError(`error ${name}[${negative}] is negative: ${values[negative]}`);
  }
  const unknown = Object.keys(errors).find((name) => !names.includes(name));
  if (unknown)
    throw new PlotError(`errors of an unknown series: ${unknown} (known: ${names.join(', ')})`);
  const hasErrors = Object.keys(errors).length > 0;
  const isLabelled =
    showValues ?? (names.length * categories.length <= MOST_LABELLED && !hasErrors);
  const places = categories.map((_, i) => i);
  const labelled = labelledAxis(categories, FIGURE_WIDTH - SIDES, 'x', 'category');
  return {
    data: names.map((name, i) => {
      const values = rounded(series[name]);
      return {
        type: 'bar',
        name: legendName(name),
        x: places,
        y: values,
        marker: { color: COLORS[i % COLORS.length] },
        ...(isLabelled
          ? {
              text: values.map((value) => formatNumber(value, 3)),
              textposition: 'outside',
              textangle: 0,
              cliponaxis: false,
              textfont: { size: 10 },
            }
          : {}),
        ...(errors[name]
          ? {
              error_y: {
                type: 'data',
                array: rounded(errors[name]),
                thickness: 1.2,
              },
            }
          : {}),
      } as Plot;
    }),
    layout: {
      ...headed(text, labelled.notes),
      barmode: 'group',
      bargap: 0.25,
      xaxis: { ...titledAxis(xLabel), type: 'linear', showgrid: false, ...labelled.axis },
      height: FIGURE_HEIGHT + labelled.depth,
      yaxis: {
        ...titledAxis(yLabel),
        ...(yRange ? { range: [...yRange] } : { rangemode: 'tozero' }),
      },
      showlegend: names.length > 1,
      legend: LEGEND_BELOW,
    },
    alt: text.alt ?? `${text.title}: bars of ${yLabel} by ${xLabel}; ${spoken(categories, series)}`,
  };
}

const MOST_SPOKEN = 24;

function spoken(
  categories: readonly string[],
  series: Readonly<Record<string, ArrayLike<number>>>,
): string {
  const names = Object.keys(series);
  if (names.length * categories.length > MOST_SPOKEN) return `${categories.length} categories`;
  return names
    .map((name) => {
      const values = categories.map(
        (category, i) => `${category} ${formatNumber(series[name][i])}`,
      );
      return `${name}: ${values.join(', ')}`;
    })
    .join('; ');
}

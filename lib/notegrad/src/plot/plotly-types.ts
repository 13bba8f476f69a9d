import type {
  Config as PlotlyConfig,
  Layout as PlotlyLayout,
  PlotData as PlotlyPlotData,
} from 'plotly.js';

// As nodeplotlib has them, which need not be installed.

/** One set of marks of a figure: a line, a heat map, … */
export type Plot = Partial<PlotlyPlotData>;

/** Titles, axes, margins, … of a figure. */
export type Layout = Partial<PlotlyLayout>;

/** How a figure answers to a reader's mouse. */
export type Config = Partial<PlotlyConfig>;

/**
 * Figures and tables.
 *
 * @module
 */
export { type BarChartOptions, barChart } from './bar-chart';
export { type ConfusionHeatMapOptions, confusionHeatMap } from './confusion-heat-map';
export type { Figure, Picture, Showable, Table } from './figure';
export { type FilterGridOptions, filterGrid } from './filter-grid';
export { type HeatMapOptions, heatMap } from './heat-map';
export { type HistogramOptions, histogram } from './histogram';
export {
  type FilledGridOptions,
  type ImageGridOptions,
  type ImageRow,
  imageGrid,
  type RowGridOptions,
} from './image-grid';
export type { Images } from './images';
export { type LatentScatterOptions, latentScatter, type Star } from './latent-scatter';
export { type LearningCurvesOptions, learningCurves } from './learning-curves';
export { type LineSeries, type LinesOptions, type LineValues, lines } from './lines';
export type { PlanePoints } from './plane-points';
export type { RunHistory } from './run-lines';
export { saveHtml, savePng } from './save';
export { type ScatterOptions, scatter } from './scatter';
export { show } from './show';
export { type SmallMultiplesOptions, smallMultiples } from './small-multiples';
export { type DataFrameLike, type TableOptions, table } from './table';
export { openWindow } from './window';

/**
 * All of notegrad. Each room may be imported by itself, too: `notegrad/data`, `notegrad/models`,
 * `notegrad/train`, `notegrad/plot`, `notegrad/statistics`, `notegrad/engine`, `notegrad/check`.
 *
 * @module
 */
export * from './check';
export * from './data';
export * from './engine';
export {
  DataError,
  EngineError,
  ModelError,
  NotegradError,
  PlotError,
  StatisticsError,
  TrainingError,
  WeightsError,
} from './errors';
export * from './models';
export * from './plot';
export { type ProfileName, profile } from './profile';
export { duration, type Progress, type ProgressOptions, progress } from './progress';
export type { Seeded } from './seeded';
export * from './statistics';
export * from './train';
export * from './weights';

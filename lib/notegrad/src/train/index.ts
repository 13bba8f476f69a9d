/**
 * Training: the loop, its steps, optimizers, schedules and metrics.
 *
 * @module
 */
export type { CheckpointOptions } from './checkpoint';
export { checkpointFile } from './checkpoint-file';
export {
  type FitOptions,
  fit,
  type GradientStepOptions,
  gradientStep,
  type Metrics,
  type OnNaN,
  type Step,
} from './fit';
export type { Divergence, History } from './history';
export { accuracy, confusionMatrix, evaluate } from './metrics';
export { type AdamOptions, adam, type LionOptions, lion, type SgdOptions, sgd } from './optimizers';
export { inRounds, type RoundsOptions } from './rounds';
export {
  type OneCycleOptions,
  oneCycle,
  type Schedule,
  setLearningRate,
} from './schedules';
export { averagingWeights, type WeightAverageOptions } from './weight-average';

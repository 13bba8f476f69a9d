/**
 * What the library refuses: its message says in one line what was found and what would do instead.
 * Each room throws its own kind, so that `error instanceof NotegradError` tells the library's refusals
 * from other failures. (What tfjs refuses by itself is an `Error` of its own.)
 */
export class NotegradError extends Error {
  override readonly name: string = 'NotegradError';
}

/** What is wrong with an operation, its tensors or an optimizer, or with the engine that computes. */
export class EngineError extends NotegradError {
  override readonly name: string = 'EngineError';
}

/** What is wrong with a data file, a data set or a request for one. */
export class DataError extends NotegradError {
  override readonly name: string = 'DataError';
}

/** What is wrong with a model, its options or its state dict. */
export class ModelError extends NotegradError {
  override readonly name: string = 'ModelError';
}

/** What is wrong with a run, its batches, its metrics or its checkpoint. */
export class TrainingError extends NotegradError {
  override readonly name: string = 'TrainingError';
}

/** What is wrong with the values or the options of a figure. */
export class PlotError extends NotegradError {
  override readonly name: string = 'PlotError';
}

/** What is wrong with samples or the parameters of a statistic. */
export class StatisticsError extends NotegradError {
  override readonly name: string = 'StatisticsError';
}

/** What is wrong with a file of weights. */
export class WeightsError extends NotegradError {
  override readonly name: string = 'WeightsError';
}

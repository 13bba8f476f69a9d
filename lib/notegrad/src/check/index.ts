/**
 * What tests of an assignment expect.
 *
 * @module
 */
export { check } from './check';
export { type AccuracyOptions, expectAccuracy } from './expect-accuracy';
export { type CloseOptions, expectClose, expectShape } from './expect-close';
export { expectGradient, type GradientOptions } from './expect-gradient';
export { expectLossFalls, type LossFallsOptions } from './expect-loss-falls';
export { expectParameters } from './expect-model';
export { ExpectationError } from './expectation';
export type { NestedNumbers, Numbers } from './numbers';
export { type Part, partialCredit } from './partial-credit';

/**
 * Who computes: the engine, tfjs on it, random numbers and compiled steps.
 *
 * @module
 */
export {
  type CharLstmOptions,
  type CharLstmWeights,
  charLstm,
} from './char-lstm';
export { conventions, type Difference, differences } from './differences';
export { type Engine, type EngineName, engine } from './engine';
export { live } from './live';
export { type CompileOptions, compileStep } from './native/compiler/compile-step';
export {
  type RandomState,
  randomState,
  restoreRandomState,
  seedRandom,
} from './random';
/** TensorFlow.js 4.22, whose every program runs on this engine: https://js.tensorflow.org/api/latest/ */
export * as tf from './tf';

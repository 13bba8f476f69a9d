export { type Engine, type EngineName, engine } from './engine/engine';
export * as tf from './engine/tf';
export { type Autoencoder, type AutoencoderOptions, autoencoder } from './models/autoencoder';
export type { Initialization } from './models/initializers';
export type { Activation } from './models/layers';
export {
  type Composite,
  type ForwardOptions,
  forward,
  forwardAll,
  type Model,
  numParameters,
  partsOf,
  trainableVariables,
} from './models/model';

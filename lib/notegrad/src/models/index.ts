/**
 * Models, their layers, weights and losses.
 *
 * @module
 */
import { registerModelFiles } from '../weights/tfjs-files';

export {
  type Autoencoder,
  type DenseAutoencoder,
  type DenseAutoencoderOptions,
  denseAutoencoder,
} from './autoencoder';
export { type CharLstmClassifierOptions, charLstmClassifier } from './char-lstm-classifier';
export { type CnnOptions, cnn } from './cnn';
export {
  type ConvolutionalAutoencoder,
  type ConvolutionalAutoencoderOptions,
  convolutionalAutoencoder,
} from './convolutional-autoencoder';
export { type ConvolutionalVaeOptions, convolutionalVae } from './convolutional-vae';
export {
  type DenseGanOptions,
  denseGan,
  discriminatorLoss,
  type Gan,
  generatorLoss,
} from './gan';
export type { ImageShape } from './image-shape';
export type { Initialization } from './initializers';
export {
  type Activation,
  type ConvOptions,
  chain,
  type LayerFactory,
  type LayerFactoryOptions,
  type LinearOptions,
  layerFactory,
  stack,
} from './layers';
export { binaryCrossEntropy, crossEntropy, type LossOptions, squaredError } from './loss-functions';
export { type MlpOptions, mlp } from './mlp';
export {
  type AnyModel,
  type Composite,
  type ForwardOptions,
  forward,
  type Model,
  numParameters,
  partsOf,
  predict,
  type Tensors,
  trainableVariables,
  type UntypedModel,
} from './model';
export { type MultiTaskOptions, multiTaskCnn } from './multi-task';
export {
  type NgramNaiveBayes,
  type NgramNaiveBayesOptions,
  ngramNaiveBayes,
} from './ngram-naive-bayes';
export {
  type ResidualBlockOptions,
  type ResnetOptions,
  residualBlock,
  resnet,
} from './resnet';
export {
  type ApplyStateDictOptions,
  applyStateDict,
  type LoadStateDictOptions,
  loadStateDict,
  type ReadStateDictOptions,
  readStateDict,
  type StateDictOptions,
  saveStateDict,
  stateDict,
} from './state-dict';
export type { StatedLayout, StatedLayouts } from './stated-layouts';
export {
  type DenseVaeOptions,
  denseVae,
  klDivergence,
  type Posterior,
  type Vae,
  type VaeLoss,
  type VaeOutput,
  type VaeParts,
  vae,
  vaeLoss,
} from './vae';
export { type Vgg11Options, vgg11 } from './vgg11';

registerModelFiles();

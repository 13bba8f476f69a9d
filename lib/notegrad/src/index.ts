import { registerModelFiles } from './weights/tfjs-files';

export { check } from './check/check';
export { type AccuracyOptions, expectAccuracy } from './check/expect-accuracy';
export { type CloseOptions, expectClose, expectShape } from './check/expect-close';
export { expectGradient, type GradientOptions } from './check/expect-gradient';
export { expectLossFalls, type LossFallsOptions } from './check/expect-loss-falls';
export { expectParameters } from './check/expect-model';
export { ExpectationError } from './check/expectation';
export type { NestedNumbers, Numbers } from './check/numbers';
export { type Part, partialCredit } from './check/partial-credit';
export { ASCII_SIZE, fromAscii, type NonAsciiRule, toAscii } from './data/ascii';
export { type AugmentOptions, augmented } from './data/augment';
export {
  type Batch,
  type BatchOptions,
  batches,
  imageTensor,
  type Sized,
  type TargetBatch,
} from './data/batches';
export { type CsvImagesOptions, csvImages } from './data/csv-images';
export { DataError } from './data/errors';
export {
  type GalaxiesOptions,
  type GalaxyChunksOptions,
  type GalaxySet,
  galaxies,
  galaxyChunks,
} from './data/galaxies';
export {
  GALAXY_ANSWERS,
  GALAXY_COLUMNS,
  GALAXY_LEAVES,
  GALAXY_QUESTIONS,
  GALAXY_TYPES,
  type GalaxyQuestion,
} from './data/galaxy-tree';
export { type IdxSetOptions, idxSet } from './data/idx-set';
export { type ImageFolderOptions, type ImageFolderSet, imageFolder } from './data/image-folder';
export { type ImageSet, image, type Target, type Targets } from './data/images';
export { type Fold, kFold } from './data/k-fold';
export type { Labels, NumberedClasses } from './data/labels';
export { fashionMnist, type MnistOptions, mnist } from './data/mnist';
export {
  MULTI_MNIST_SIZE,
  type MultiMnistOptions,
  type MultiMnistSet,
  makeNewSample,
  multiMnist,
} from './data/multi-mnist';
export { inverseOrder, type PixelOrder, permuted, pixelOrder } from './data/permuted';
export { type Random, random } from './data/random';
export { type ReadTableOptions, readTable, type TableFileSet } from './data/read-table';
export { pad, resize, type Size } from './data/resize';
export { filter, indicesByClass, ofClasses, select, shuffled, take } from './data/select';
export {
  type IdBatch,
  type OneHotBatch,
  type SequenceBatch,
  type SequenceBatchOptions,
  sequenceBatches,
} from './data/sequence-batches';
export { type SequenceSet, sequence, sequenceLengths } from './data/sequences';
export { permutation, shuffle } from './data/shuffle';
export { type SplitOptions, split } from './data/split';
export {
  type TableBatch,
  type TableBatchOptions,
  tableBatches,
  tableTensor,
} from './data/table-batches';
export { columnMoments, type TableColumn, type TableSet } from './data/table-set';
export {
  addNoise,
  type ChannelMoments,
  channelMoments,
  denormalise,
  type Moments,
  type NoiseOptions,
  normalise,
  oneHot,
  pixelMoments,
} from './data/tensor-transforms';
export {
  type CsvTextOptions,
  type LineTextOptions,
  SENTIMENT140,
  type TextSet,
  type TextSetOptions,
  textSet,
} from './data/text-set';
export { type TweetSet, type TweetsOptions, tweets } from './data/tweets';
export {
  type CharLstmOptions,
  type CharLstmWeights,
  charLstm,
} from './engine/char-lstm';
export { conventions, type Difference, differences } from './engine/differences';
export { type Engine, type EngineName, engine } from './engine/engine';
export { LionOptimizer, type LionOptions, lion } from './engine/lion';
export { live } from './engine/live';
export { sparseSoftmaxCrossEntropy } from './engine/losses';
export { type CompileOptions, compileStep } from './engine/native/compiler/compile-step';
export {
  type RandomState,
  randomState,
  restoreRandomState,
  seedRandom,
} from './engine/random';
export * as tf from './engine/tf';
export { type Autoencoder, type AutoencoderOptions, autoencoder } from './models/autoencoder';
export { type CharLstmClassifierOptions, charLstmClassifier } from './models/char-lstm-classifier';
export { type CnnOptions, cnn, fortyFilterCnn } from './models/cnn';
export {
  type ConvolutionalAutoencoderOptions,
  convolutionalAutoencoder,
} from './models/convolutional-autoencoder';
export { type ConvolutionalVaeOptions, convolutionalVae } from './models/convolutional-vae';
export { discriminatorLoss, type Gan, type GanOptions, gan, generatorLoss } from './models/gan';
export type { Initialization } from './models/initializers';
export {
  type Activation,
  type ConvOptions,
  chain,
  type LayerFactory,
  type LinearOptions,
  layerFactory,
  stack,
} from './models/layers';
export { binaryCrossEntropy, crossEntropy, meanSquaredError } from './models/losses';
export { type MlpOptions, mlp } from './models/mlp';
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
export { type MultiTaskOptions, multiTaskCnn } from './models/multi-task';
export {
  type NgramNaiveBayes,
  type NgramNaiveBayesOptions,
  ngramNaiveBayes,
} from './models/ngram-naive-bayes';
export {
  type ResidualBlockOptions,
  type ResnetOptions,
  residualBlock,
  resnet,
} from './models/resnet';
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
} from './models/state-dict';
export type { StatedLayout, StatedLayouts } from './models/stated-layouts';
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
} from './models/vae';
export { type Vgg11Options, vgg11 } from './models/vgg11';
export { type BarChartOptions, barChart } from './plot/bar-chart';
export { type ConfusionHeatMapOptions, confusionHeatMap } from './plot/confusion-heat-map';
export type { Figure, Picture, Showable, Table } from './plot/figure';
export { type FilterGridOptions, filterGrid } from './plot/filter-grid';
export { type HeatMapOptions, heatMap } from './plot/heat-map';
export { type HistogramOptions, histogram } from './plot/histogram';
export {
  type FilledGridOptions,
  type ImageGridOptions,
  type ImageRow,
  imageGrid,
  type RowGridOptions,
} from './plot/image-grid';
export type { Images } from './plot/images';
export { type LatentScatterOptions, latentScatter, type Star } from './plot/latent-scatter';
export { type LearningCurvesOptions, learningCurves } from './plot/learning-curves';
export { type LineSeries, type LinesOptions, type LineValues, lines } from './plot/lines';
export type { PlanePoints } from './plot/plane-points';
export type { RunHistory } from './plot/run-lines';
export { saveHtml, savePng } from './plot/save';
export { type ScatterOptions, scatter } from './plot/scatter';
export { show } from './plot/show';
export { type SmallMultiplesOptions, smallMultiples } from './plot/small-multiples';
export { type DataFrameLike, type TableOptions, table } from './plot/table';
export { openWindow } from './plot/window';
export { type ProfileName, profile } from './profile';
export { duration, type Progress, type ProgressOptions, progress } from './progress';
export { jensenShannon, kullbackLeibler } from './statistics/discrete-divergences';
export type { EmbeddingOptions } from './statistics/embedding';
export { frechetDistance } from './statistics/frechet-distance';
export { type Gaussian, gaussianOf } from './statistics/gaussian';
export { gaussianKullbackLeibler, gaussianMmdSquared } from './statistics/gaussian-divergences';
export { type Matrix, matrixFunction } from './statistics/matrix-function';
export { mmdSquared } from './statistics/mmd';
export { classifyByNeighbours, nearestNeighbours } from './statistics/nearest-neighbours';
export { principalAngles } from './statistics/principal-angles';
export { type PrincipalComponents, principalComponents } from './statistics/principal-components';
export type { Samples } from './statistics/samples';
export { type Eigen, symmetricEigen } from './statistics/symmetric-eigen';
export { type TsneOptions, tsne } from './statistics/tsne';
export { type UmapOptions, umap } from './statistics/umap';
export {
  assignedWasserstein,
  type SlicedOptions,
  slicedWasserstein,
  wasserstein,
} from './statistics/wasserstein';
export type { CheckpointOptions } from './train/checkpoint';
export { checkpointFile } from './train/checkpoint-file';
export {
  type FitOptions,
  fit,
  gradientStep,
  type Metrics,
  type OnNaN,
  type Step,
} from './train/fit';
export type { Divergence, History } from './train/history';
export {
  type OneCycleOptions,
  oneCycle,
  type Schedule,
  setLearningRate,
} from './train/learning-rate';
export { accuracy, confusionMatrix, evaluate } from './train/metrics';
export { inRounds, type RoundsOptions } from './train/rounds';
export { averagingWeights, type WeightAverageOptions } from './train/weight-average';
export type { ArrayOfType, ElementType } from './weights/element-types';
export type { NamedTensors, StoredTensor } from './weights/named-tensors';

registerModelFiles();

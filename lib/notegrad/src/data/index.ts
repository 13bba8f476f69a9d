/**
 * Data sets, how they are split and changed, and the batches that are made of them.
 *
 * @module
 */
export {
  type Batch,
  type BatchOptions,
  batches,
  imageTensor,
  type Sized,
  type TargetBatch,
} from './batches/batches';
export {
  type IdBatch,
  type OneHotBatch,
  type SequenceBatch,
  type SequenceBatchOptions,
  sequenceBatches,
} from './batches/sequence-batches';
export {
  type TableBatch,
  type TableBatchOptions,
  tableBatches,
  tableTensor,
} from './batches/table-batches';
export { type Random, random } from './random';
export { fromAscii, type NonAsciiRule, toAscii } from './samples/ascii';
export { type ImageSet, imageAt, type Target, type Targets } from './samples/images';
export type { Labels, NumberedClasses } from './samples/labels';
export {
  type ChannelMoments,
  channelMoments,
  type Moments,
  pixelMoments,
} from './samples/moments';
export {
  indicesByClass,
  select,
  selectClasses,
  selectFirst,
  selectWhere,
  shuffled,
} from './samples/select';
export { type SequenceSet, sequenceAt, sequenceLengths } from './samples/sequences';
export { columnMoments, type TableColumn, type TableSet } from './samples/table-set';
export { type CsvImagesOptions, csvImages } from './sets/csv-images';
export {
  type GalaxiesOptions,
  type GalaxyChunksOptions,
  type GalaxySet,
  galaxies,
  galaxyChunks,
} from './sets/galaxies/galaxies';
export {
  GALAXY_ANSWERS,
  GALAXY_COLUMNS,
  GALAXY_LEAVES,
  GALAXY_TYPES,
  type GalaxyQuestion,
} from './sets/galaxies/galaxy-tree';
export { type IdxSetOptions, idxSet } from './sets/idx-set';
export {
  type ImageFolderOptions,
  type ImageFolderSet,
  imageFolder,
} from './sets/image-folder';
export { fashionMnist, type MnistOptions, mnist } from './sets/mnist';
export {
  type MultiMnistOptions,
  type MultiMnistSet,
  makeNewSample,
  multiMnist,
} from './sets/multi-mnist';
export { type ReadTableOptions, readTable, type TableFileSet } from './sets/read-table';
export {
  type CsvTextOptions,
  type LineTextOptions,
  SENTIMENT140,
  type TextSet,
  type TextSetOptions,
  textSet,
} from './sets/text-set';
export { type TweetSet, type TweetsOptions, tweets } from './sets/tweets';
export { permutation, shuffle } from './shuffle';
export { type AugmentOptions, augmented } from './transforms/augment';
export { type Fold, kFold } from './transforms/k-fold';
export { inverseOrder, type PixelOrder, permuted, pixelOrder } from './transforms/permuted';
export { padImages, resizeImages, type Size } from './transforms/resize';
export { type SplitOptions, split } from './transforms/split';
export {
  addNoise,
  denormalise,
  type NoiseOptions,
  normalise,
  oneHot,
} from './transforms/tensor-transforms';

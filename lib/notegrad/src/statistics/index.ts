/**
 * What is computed of samples without a model: components, embeddings, neighbours, distances.
 *
 * @module
 */
export { jensenShannon, kullbackLeibler } from './discrete-divergences';
export type { EmbeddingOptions } from './embedding';
export { frechetDistanceSquared } from './frechet-distance';
export { type Gaussian, gaussianOf } from './gaussian';
export { gaussianKullbackLeibler, gaussianMmdSquared } from './gaussian-divergences';
export { type Matrix, matrixFunction } from './matrix-function';
export { mmdSquared } from './mmd';
export { classifyByNeighbours, nearestNeighbours } from './nearest-neighbours';
export { principalAngles } from './principal-angles';
export { type PrincipalComponents, principalComponents } from './principal-components';
export type { Samples } from './samples';
export { type Eigen, symmetricEigen } from './symmetric-eigen';
export { type TsneOptions, tsne } from './tsne';
export { type UmapOptions, umap } from './umap';
export {
  assignedWasserstein,
  type SlicedOptions,
  slicedWasserstein,
  wasserstein,
} from './wasserstein';

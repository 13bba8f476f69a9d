import { setImmediate } from 'node:timers/promises';
import { checkCounts, checkNumbers } from '../checks';
import { progressLine } from '../data/files/progress-line';
import { random } from '../data/random';
import { StatisticsError } from '../errors';
import { optionsOf, refuseOthers } from '../options';
import type { Seeded } from '../seeded';
import { checkSamples, type EmbeddingOptions } from './embedding';
import type { Samples } from './samples';

/** How `umap` looks for places. */
export interface UmapOptions extends EmbeddingOptions, Seeded {
  /** How many neighbours of each sample are looked at; fewer than there are samples. Default 15. */
  readonly numNeighbours?: number;
  /** How near each other places may be, from 0 to 1. Default 0.1. */
  readonly minDistance?: number;
  /** How often places are moved. Default: 500 for up to 2,500 samples, fewer for more, 200 above 7,500. */
  readonly numEpochs?: number;
}

const OPTIONS: Readonly<Record<keyof UmapOptions, true>> = {
  numComponents: true,
  onProgress: true,
  numNeighbours: true,
  minDistance: true,
  numEpochs: true,
  seed: true,
};

/**
 * UMAP: places of samples, [count, numComponents], in which those that are near each other stay
 * together; quicker than `tsne` for many samples, and places of clusters say a little more. The same
 * samples and options give the same places. By umap-js (McInnes, Healy and Melville, "UMAP: Uniform
 * manifold approximation and projection for dimension reduction", 2018).
 *
 * @param x [count, dim]
 * @throws when there are not more samples than neighbours, or a value is not finite
 */
export async function umap(x: Samples, options: UmapOptions = {}): Promise<number[][]> {
  const {
    numComponents = 2,
    numNeighbours = 15,
    minDistance = 0.1,
    numEpochs,
    seed = 0,
  } = optionsOf('umap', options);
  refuseOthers('umap', options, OPTIONS);
  checkSamples(x, numComponents);
  checkNumbers({ minDistance }, StatisticsError, 0, 1);
  if (numEpochs !== undefined) checkCounts({ numEpochs }, StatisticsError);
  if (!(Number.isInteger(numNeighbours) && numNeighbours >= 2 && numNeighbours < x.length)) {
    throw new StatisticsError(
      `invalid number of neighbours: ${numNeighbours} (2 to ${x.length - 1} for ${x.length} samples)`,
    );
  }
  const onProgress = options.onProgress ?? progressLine('UMAP epochs');
  const { UMAP } = await import('umap-js');
  const rng = random(seed);
  const embedding = new UMAP({
    nComponents: numComponents,
    nNeighbors: numNeighbours,
    minDist: minDistance,
    nEpochs: numEpochs,
    random: () => rng.uniform(),
  });
  const total = embedding.initializeFit(x.map((sample) => Array.from(sample)));
  for (let epoch = 1; epoch <= total; epoch++) {
    embedding.step();
    onProgress(epoch, total);
    if (epoch % 10 === 0) await setImmediate();
  }
  const places = embedding.getEmbedding();
  if (!places.every((place) => place.every(Number.isFinite))) {
    throw new StatisticsError('UMAP found no finite places: scale the samples');
  }
  return places;
}

import type { OnProgress } from '../data/files/progress-line';
import { StatisticsError } from '../errors';
import type { Samples } from './samples';
import { expectSamples } from './samples';

/** What all embeddings may be told. */
export interface EmbeddingOptions {
  /** Dimensions of the embedding. Default 2. */
  readonly numComponents?: number;
  /** Default: the project’s progress line, if it takes over a second. */
  readonly onProgress?: OnProgress;
}

/** The squares of larger values, added up, are infinite. */
const LARGEST = 1e150;

/** Refuses samples that cannot be embedded. @throws naming the sample */
export function checkSamples(x: Samples, numComponents: number): void {
  if (!(Number.isInteger(numComponents) && numComponents >= 1)) {
    throw new StatisticsError(
      `invalid number of components: ${numComponents} (expected a whole number above 0)`,
    );
  }
  expectSamples(x);
  if (x.length === 0) throw new StatisticsError('no samples to embed');
  for (const [i, sample] of x.entries()) {
    const large = Array.from(sample).find((value) => Math.abs(value) > LARGEST);
    if (large === undefined) continue;
    throw new StatisticsError(
      `sample ${i} has a value whose distances no number holds: ${large} (scale the samples)`,
    );
  }
}

import { setImmediate } from 'node:timers/promises';
import { checkCounts, checkNumbers } from '../checks';
import { progressLine } from '../data/files/progress-line';
import { random } from '../data/random';
import * as tf from '../engine/tf';
import { StatisticsError } from '../errors';
import { optionsOf, refuseOthers } from '../options';
import { checkSamples, type EmbeddingOptions } from './embedding';
import { dot } from './orthonormal';
import { principalComponents } from './principal-components';
import type { Samples } from './samples';
import { divergenceAndGradient, jointProbabilities } from './tsne-objective';

/** How `tsne` looks for places. */
export interface TsneOptions extends EmbeddingOptions {
  /** About how many neighbours each sample has; below a third of the samples. Default 30. */
  readonly perplexity?: number;
  /** How often all places are moved. Default 1,000. */
  readonly numIterations?: number;
  /** The learning rate. Default: the number of samples / 48, but at least 50. */
  readonly lr?: number;
  /** Begins at random places of this seed. Default: at the samples' principal components. */
  readonly seed?: number;
}

/** Standard deviation of the first component where the embedding begins. */
const START = 1e-4;
const EARLY_ITERATIONS = 250;
const EARLY_EXAGGERATION = 12;
const YIELD_MS = 50;

const OPTIONS: Readonly<Record<keyof TsneOptions, true>> = {
  numComponents: true,
  onProgress: true,
  perplexity: true,
  numIterations: true,
  lr: true,
  seed: true,
};

/**
 * t-SNE: places of samples, [count, numComponents], in which those that are near each other stay
 * together; distances between clusters, and their sizes, say little. The same samples and options
 * give the same places.
 *
 * Exact gradients, so each iteration looks at every pair: for some thousand samples; reduce many
 * columns to about 50 `principalComponents` first. Gradient descent with gains, momentum 0.5 and then
 * 0.8, and exaggeration 12 in the first 250 iterations (van der Maaten and Hinton, "Visualizing data
 * using t-SNE", 2008; start and step as in scikit-learn 1.2).
 *
 * ```ts
 * const places = await tsne(await codes.array(), { perplexity: 30 });
 * show(latentScatter({ points: places, labels, classNames, title: 'Codes' }));
 * ```
 *
 * @param x [count, dim]
 * @throws when the perplexity is too large for so few samples, a value is not finite, or the places become
 * so
 */
export async function tsne(x: Samples, options: TsneOptions = {}): Promise<number[][]> {
  const {
    numComponents: dim = 2,
    perplexity = 30,
    numIterations = 1000,
    seed,
  } = optionsOf('tsne', options);
  refuseOthers('tsne', options, OPTIONS);
  checkCounts({ numIterations }, StatisticsError, 0);
  checkSamples(x, dim);
  const count = x.length;
  if (!(perplexity >= 1 && 3 * perplexity < count)) {
    throw new StatisticsError(
      `invalid perplexity: ${perplexity} (from 1 to below a third of the ${count} samples)`,
    );
  }
  const { lr = Math.max(50, count / EARLY_EXAGGERATION / 4) } = options;
  checkNumbers({ lr }, StatisticsError, 0);
  const onProgress = options.onProgress ?? progressLine('t-SNE iterations');

  const joint = jointProbabilities(x, perplexity);
  const y = seed === undefined ? startAtComponents(x, dim) : startAtRandom(count * dim, seed);
  const gradient = new Float64Array(y.length);
  const velocity = new Float64Array(y.length);
  const gains = new Float64Array(y.length).fill(1);
  let restedAt = performance.now();
  for (let iteration = 0; iteration < numIterations; iteration++) {
    const isEarly = iteration < EARLY_ITERATIONS;
    divergenceAndGradient(y, dim, joint, gradient, isEarly ? EARLY_EXAGGERATION : 1);
    for (let k = 0; k < y.length; k++) {
      const isTurned = gradient[k] > 0 === velocity[k] > 0;
      gains[k] = Math.max(0.01, isTurned ? 0.8 * gains[k] : gains[k] + 0.2);
      velocity[k] = (isEarly ? 0.5 : 0.8) * velocity[k] - lr * gains[k] * gradient[k];
      y[k] += velocity[k];
    }
    onProgress(iteration + 1, numIterations);
    if (performance.now() - restedAt > YIELD_MS) {
      await setImmediate();
      restedAt = performance.now();
    }
  }
  if (!y.every(Number.isFinite)) {
    throw new StatisticsError(
      `t-SNE diverged with lr ${lr}: take a smaller one, or scale the samples`,
    );
  }
  return Array.from({ length: count }, (_, i) => Array.from(y.subarray(i * dim, (i + 1) * dim)));
}

function startAtRandom(length: number, seed: number): Float64Array {
  const rng = random(seed);
  return Float64Array.from({ length }, () => START * rng.normal());
}

function startAtComponents(x: Samples, dim: number): Float64Array {
  if (dim > x[0].length) {
    throw new StatisticsError(
      `${x[0].length} columns have no ${dim} principal components to begin at: state a seed`,
    );
  }
  const tensor = tf.tensor2d(x.map((sample) => Array.from(sample)));
  const { mean, components, variances } = principalComponents(tensor, dim);
  tensor.dispose();
  const scale = START / (Math.sqrt(variances[0]) || 1);
  const y = new Float64Array(x.length * dim);
  for (const [i, sample] of x.entries()) {
    const centred = Float64Array.from(sample, (value, axis) => value - mean[axis]);
    components.forEach((component, axis) => {
      y[i * dim + axis] = scale * dot(centred, component);
    });
  }
  return y;
}

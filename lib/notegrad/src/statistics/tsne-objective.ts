import { type Samples, squaredDistance } from './samples';

/** How far the entropy of a sample's neighbours may be from log(perplexity). */
const TOLERANCE = 1e-5;
const MOST_BISECTIONS = 100;

/**
 * How probable it is that each two samples are neighbours: [count · count], symmetric, adding up to 1.
 * Around each sample stands a Gaussian whose width makes the entropy of its neighbours that of
 * `perplexity` equally probable ones (van der Maaten and Hinton, 2008, section 2).
 */
export function jointProbabilities(x: Samples, perplexity: number): Float32Array {
  const count = x.length;
  const joint = new Float32Array(count * count);
  for (let i = 0; i < count; i++) {
    const squared = Float64Array.from(x, (sample) => squaredDistance(sample, x[i]));
    conditionalProbabilities(squared, i, perplexity).forEach((probability, j) => {
      joint[i * count + j] += probability / (2 * count);
      joint[j * count + i] += probability / (2 * count);
    });
  }
  return joint;
}

/**
 * How probable each other sample is as a neighbour of sample `self`.
 *
 * @param squared squared distances from it
 */
export function conditionalProbabilities(
  squared: Float64Array,
  self: number,
  perplexity: number,
): Float64Array {
  // From the nearest one, so that not all weights vanish where all are far.
  const nearest = squared.reduce((a, b, j) => (j === self ? a : Math.min(a, b)), Infinity);
  const weights = new Float64Array(squared.length);
  const wanted = Math.log(perplexity);
  let [precision, low, high] = [1, 0, Number.POSITIVE_INFINITY];
  for (let step = 0; step < MOST_BISECTIONS; step++) {
    let sum = 0;
    let moment = 0;
    for (let j = 0; j < squared.length; j++) {
      const far = squared[j] - nearest;
      weights[j] = j === self ? 0 : Math.exp(-precision * far);
      sum += weights[j];
      moment += weights[j] * far;
    }
    const entropy = Math.log(sum) + (precision * moment) / sum;
    for (let j = 0; j < weights.length; j++) weights[j] /= sum;
    if (Math.abs(entropy - wanted) < TOLERANCE) break;
    if (entropy > wanted) low = precision;
    else high = precision;
    precision = high === Number.POSITIVE_INFINITY ? 2 * precision : (low + high) / 2;
  }
  return weights;
}

/**
 * The Kullback–Leibler divergence of the neighbourhoods in the embedding, whose probabilities follow
 * Student's t with one degree of freedom, from those of the samples; its gradient goes to `gradient`.
 *
 * @param y [count · dim], the embedding
 * @param joint `jointProbabilities`
 * @param exaggeration what these are multiplied by: clusters then draw together. Default 1
 */
export function divergenceAndGradient(
  y: Float64Array,
  dim: number,
  joint: Float32Array,
  gradient: Float64Array,
  exaggeration = 1,
): number {
  const count = y.length / dim;
  const repulsion = new Float64Array(y.length);
  gradient.fill(0);
  let normaliser = 0;
  let attraction = 0;
  for (let i = 0; i < count; i++) {
    const a = i * dim;
    for (let j = i + 1; j < count; j++) {
      const b = j * dim;
      let squared = 0;
      for (let axis = 0; axis < dim; axis++) squared += (y[a + axis] - y[b + axis]) ** 2;
      const weight = 1 / (1 + squared);
      const probability = exaggeration * joint[i * count + j];
      normaliser += 2 * weight;
      // Σ p·log(p / (w / Z)), without the log(Z) that is not known yet.
      if (probability > 0) attraction += 2 * probability * Math.log(probability / weight);
      for (let axis = 0; axis < dim; axis++) {
        const step = weight * (y[a + axis] - y[b + axis]);
        gradient[a + axis] += probability * step;
        gradient[b + axis] -= probability * step;
        repulsion[a + axis] += weight * step;
        repulsion[b + axis] -= weight * step;
      }
    }
  }
  for (let k = 0; k < y.length; k++) gradient[k] = 4 * (gradient[k] - repulsion[k] / normaliser);
  return attraction + Math.log(normaliser);
}

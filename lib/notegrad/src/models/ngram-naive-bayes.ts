import { checkCountLists } from '../checks';
import { expectSequences, type SequenceSet, sequenceAt } from '../data/samples/sequences';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';

/** What `ngramNaiveBayes` counts. */
export interface NgramNaiveBayesOptions {
  /** Lengths of the n-grams that are counted. Default [1, 2, 3, 4, 5]. */
  readonly orders?: readonly number[];
  /** What is added to each count (Laplace's rule): above 0. Default 1. */
  readonly smoothing?: number;
}

/** A classifier of sequences that knows how often each n-gram occurs in each class. */
export interface NgramNaiveBayes {
  /** How many different n-grams were counted. */
  readonly numNgrams: number;
  /** log P(class) + Σ log P(n-gram | class) over the n-grams that were counted, by class. */
  logJoint(ids: Uint8Array): number[];
  /** The most probable class. */
  predict(ids: Uint8Array): number;
}

/**
 * Multinomial naive Bayes over character n-grams: the usual baseline for the sentiment of short
 * texts (Manning, Raghavan and Schütze, "Introduction to information retrieval", 2008, chapter 13).
 * P(g | c) = (n_gc + s) / (n_c + s·V), with n_gc the count of the n-gram g in class c, n_c that of
 * all n-grams in c, and V the number of different ones.
 *
 * @throws when there is no sequence, an order is not positive or the smoothing is not above 0
 */
export function ngramNaiveBayes(
  set: SequenceSet,
  options: NgramNaiveBayesOptions = {},
): NgramNaiveBayes {
  const {
    orders = [1, 2, 3, 4, 5],
    smoothing = 1,
    ...unknown
  } = optionsOf('ngramNaiveBayes', options);
  refuseUnknown('ngramNaiveBayes', unknown);
  expectSequences(set);
  checkCountLists({ orders }, ModelError);
  const badOrder = orders.find((order) => !Number.isInteger(order) || order < 1);
  if (orders.length === 0 || badOrder !== undefined) {
    throw new ModelError(`invalid orders: [${orders.join(', ')}] (positive integers)`);
  }
  if (!(smoothing > 0)) throw new ModelError(`invalid smoothing: ${smoothing} (above 0)`);
  const numSequences = set.labels.length;
  if (numSequences === 0) throw new ModelError(`${set.name} has no sequence to count n-grams in`);

  const numClasses = set.classNames.length;
  const perClass = () => new Array<number>(numClasses).fill(0);
  const counts = new Map<string, number[]>();
  const [totals, sizes] = [perClass(), perClass()];
  set.labels.forEach((label, i) => {
    sizes[label]++;
    for (const ngram of ngrams(sequenceAt(set, i), orders)) {
      const row = counts.get(ngram) ?? perClass();
      counts.set(ngram, row);
      row[label]++;
      totals[label]++;
    }
  });

  const logPriors = sizes.map((size) => Math.log(size / numSequences));
  const logTotals = totals.map((total) => Math.log(total + smoothing * counts.size));
  function logJoint(ids: Uint8Array): number[] {
    const sums = [...logPriors];
    for (const ngram of ngrams(ids, orders)) {
      const row = counts.get(ngram);
      row?.forEach((count, id) => {
        sums[id] += Math.log(count + smoothing) - logTotals[id];
      });
    }
    return sums;
  }
  return {
    numNgrams: counts.size,
    logJoint,
    predict(ids) {
      const sums = logJoint(ids);
      return sums.indexOf(Math.max(...sums));
    },
  };
}

/** All n-grams of the orders, as strings with a character an id. */
function* ngrams(ids: Uint8Array, orders: readonly number[]): Generator<string> {
  const text = Buffer.from(ids).toString('latin1');
  for (const order of orders) {
    for (let end = order; end <= text.length; end++) yield text.slice(end - order, end);
  }
}

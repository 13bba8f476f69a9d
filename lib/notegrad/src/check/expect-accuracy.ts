import { checkFunctions } from '../checks';
import { seedRandom } from '../engine/random';
import { NotegradError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import { table } from '../plot/table';
import { fail } from './expectation';
import { showOutcome } from './outcome';

/** What `expectAccuracy` asks for. */
export interface AccuracyOptions {
  /** What is measured, for the message. Default the accuracy. */
  readonly what?: string;
  /** The mean over all seeds is at least this. */
  readonly atLeast: number;
  /** How many runs are averaged, with the seeds 1, 2, … Default 3. */
  readonly seeds?: number;
}

/**
 * Expects an accuracy, or any measure of which more is better, as a mean over several runs: one lucky
 * or unlucky run decides nothing. Before each, the sequence of random tensors begins anew with the
 * run's seed.
 *
 * `homework release` repeats the whole test with other seeds, to see how often it would fail a right
 * solution.
 *
 * @param measure Trains with a seed and returns the measure.
 * @throws ExpectationError that names the mean and each run's measure
 */
export async function expectAccuracy(
  measure: (seed: number) => number | Promise<number>,
  options: AccuracyOptions,
): Promise<void> {
  const {
    what = 'the accuracy',
    atLeast,
    seeds = 3,
    ...unknown
  } = optionsOf('expectAccuracy', options);
  refuseUnknown('expectAccuracy', unknown);
  checkFunctions({ measure }, NotegradError);
  if (!Number.isFinite(atLeast))
    throw new NotegradError(`invalid threshold: ${atLeast} (a number)`);
  if (!(Number.isInteger(seeds) && seeds > 0)) {
    throw new NotegradError(`invalid number of seeds: ${seeds} (1, 2, …)`);
  }
  const trial = async (number: number) => {
    const found: number[] = [];
    for (let i = 1; i <= seeds; i++) {
      const seed = number * seeds + i;
      seedRandom(seed);
      found.push(await measure(seed));
    }
    return found;
  };
  const found = await trial(0);
  const mean = meanOf(found);
  const trials = numTrials();
  if (trials > 0) {
    const values = [mean];
    for (let number = 1; number < trials; number++) values.push(meanOf(await trial(number)));
    const rows = values.map((value, i) => ({ trial: i + 1, [what]: value }));
    showOutcome(table(rows), { threshold: { name: what, atLeast, values } });
  }
  // What is no number is not at least anything.
  if (mean >= atLeast) return;
  const each = seeds > 1 ? ` (${found.map(digits).join(', ')} with the seeds 1 to ${seeds})` : '';
  fail(what, `at least ${digits(atLeast)}`, `${digits(mean)}${each}`);
}

/** How often `homework release` wants a threshold tried. */
function numTrials(): number {
  return Number(process.env.NOTEGRAD_TRIALS ?? 0);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(4)));
}

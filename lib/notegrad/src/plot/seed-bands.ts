import { PlotError } from '../errors';
/** What several seeds of one experiment have given, by place. */
export interface OverSeeds {
  readonly mean: number[];
  /** Sample standard deviation (n − 1); 0 for one seed. */
  readonly deviation: number[];
}

/**
 * The mean and the standard deviation of each place over the seeds. Where one seed is not finite,
 * both are NaN.
 *
 * @throws when there is no seed, or seeds differ in length
 */
export function overSeeds(seeds: readonly ArrayLike<number>[], name: string): OverSeeds {
  if (seeds.length === 0) throw new PlotError(`${name} has no seed`);
  const lengths = [...new Set(seeds.map(({ length }) => length))];
  if (lengths.length > 1) {
    throw new PlotError(`the seeds of ${name} differ in length: ${lengths.join(' and ')} values`);
  }
  const places = Array.from(seeds[0], (_, i) => seeds.map((values) => values[i]));
  const mean = places.map((values) => values.reduce((sum, value) => sum + value, 0) / seeds.length);
  const deviation = places.map((values, i) => {
    const squares = values.reduce((sum, value) => sum + (value - mean[i]) ** 2, 0);
    return Math.sqrt(squares / Math.max(1, seeds.length - 1));
  });
  const ifFinite = (values: readonly number[]) =>
    values.map((value, i) => (places[i].every(Number.isFinite) ? value : Number.NaN));
  return { mean: ifFinite(mean), deviation: ifFinite(deviation) };
}

/** What the band of a figure is, for its caption. */
export function bandNote(counts: readonly number[]): { text: string }[] {
  const several = [...new Set(counts.filter((count) => count > 1))].sort((a, b) => a - b);
  return several.length > 0
    ? [{ text: `bands: mean ± standard deviation over ${several.join(' or ')} seeds` }]
    : [];
}

import { Numbers } from '../../support/native-and-cpu';
import type { Case, Domain, Input } from './cases';

/** The numbers that a case is tried with, the same wherever it is computed. */
export interface Trial {
  readonly inputs: readonly Float32Array[];
  /** The direction of the second derivative, an array an input. */
  readonly directions: readonly Float32Array[];
  /** The seed of the weights of the result's elements, whose number only the operation knows. */
  readonly seed: number;
}

const ranges: Record<Domain, { low: number; high: number; signed: boolean }> = {
  any: { low: 0.15, high: 1.55, signed: true },
  positive: { low: 0.3, high: 2, signed: false },
  unit: { low: 0.1, high: 0.85, signed: true },
  'above one': { low: 1.2, high: 2.6, signed: false },
  wide: { low: 0.15, high: 8.3, signed: true },
};

export function trialOf({ inputs }: Case, seed: number): Trial {
  const numbers = new Numbers(seed);
  return {
    inputs: inputs.map((input) => valuesOf(input, numbers)),
    directions: inputs.map(({ shape }) => numbers.values(shape)),
    seed,
  };
}

/** Weights of a result's elements, by which it becomes one number. */
export const weights = (seed: number, size: number) => new Numbers(seed + 0.5).values([size]);

/** Values no two of which are equal in size, nor near to 0, so that no maximum or root has a kink. */
function valuesOf({ shape, domain }: Input, numbers: Numbers): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  const { low, high, signed } = ranges[domain];
  const places = Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = numbers.between(0, i);
    [places[i], places[j]] = [places[j], places[i]];
  }
  return Float32Array.from(places, (place) => {
    const value = low + ((high - low) * (place + 0.2 + 0.5 * numbers.unit())) / size;
    return Math.fround(signed && numbers.unit() < 0.5 ? -value : value);
  });
}

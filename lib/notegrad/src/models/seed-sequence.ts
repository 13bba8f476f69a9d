import { checkSeed } from '../seeded';

/** Gives a new 32-bit seed at each call; the same start gives the same ones. */
export type SeedSequence = () => number;

/**
 * The seeds of one model's weights, so that no two layers, and no two models with
 * neighbouring seeds, draw the same numbers. The generator is splitmix32 (Steele, Lea and Flood,
 * "Fast splittable pseudorandom number generators", 2014).
 */
export function seedSequence(seed: number): SeedSequence {
  checkSeed(seed);
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return (bits ^ (bits >>> 15)) >>> 0;
  };
}

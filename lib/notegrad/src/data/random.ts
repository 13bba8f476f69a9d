import { DataError } from '../errors';
import { checkSeed } from '../seeded';
/** Random numbers that depend on their seeds alone: the same on every machine and engine. */
export interface Random {
  /** A whole number from 0 to 2³² − 1. */
  uint32(): number;
  /** Uniform in [0, 1), in steps of 2⁻³². */
  uniform(): number;
  /** A whole number from 0 to n − 1, each equally likely. */
  integer(n: number): number;
  /** From the standard normal distribution. */
  normal(): number;
}

export type Words = [number, number, number, number];

/**
 * A generator seeded by one or more whole numbers; each further seed gives another, independent
 * sequence: `random(seed, epoch)`.
 *
 * The generator is xoshiro128** (Blackman and Vigna, https://prng.di.unimi.it); the seeds become
 * its state through the 32-bit mixing function of MurmurHash3.
 */
export function random(...seeds: readonly number[]): Random {
  for (const seed of seeds) checkSeed(seed);
  return xoshiro128(stateOf(seeds));
}

/** xoshiro128** from a given state, not all zero. */
export function xoshiro128([a, b, c, d]: Words): Random {
  let spare: number | undefined;

  function uint32(): number {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotateLeft(d, 11);
    return result;
  }

  const uniform = (): number => uint32() / 2 ** 32;

  function integer(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= 2 ** 32)) {
      throw new DataError(`invalid number of choices: ${n} (expected 1 … 2³²)`);
    }
    // Values past the last whole multiple of n would favour the small results: draw again.
    const limit = 2 ** 32 - (2 ** 32 % n);
    let value = uint32();
    while (value >= limit) value = uint32();
    return value % n;
  }

  /** Box and Muller's two normals at a time. */
  function normal(): number {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  return { uint32, uniform, integer, normal };
}

function rotateLeft(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function stateOf(seeds: readonly number[]): Words {
  let hash = 0x9e3779b9;
  const absorb = (word: number) => {
    hash = mix((Math.imul(hash, 5) + word + 0x9e3779b9) | 0);
  };
  absorb(seeds.length);
  for (const seed of seeds) {
    absorb(seed | 0);
    absorb(Math.floor(seed / 2 ** 32) | 0);
  }
  const words = [1, 2, 3, 4].map((i) => mix((hash + Math.imul(i, 0x9e3779b9)) | 0)) as Words;
  if (words.every((word) => word === 0)) words[0] = 1;
  return words;
}

/** MurmurHash3's finalizer: a bijection of 32-bit words in which every bit moves every other. */
function mix(word: number): number {
  let z = word;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}

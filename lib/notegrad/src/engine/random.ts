import { EngineError } from '../errors';
import { optionsOf } from '../options';
import type { Distribution } from './philox';
import { drawNext, RANDOM_KERNELS, type RandomAttrs, sequence } from './random-kernels';
import * as tf from './tfjs';

/**
 * Random tensors that are the same on every engine, for any number of threads, and in a compiled step
 * as in one that is not. A call with a seed always makes the same numbers; one without continues the
 * sequence that `seedRandom` begins.
 */

/** Where the sequence of all calls without a seed stands. */
export interface RandomState {
  readonly seed: number;
  /** How many tensors were made since. */
  readonly draws: number;
}

/**
 * Begins the sequence of random tensors anew: same seed, same numbers. Until the first call the seed
 * is the clock's.
 *
 * @param seed A whole number from 0 to 2⁵³ − 1.
 * @throws EngineError for any other.
 */
export function seedRandom(seed: number): void {
  restoreRandomState({ seed, draws: 0 });
}

/** Where the sequence stands, for a checkpoint. */
export function randomState(): RandomState {
  const [seedLow, seedHigh, drawsLow, drawsHigh] = new Uint32Array(sequence.values);
  return { seed: joined(seedLow, seedHigh), draws: joined(drawsLow, drawsHigh) };
}

/** Continues where `randomState` was asked. */
export function restoreRandomState(state: RandomState): void {
  const { seed, draws } = optionsOf('restoreRandomState', state);
  for (const [name, value] of Object.entries({ seed, draws })) {
    if (Number.isSafeInteger(value) && value >= 0) continue;
    throw new EngineError(`${name} must be a whole number from 0 to 2^53 - 1: ${value}`);
  }
  sequence.values.set([...halves(seed), ...halves(draws)]);
}

type Shape = number[];
type Seed = number | string;

type DrawNormal = <R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  mean?: number,
  stdDev?: number,
  dtype?: 'float32' | 'int32' | null,
  seed?: Seed | null,
) => tf.Tensor<R>;

const drawNormal =
  (name: 'normal' | 'truncatedNormal'): DrawNormal =>
  (shape, mean = 0, stdDev = 1, dtype, seed) =>
    rounded(dtype, () => filled(shape, name, [mean, stdDev], seed));

/**
 * Normal values.
 *
 * @param mean Default 0.
 * @param stdDev Default 1.
 * @param dtype float32 (default) or int32, rounded.
 * @param seed Default: the next numbers of the sequence.
 */
export const randomNormal: DrawNormal = drawNormal('normal');

/** As `randomNormal`, within two standard deviations of the mean: other values are drawn again. */
export const truncatedNormal: DrawNormal = drawNormal('truncatedNormal');

/**
 * Values in [minval, maxval), all equally likely, of 24 random bits.
 *
 * @param minval Default 0.
 * @param maxval Default 1.
 * @param dtype float32 (default), int32 or bool, of which the fraction is cut off.
 * @param seed Default: the next numbers of the sequence.
 */
export function randomUniform<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  minval = 0,
  maxval = 1,
  dtype?: tf.DataType | null,
  seed?: Seed | null,
): tf.Tensor<R> {
  const make = () => filled<R>(shape, 'uniform', [minval, maxval - minval], seed);
  if (dtype == null || dtype === 'float32') return make();
  return tf.tidy(() => tf.cast(tf.cast(make(), 'int32'), dtype)) as tf.Tensor<R>;
}

/**
 * Sets each value to 0 with probability `rate` and divides the others by 1 − `rate`.
 *
 * @param x float32.
 * @param rate From 0 up to, but not, 1.
 * @param noiseShape Broadcastable to `x`: what is dropped together. Default the shape of `x`; an axis
 *   given as null has the length that it has in `x`.
 * @param seed The same values are dropped in every call with it. Default: the next of the sequence.
 */
export function dropout<T extends tf.Tensor>(
  x: T | tf.TensorLike,
  rate: number,
  noiseShape?: (number | null)[] | null,
  seed?: Seed | null,
): T {
  if (!(rate >= 0 && rate < 1)) throw new EngineError(`rate must be in [0, 1): ${rate}`);
  return tf.tidy(() => {
    const input = (x instanceof tf.Tensor ? x : tf.tensor(x)) as T;
    if (input.dtype !== 'float32')
      throw new EngineError(`dropout takes a float32, not a ${input.dtype}`);
    if (rate === 0) return tf.clone(input);
    const shape =
      noiseShape?.length === input.rank
        ? noiseShape.map((length, axis) => length ?? input.shape[axis])
        : ((noiseShape as Shape | undefined) ?? input.shape);
    return tf.mul(input, filled(shape, 'dropoutMask', [1 - rate], seed));
  });
}

/** The next numbers of the sequence, in [0, 1), of 48 random bits: for what is drawn in JavaScript. */
export function uniforms(count: number): Float64Array {
  const halves = drawNext('uniform', [0, 1], 2 * count);
  return Float64Array.from(
    { length: count },
    (_, i) => halves[2 * i] + halves[2 * i + 1] / 2 ** 24,
  );
}

sequence.values.set(halves(Date.now()));

function filled<R extends tf.Rank, Name extends keyof Distribution = keyof Distribution>(
  shape: tf.ShapeMap[R],
  name: Name,
  params: Distribution[Name],
  seed?: Seed | null,
): tf.Tensor<R> {
  const attrs: RandomAttrs = {
    shape: [...shape],
    params,
    seed: seed == null ? null : generatorOf(seed),
  };
  return tf.engine().runKernel(RANDOM_KERNELS[name], {}, attrs as unknown as tf.NamedAttrMap);
}

/** The generator of a call with a seed, apart from that of the sequence with the same seed. */
function generatorOf(seed: Seed): number[] {
  const [low, high] = Number.isSafeInteger(seed)
    ? halves(Math.abs(seed as number))
    : hash(`${seed}`);
  const sign = Number(seed) < 0 ? 0x40000000 : 0;
  return [low, high | 0x80000000 | sign, 0, 0];
}

function halves(whole: number): [low: number, high: number] {
  return [whole | 0, Math.floor(whole / 2 ** 32)];
}

function joined(low: number, high: number): number {
  return high * 2 ** 32 + low;
}

/** FNV-1a, forwards and backwards. */
function hash(text: string): [number, number] {
  const fold = (codes: string[]) =>
    codes.reduce((sum, code) => Math.imul(sum ^ code.charCodeAt(0), 0x01000193), 0x811c9dc5 | 0);
  return [fold([...text]), fold([...text].reverse()) & 0x3fffffff];
}

function rounded<R extends tf.Rank>(
  dtype: string | null | undefined,
  make: () => tf.Tensor<R>,
): tf.Tensor<R> {
  if (dtype == null || dtype === 'float32') return make();
  if (dtype !== 'int32') throw new EngineError(`unsupported dtype: ${dtype} (float32 or int32)`);
  return tf.tidy(() => tf.cast(tf.floor(tf.add(make(), 0.5)), 'int32')) as tf.Tensor<R>;
}

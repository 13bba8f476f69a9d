import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { assertClose, type Tolerance } from './close';
import { useNative } from './native';

/** Seeded numbers for shapes and values: mulberry32. */
export class Numbers {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** In [0, 1). */
  unit(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)];
  }

  /** Values in [−1, 1) that are not all alike under any order of summation. */
  values(shape: readonly number[]): Float32Array {
    const size = shape.reduce((product, length) => product * length, 1);
    return Float32Array.from({ length: size }, () => 2 * this.unit() - 1);
  }
}

/** Sprinkles NaN and both infinities. */
export function withSpecials(values: Float32Array): Float32Array {
  const specials = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return values.map((value, i) => (i % 11 === 5 ? specials[Math.floor(i / 11) % 3] : value));
}

interface Result {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: ArrayLike<number>;
}

async function computeOn(backend: string, compute: () => tf.Tensor[]): Promise<Result[]> {
  if (backend === 'native') await useNative();
  else await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const tensors = tf.tidy(compute);
  const results = tensors.map((t) => ({ shape: t.shape, dtype: t.dtype, values: t.dataSync() }));
  tf.dispose(tensors);
  assert.is(tf.memory().numTensors, before, `tensors left undisposed on ${backend}`);
  return results;
}

/**
 * Asserts that `compute`, which makes its own tensors, gives the same shapes, types and values on
 * the native engine (or another `backend`) as on tfjs's cpu backend, and leaves no tensor behind.
 */
export async function assertSameAsCpu(
  compute: () => tf.Tensor | tf.Tensor[],
  tolerance: Tolerance,
  message: string,
  backend = 'native',
): Promise<void> {
  const list = () => [compute()].flat();
  const expected = await computeOn('cpu', list);
  const actual = await computeOn(backend, list);
  expected.forEach((result, i) => {
    const label = `${message}, result ${i}`;
    assert.equal(actual[i].shape, result.shape, `${label}: shape`);
    assert.is(actual[i].dtype, result.dtype, `${label}: dtype`);
    assertClose(actual[i].values, result.values, tolerance, label);
  });
}

/** The native operations that `compute` runs, in their order: what is left to cpu is not among them. */
export async function nativeOps(compute: () => tf.Tensor | tf.Tensor[]): Promise<string[]> {
  const backend = await useNative();
  const ops: string[] = [];
  const run = backend.run;
  backend.run = (...args) => {
    ops.push(args[0]);
    run.apply(backend, args);
  };
  try {
    tf.dispose(compute());
  } finally {
    backend.run = run;
  }
  return ops;
}

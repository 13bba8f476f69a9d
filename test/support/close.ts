import * as assert from 'uvu/assert';

export interface Tolerance {
  /** Relative to the expected value's size. Default 1e-5. */
  readonly rtol?: number;
  /** Absolute. Default 1e-6. */
  readonly atol?: number;
}

/**
 * Asserts that every value is as near to the expected one as numpy's `allclose` asks:
 * |actual − expected| ≤ atol + rtol·|expected|. NaN equals NaN, and an infinity only itself.
 */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { rtol = 1e-5, atol = 1e-6 }: Tolerance = {},
  message = 'values',
): void {
  assert.is(actual.length, expected.length, `${message}: length`);
  for (let i = 0; i < actual.length; i++) {
    const [a, e] = [Number(actual[i]), Number(expected[i])];
    const same = Object.is(a, e) || a === e || Math.abs(a - e) <= atol + rtol * Math.abs(e);
    assert.ok(same, `${message}[${i}]: expected ${e}, got ${a}`);
  }
}

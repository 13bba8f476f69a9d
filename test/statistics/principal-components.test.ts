import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { orthonormal } from '../../lib/notegrad/src/statistics/orthonormal';
import { principalAngles } from '../../lib/notegrad/src/statistics/principal-angles';
import { principalComponents } from '../../lib/notegrad/src/statistics/principal-components';
import { assertClose } from '../support/close';
import { assertTensorsKept } from '../support/memory';

test.before(async () => {
  await tf.setBackend('cpu');
});

/** Orthonormal directions that lie along no axis. */
function directions(count: number, dim: number): Float64Array[] {
  const vectors = Array.from({ length: count }, (_, i) =>
    Array.from({ length: dim }, (_, j) => Math.sin(1 + 3 * i + 7 * j + i * j)),
  );
  return orthonormal(vectors);
}

/** Two samples mean ± length·direction for each direction: the covariance is known exactly. */
function star(mean: number[], lengths: number[], basis: ArrayLike<number>[]): tf.Tensor2D {
  const sample = (i: number, sign: number) =>
    mean.map((value, j) => value + sign * lengths[i] * basis[i][j]);
  return tf.tensor2d(lengths.flatMap((_, i) => [sample(i, 1), sample(i, -1)]));
}

test('the components are the directions of a known covariance, the variances its eigenvalues', async () => {
  await assertTensorsKept(() => {
    const basis = directions(30, 40);
    const lengths = basis.map((_, i) => 5 * 0.8 ** i);
    const mean = Array.from({ length: 40 }, (_, j) => Math.cos(j));
    const x = star(mean, lengths, basis);
    const found = principalComponents(x, 3);
    x.dispose();
    // A sample in 2·30 at ±l along a direction: variance 2·l² / 60.
    const variances = lengths.map((length) => length ** 2 / 30);
    assertClose(found.mean, mean);
    assertClose(found.variances, variances.slice(0, 3));
    assertClose([found.totalVariance], [variances.reduce((a, b) => a + b)]);
    found.components.forEach((component, i) => {
      assertClose(principalAngles([component], [basis[i]]), [0], { atol: 1e-5 });
      assertClose([Math.hypot(...component)], [1]);
    });
  });
});

test('data of a lower rank have components of no variance, still at right angles', () => {
  const [direction] = directions(1, 50);
  const x = star(new Array(50).fill(0), [2], [direction]);
  const { components, variances } = principalComponents(x, 3);
  assertClose(variances, [4, 0, 0]);
  assert.is(orthonormal(components).length, 3);
  assertClose(principalAngles([components[0]], [direction]), [0], { atol: 1e-5 });
  x.dispose();
});

test('all components of few columns, and of samples that are all the same', () => {
  const same = tf.ones<tf.Rank.R2>([4, 2]);
  assert.equal(principalComponents(same, 2).variances, [0, 0]);
  const cross = tf.tensor2d([
    [3, 0],
    [-3, 0],
    [0, 1],
    [0, -1],
  ]);
  assertClose(principalComponents(cross, 2).variances, [4.5, 0.5]);
  tf.dispose([same, cross]);
});

test('too many components, no samples and NaN are refused', () => {
  const x = tf.ones<tf.Rank.R2>([4, 2]);
  const refuses = (samples: tf.Tensor2D, count: number, message: string) =>
    assert.throws(
      () => principalComponents(samples, count),
      (error: Error) => error.message === message,
    );
  refuses(x, 3, 'invalid number of components: 3 (1 to 2)');
  refuses(tf.zeros([0, 2]), 1, 'invalid x: a tensor of shape [0,2] (expected at least one value)');
  refuses(tf.fill([4, 2], Number.NaN), 1, 'samples with values that are not finite');
});

test.run();

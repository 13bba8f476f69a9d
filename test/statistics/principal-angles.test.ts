import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { principalAngles } from '../../lib/notegrad/src/statistics/principal-angles';
import { assertClose } from '../support/close';

const EXACT = { rtol: 1e-12, atol: 1e-15 };

test('two planes that share a line meet at 0 and at their angle', () => {
  for (const angle of [1e-9, 0.3, 1.2]) {
    const tilted = [
      [1, 0, 0],
      [0, Math.cos(angle), Math.sin(angle)],
    ];
    const flat = [
      [1, 0, 0],
      [0, 1, 0],
    ];
    assertClose(principalAngles(flat, tilted), [0, angle], EXACT);
    assertClose(principalAngles(tilted, flat), [0, angle], EXACT);
  }
});

test('it is the subspace that counts, not the vectors that span it', () => {
  const basis = [
    [1, 2, 0, 1],
    [0, 1, 1, -1],
  ];
  const mixed = [
    [3, 7, 1, 2],
    [-2, -3, 1, -3],
    [1, 3, 1, 0],
  ];
  assertClose(principalAngles(basis, mixed), [0, 0], { atol: 1e-15 });
});

test('a line and a plane have one angle, and axes at right angles have π/2', () => {
  const plane = [
    [1, 0, 0],
    [0, 1, 0],
  ];
  assertClose(principalAngles([[1, 0, 1]], plane), [Math.PI / 4], EXACT);
  assertClose(principalAngles([[0, 0, 5]], plane), [Math.PI / 2], EXACT);
});

test('a zero subspace and vectors of different lengths are refused', () => {
  assert.throws(
    () => principalAngles([[0, 0]], [[1, 0]]),
    (error: Error) => error.message === 'a subspace without a direction: its vectors are zero',
  );
  assert.throws(
    () => principalAngles([[1, 0]], [[1, 0, 0]]),
    (error: Error) => error.message === 'vectors of different lengths: 2, 3',
  );
});

test.run();

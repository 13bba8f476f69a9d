import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { random, xoshiro128 } from '../../lib/notegrad/src/data/random';
import { permutation, shuffle } from '../../lib/notegrad/src/data/shuffle';
import { assertClose } from '../support/close';

test('the generator gives the numbers of the reference implementation in C', () => {
  const rng = xoshiro128([1, 2, 3, 4]);
  assert.equal(
    Array.from({ length: 10 }, () => rng.uint32()),
    [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
      4258142804,
    ],
  );
});

test('the same seeds give the same numbers and other seeds give others', () => {
  const first = (...seeds: number[]) => {
    const rng = random(...seeds);
    return Array.from({ length: 4 }, () => rng.uint32()).join();
  };
  assert.is(first(7), first(7));
  assert.is(first(7, 1), first(7, 1));
  const sequences = [[0], [1], [-1], [2 ** 32], [0, 0], [0, 1], [1, 0], [1, 1], []];
  assert.is(new Set(sequences.map((seeds) => first(...seeds))).size, sequences.length);
});

test('a seed that is no whole number is refused', () => {
  assert.throws(() => random(0.5), /^invalid seed: 0.5 \(expected a whole number\)$/);
  assert.throws(() => random(Number.NaN), /^invalid seed: NaN/);
});

test('integers cover their range evenly', () => {
  const rng = random(3);
  const counts = new Array(6).fill(0);
  for (let i = 0; i < 60_000; i++) counts[rng.integer(6)]++;
  // Each count has a standard deviation of 91; five of them leave one failure in a million seeds.
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 460, counts.join());
});

test('integers from an impossible range are refused', () => {
  for (const n of [0, -1, 1.5, Number.NaN, 2 ** 33]) {
    assert.throws(() => random(1).integer(n), /^invalid number of choices/);
  }
});

test('normals have the moments of the standard normal distribution', () => {
  const rng = random(11);
  const n = 200_000;
  const moments = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const z = rng.normal();
    for (let k = 0; k < 4; k++) moments[k] += z ** (k + 1) / n;
  }
  assertClose(moments, [0, 1, 0, 3], { rtol: 0, atol: 0.05 });
});

test('a permutation has every index once', () => {
  for (const count of [0, 1, 2, 1000]) {
    const sorted = Array.from(permutation(count, random(5))).sort((a, b) => a - b);
    assert.equal(
      sorted,
      Array.from({ length: count }, (_, i) => i),
    );
  }
});

test('every order of three is equally likely', () => {
  const rng = random(2);
  const counts = new Map<string, number>();
  for (let i = 0; i < 60_000; i++) {
    const order = shuffle(['a', 'b', 'c'], rng).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.is(counts.size, 6);
  for (const count of counts.values()) assert.ok(Math.abs(count - 10_000) < 460, `${count}`);
});

test.run();

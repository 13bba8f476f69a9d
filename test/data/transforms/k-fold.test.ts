import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TableSet } from '../../../lib/notegrad/src/data/samples/table-set';
import { kFold } from '../../../lib/notegrad/src/data/transforms/k-fold';

/** Row i holds the number i; a tenth of the rows is of the second class. */
const numbered = (count: number): TableSet => ({
  name: 'numbered',
  source: 'a test',
  values: Float64Array.from({ length: count }, (_, i) => i),
  shape: [count, 1],
  columns: [{ name: 'i' }],
  labels: Uint8Array.from({ length: count }, (_, i) => (i % 10 === 0 ? 1 : 0)),
  classNames: ['a', 'b'],
});
const ascending = (values: Iterable<number>) => [...values].sort((a, b) => a - b);

test('every sample is for validation in one fold and for training in all others', () => {
  for (const stratified of [false, true]) {
    for (const [count, k] of [
      [23, 5],
      [10, 10],
      [7, 2],
    ]) {
      const set = numbered(count);
      const folds = kFold(set, k, { stratified });
      assert.is(folds.length, k);
      assert.equal(ascending(folds.flatMap(({ validation }) => [...validation.values])), [
        ...set.values,
      ]);
      for (const { train, validation } of folds) {
        assert.equal(ascending([...train.values, ...validation.values]), [...set.values]);
        const size = validation.values.length;
        assert.ok(size === Math.floor(count / k) || size === Math.ceil(count / k), `${size}`);
      }
    }
  }
});

test('stratified folds have the classes in the set’s proportions', () => {
  for (const { train, validation } of kFold(numbered(100), 5, { stratified: true })) {
    assert.is(validation.labels.filter((id) => id === 1).length, 2);
    assert.is(train.labels.filter((id) => id === 1).length, 8);
    assert.not.equal([...train.values], ascending(train.values), 'classes are mixed');
  }
});

test('folds depend on the seed alone, and say which they are', () => {
  const [first, again, other] = [1, 1, 2].map((seed) => kFold(numbered(20), 4, { seed }));
  assert.equal(first, again);
  assert.not.equal(first, other);
  assert.is(first[1].validation.name, 'numbered, validation 2 of 4');
});

test('fewer than two folds and more than there are samples are refused', () => {
  for (const k of [0, 1, 2.5, 6]) {
    assert.throws(
      () => kFold(numbered(5), k),
      new RegExp(`^invalid number of folds: ${k} \\(expected 2 … 5`),
    );
  }
});

test.run();

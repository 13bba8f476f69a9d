import { DataError } from '../../errors';
import { selectTargets, type Targets } from './images';
import { checkLabels, type Labels } from './labels';
import type { ChannelMoments } from './moments';
import { rows } from './rows';
import { expectLabels, expectPart, expectSet, isRecord, isShapeOf } from './set-parts';

/** A column of a table's values. */
export interface TableColumn {
  /** The file's name of it. */
  readonly name: string;
  /** The column is 1 where the file's has this text and 0 elsewhere. Default: it is of numbers. */
  readonly category?: string;
}

/** A table of numbers, a sample a row, each with one class id. */
export interface TableSet {
  /** For people. */
  readonly name: string;
  /** Where it came from, for people: a file, … */
  readonly source: string;
  /** [count, width], row by row, as they stand in the file. */
  readonly values: Float64Array;
  readonly shape: readonly [count: number, width: number];
  /** What each of the `width` columns is. */
  readonly columns: readonly TableColumn[];
  /** One class id a row. */
  readonly labels: Labels;
  /** By class id. */
  readonly classNames: readonly string[];
  /** The file's column of classes; undefined where there is none. */
  readonly labelName?: string;
  /** Further columns, such as what a regression is to tell. */
  readonly targets?: Targets;
}

/** The rows at these indices, in this order, with all that belongs to them. */
export function selectTableRows<S extends TableSet>(set: S, indices: ArrayLike<number>): S {
  const [, width] = set.shape;
  return {
    ...set,
    values: rows(set.values, width, indices),
    shape: [indices.length, width],
    labels: rows(set.labels, 1, indices),
    ...(set.targets && { targets: selectTargets(set.targets, indices) }),
  };
}

/**
 * Mean and standard deviation of each column of numbers, for `normalise`: take those of the training
 * set for all parts. Columns of categories, and those that are constant, keep a deviation of 1;
 * categories also a mean of 0.
 *
 * @throws DataError for a table without rows
 */
export function columnMoments(set: TableSet): ChannelMoments {
  expectTable(set);
  const { name, values, shape, columns } = set;
  const [count, width] = shape;
  if (count === 0) throw new DataError(`${name} has no rows to take the mean of`);
  const moments = columns.map(({ category }, column) => {
    if (category !== undefined) return { mean: 0, std: 1 };
    const average = (of: (value: number) => number) => {
      let sum = 0;
      for (let at = column; at < values.length; at += width) sum += of(values[at]);
      return sum / count;
    };
    // Not told by the deviation: rounding leaves that of a constant a little above 0.
    const isConstant = average((value) => (value === values[column] ? 0 : 1)) === 0;
    if (isConstant) return { mean: values[column], std: 1 };
    const mean = average((value) => value);
    return { mean, std: Math.sqrt(average((value) => (value - mean) ** 2)) };
  });
  return { mean: moments.map(({ mean }) => mean), std: moments.map(({ std }) => std) };
}

/** Throws a `DataError` unless values, labels and targets are as many as the shape says. */
export function checkTableSet(set: TableSet): void {
  expectTable(set);
  const { name, values, shape, columns, labels, targets = {} } = set;
  const [count, width] = shape;
  const expectLength = (what: string, expected: number, found: number) => {
    if (found !== expected) {
      throw new DataError(`${name}: expected ${expected} ${what}, found ${found}`);
    }
  };
  expectLength('values', count * width, values.length);
  expectLength('columns', width, columns.length);
  expectLength('labels', count, labels.length);
  for (const [target, { values: numbers, width: each }] of Object.entries(targets)) {
    expectLength(`values of ${target}`, count * each, numbers.length);
  }
  checkLabels(set);
}

/** @throws DataError for what is not a table; its values are not looked at */
export function expectTable(set: TableSet): void {
  expectSet('a table (as readTable gives)', 'values', set);
  expectPart('values', 'a typed array', set.values, ArrayBuffer.isView);
  expectPart('columns', 'a list of columns', set.columns, isListOfObjects);
  expectPart('shape', '[count, columns]', set.shape, isShapeOf(2));
  expectLabels(set);
}

function isListOfObjects(list: unknown): boolean {
  return Array.isArray(list) && list.every(isRecord);
}

import { checkLists } from '../../checks';
import * as tf from '../../engine/tf';
import { DataError } from '../../errors';
import { optionsOf, refuseUnknown } from '../../options';
import type { ChannelMoments } from '../samples/moments';
import { checkTableSet, type TableSet } from '../samples/table-set';
import {
  batchIndices,
  labelTensor,
  mapEach,
  type OrderOptions,
  type Sized,
  targetTensors,
} from './batches';

/** Rows of a table and their class ids on the engine; whoever takes a batch disposes it. */
export type TableBatch = {
  /** [batchSize, width], float32: as in the table, or normalised. */
  readonly x: tf.Tensor2D;
  /** [batchSize], int32 class ids. */
  readonly y: tf.Tensor1D;
  /** The set's targets, each [batchSize]. */
  readonly targets: { readonly [name: string]: tf.Tensor };
};

/** How `tableBatches` divides an epoch. */
export interface TableBatchOptions extends OrderOptions {
  /** Gives x as (value − mean) / std, column by column: `columnMoments` of the training set. */
  readonly normalise?: ChannelMoments;
}

/** One epoch of batches in a seeded order, made one by one as they are taken. */
export function tableBatches(set: TableSet, options: TableBatchOptions): Sized<TableBatch> {
  optionsOf('tableBatches', options);
  checkTableSet(set);
  const { normalise, ...order } = options;
  const scaled = scaling(set, normalise);
  return mapEach(batchIndices(set.shape[0], order), (indices) => ({
    x: gather(set, indices, scaled),
    y: labelTensor(set.labels, indices),
    targets: targetTensors(set.targets ?? {}, indices),
  }));
}

/** Rows of a table as one tensor [count, width]. Default: all of them, as they are. */
export function tableTensor(
  set: TableSet,
  options: { readonly normalise?: ChannelMoments; readonly indices?: ArrayLike<number> } = {},
): tf.Tensor2D {
  const { normalise, indices, ...unknown } = optionsOf('tableTensor', options);
  refuseUnknown('tableTensor', unknown);
  if (indices !== undefined) checkLists({ indices }, DataError);
  checkTableSet(set);
  return gather(set, indices ?? Array.from(set.labels.keys()), scaling(set, normalise));
}

/** What becomes of a value of a column: in 64 bits, as large values would lose their digits in 32. */
type Scaling = (value: number, column: number) => number;

function scaling({ name, shape }: TableSet, normalise: ChannelMoments | undefined): Scaling {
  if (normalise === undefined) return (value) => value;
  const { mean, std } = optionsOf('normalise', normalise);
  checkLists({ 'mean of normalise': mean, 'std of normalise': std }, DataError);
  const width = shape[1];
  const sound = mean.every(Number.isFinite) && std.every((value) => value > 0 && value < Infinity);
  if (mean.length !== width || std.length !== width || !sound) {
    throw new DataError(
      `invalid normalise: ${mean.length} means and ${std.length} deviations (${name} has ${width} ` +
        'columns; all must be finite, deviations above 0)',
    );
  }
  return (value, column) => (value - mean[column]) / std[column];
}

function notInFloat32(
  { name, shape, columns, values }: TableSet,
  row: number,
  column: number,
): Error {
  return new DataError(
    `${name}: ${values[row * shape[1] + column]} in row ${row}, column ${columns[column].name}, is no number ` +
      'of float32 (normalise, with columnMoments of the training set, brings large ones near 0)',
  );
}

function gather(set: TableSet, indices: ArrayLike<number>, scaled: Scaling): tf.Tensor2D {
  const [count, width] = set.shape;
  const floats = new Float32Array(indices.length * width);
  for (let i = 0, at = 0; i < indices.length; i++) {
    const index = indices[i];
    if (!(index >= 0 && index < count)) {
      throw new DataError(`invalid row: ${index} (${set.name} has ${count} rows)`);
    }
    for (let column = 0; column < width; column++, at++) {
      floats[at] = scaled(set.values[index * width + column], column);
      if (!Number.isFinite(floats[at])) throw notInFloat32(set, index, column);
    }
  }
  return tf.tensor2d(floats, [indices.length, width]);
}

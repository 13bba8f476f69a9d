import { EngineError } from '../../errors';
import { sliceInfo } from '../strided-slice';
import * as tf from '../tfjs';
import { padAxis, withGaps } from './along-axis';
import { sumTo } from './broadcasting';

const { parseAxisParam, sizeFromShape } = tf.util;

/** Rows that were gathered more than once get the sum; batches have segments of their own. */
const gather: tf.GradConfig = {
  kernelName: tf.GatherV2,
  inputsToSave: ['x', 'indices'],
  gradFunc: (dy, [x, indices], attrs) => ({
    indices: () => tf.zeros(indices.shape),
    x: () => {
      const [axis] = parseAxisParam(attrs.axis as number, x.shape);
      const rank = indices.rank;
      const given = Number(attrs.batchDims ?? 0);
      const batchDims = given < 0 ? given + rank : given;
      const size = (shape: number[]) => sizeFromShape(shape);
      const batches = size(x.shape.slice(0, batchDims));
      const outer = size(x.shape.slice(batchDims, axis));
      const inner = size(x.shape.slice(axis + 1));
      const length = x.shape[axis];
      const count = indices.size / Math.max(batches, 1);

      const rows = ahead(tf.reshape(dy as tf.Tensor, [batches, outer, count, inner]));
      const segments = tf.reshape(
        tf.add(
          tf.reshape(tf.cast(indices, 'int32'), [batches, count]),
          tf.reshape(tf.mul(tf.range(0, batches, 1, 'int32'), tf.scalar(length, 'int32')), [
            batches,
            1,
          ]),
        ),
        [batches * count],
      ) as tf.Tensor1D;
      const flat = tf.reshape(rows, [batches * count, outer * inner]);
      const sums = tf.unsortedSegmentSum(flat, segments, batches * length);
      return tf.reshape(ahead(tf.reshape(sums, [batches, length, outer, inner])), x.shape);
    },
  }),
};

/** Swaps the second and the third of four axes. */
function ahead(x: tf.Tensor): tf.Tensor {
  const [batches, second, third, inner] = x.shape;
  if (second === 1 || third === 1) return tf.reshape(x, [batches, third, second, inner]);
  return tf.transpose(x, [0, 2, 1, 3]);
}

const gatherNd: tf.GradConfig = {
  kernelName: tf.GatherNd,
  inputsToSave: ['params', 'indices'],
  gradFunc: (dy, [params, indices]) => ({
    indices: () => tf.zeros(indices.shape),
    params: () => tf.scatterND(indices, dy as tf.Tensor, params.shape as [number]),
  }),
};

const scatterNd: tf.GradConfig = {
  kernelName: tf.ScatterNd,
  inputsToSave: ['indices'],
  gradFunc: (dy, [indices]) => ({
    indices: () => tf.zeros(indices.shape),
    updates: () => tf.gatherND(dy as tf.Tensor, indices),
  }),
};

/** 1 where `indices` name an element of a tensor of that shape, 0 elsewhere. */
function written(indices: tf.Tensor, updates: tf.Tensor, shape: number[]): tf.Tensor {
  const counts = tf.scatterND(indices, tf.ones(updates.shape), shape as [number]);
  return tf.cast(tf.greater(counts, 0), 'float32');
}

/** An element that is written more than once keeps one of the updates: which is not defined. */
function refuseRepeats(indices: tf.Tensor, op: string): void {
  const rows = indices.shape[indices.rank - 1];
  const values = indices.dataSync();
  const seen = new Set<string>();
  for (let i = 0; i < values.length; i += rows) {
    const place = values.slice(i, i + rows).join();
    if (seen.has(place)) {
      throw new EngineError(
        `${op} writes to [${place}] more than once, which has no gradient: ` +
          'add the updates up with tf.scatterND',
      );
    }
    seen.add(place);
  }
}

const tensorScatterUpdate: tf.GradConfig = {
  kernelName: tf.TensorScatterUpdate,
  inputsToSave: ['indices', 'updates'],
  gradFunc: (dy, [indices, updates]) => {
    const slopes = dy as tf.Tensor;
    return {
      tensor: () => tf.mul(slopes, tf.sub(1, written(indices, updates, slopes.shape))),
      indices: () => tf.zeros(indices.shape),
      updates: () => {
        refuseRepeats(indices, 'tensorScatterUpdate');
        return tf.gatherND(slopes, indices);
      },
    };
  },
};

const sparseToDense: tf.GradConfig = {
  kernelName: tf.SparseToDense,
  inputsToSave: ['sparseIndices', 'sparseValues', 'defaultValue'],
  gradFunc: (dy, [given, values, defaultValue], { outputShape }) => {
    const slopes = dy as tf.Tensor;
    const indices = given.rank === 2 ? given : tf.reshape(given, [given.size, 1]);
    return {
      sparseIndices: () => tf.zeros(given.shape),
      sparseValues: () => sumTo(tf.gatherND(slopes, indices), values.shape),
      defaultValue: () => {
        const ones = tf.ones([indices.shape[0]]);
        const isDefault = tf.sub(1, written(indices, ones, outputShape as number[]));
        return sumTo(tf.mul(slopes, isDefault), defaultValue.shape);
      },
    };
  },
};

/** Zeros where the slice took nothing. */
const stridedSlice: tf.GradConfig = {
  kernelName: tf.StridedSlice,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({
    x: () => {
      const slopes = dy as tf.Tensor;
      if (slopes.size === 0) return tf.zeros(x.shape);
      const { begin, end, strides } = sliceInfo(x.shape, attrs);
      return x.shape.reduce(
        (gradient: tf.Tensor, length, axis) =>
          putBack(gradient, axis, length, begin[axis], strides[axis]),
        tf.reshape(slopes, tf.slice_util.computeOutShape(begin, end, strides)),
      );
    },
  }),
};

function putBack(
  gradient: tf.Tensor,
  axis: number,
  length: number,
  begin: number,
  stride: number,
): tf.Tensor {
  const spread = withGaps(gradient, axis, Math.abs(stride));
  const spanned = spread.shape[axis];
  const first = stride > 0 ? begin : begin - spanned + 1;
  const inOrder = stride > 0 ? spread : tf.reverse(spread, axis);
  return padAxis(inOrder, axis, first, length - first - spanned);
}

/** The sum of all copies, axis by axis, for any rank. */
const tile: tf.GradConfig = {
  kernelName: tf.Tile,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({
    x: () =>
      (attrs.reps as number[])
        .reduce((gradient: tf.Tensor, copies, axis) => {
          if (copies === 1) return gradient;
          const before = sizeFromShape(x.shape.slice(0, axis));
          const after = gradient.size / (before * copies);
          return tf.sum(tf.reshape(gradient, [before, copies, after]), 1);
        }, dy as tf.Tensor)
        .reshape(x.shape),
  }),
};

const diag: tf.GradConfig = {
  kernelName: tf.Diag,
  inputsToSave: ['x'],
  gradFunc: (dy, [x]) => ({
    x: () => {
      const matrix = tf.reshape(dy as tf.Tensor, [x.size, x.size]);
      return tf.reshape(tf.sum(tf.mul(matrix, tf.eye(x.size)), 1), x.shape);
    },
  }),
};

/** Space to depth. */
const depthToSpace: tf.GradConfig = {
  kernelName: tf.DepthToSpace,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({
    x: () => {
      const block = Number(attrs.blockSize);
      const slopes = dy as tf.Tensor;
      if (attrs.dataFormat === 'NCHW') {
        const [n, c, h, w] = slopes.shape;
        const split = tf.reshape(slopes, [n, c, h / block, block, w / block, block]);
        return tf.reshape(tf.transpose(split, [0, 3, 5, 1, 2, 4]), x.shape);
      }
      const [n, h, w, c] = slopes.shape;
      const split = tf.reshape(slopes, [n, h / block, block, w / block, block, c]);
      return tf.reshape(tf.transpose(split, [0, 1, 3, 2, 4, 5]), x.shape);
    },
  }),
};

const flipLeftRight: tf.GradConfig = {
  kernelName: tf.FlipLeftRight,
  gradFunc: (dy) => ({ image: () => tf.reverse(dy as tf.Tensor, 2) }),
};

/** tfjs's own fail where there is one piece only, whose slope comes without a list. */
const splitV: tf.GradConfig = {
  kernelName: tf.SplitV,
  gradFunc: (dys, _, { axis }) => ({ x: () => tf.concat([dys].flat(), axis as number) }),
};

const unpack: tf.GradConfig = {
  kernelName: tf.Unpack,
  gradFunc: (dys, _, { axis }) => ({ value: () => tf.stack([dys].flat(), axis as number) }),
};

/** Operations that only move elements. */
export const indexingGradients: tf.GradConfig[] = [
  splitV,
  unpack,
  gather,
  gatherNd,
  scatterNd,
  tensorScatterUpdate,
  sparseToDense,
  stridedSlice,
  tile,
  diag,
  depthToSpace,
  flipLeftRight,
];

import * as tf from '../tf';
import { type Call, floats, zeros } from './kernel';

/**
 * Adds up the rows of each segment, the gradient of `gather`: `x` [n, …] and `segmentIds` [n] →
 * [numSegments, …]. Rows of a segment that does not exist (a negative id, too) count nowhere.
 */
export function unsortedSegmentSum({
  inputs: { x, segmentIds },
  attrs,
  backend,
}: Call): tf.TensorInfo {
  const numSegments = attrs.numSegments as number;
  const rowShape = x.shape.slice(1);
  const rowSize = tf.util.sizeFromShape(rowShape);
  const { output, values: sums } = zeros(backend, [numSegments, ...rowShape]);
  const rows = floats(backend, x);
  const ids = backend.typedArrayFromHeap(segmentIds);
  ids.forEach((id, row) => {
    if (id < 0 || id >= numSegments) return;
    for (let i = 0; i < rowSize; i++) sums[id * rowSize + i] += rows[row * rowSize + i];
  });
  return output;
}

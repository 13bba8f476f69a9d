import { sliceInfo } from '../../strided-slice';
import * as tf from '../../tf';
import type { NativeBackend } from '../backend/native-backend';
import type { DType } from '../backend/pool';
import { isNumeric, type NativeCall, nativeKernel, reshaped, UNSUPPORTED } from './native-kernel';

const { arraysEqual, computeStrides, parseAxisParam, sizeFromShape } = tf.util;

type Result = tf.TensorInfo | typeof UNSUPPORTED;

/** More inputs than this are too many arguments for an operation. */
const MOST_INPUTS = 1000;

const bytesOf = (dtype: DType): number => (dtype === 'bool' ? 1 : 4);

/** The strides of all axes: tfjs leaves the last one's out. */
function stridesOf(shape: number[]): number[] {
  return shape.length === 0 ? [] : [...computeStrides(shape), 1];
}

/** Where in a tensor the elements of a new arrangement of axes are. */
interface Arrangement {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset?: number;
}

/** A tensor of shape `outShape` whose elements are those of `x` in another arrangement. */
function rearranged(
  backend: NativeBackend,
  x: tf.TensorInfo,
  { shape, strides, offset = 0 }: Arrangement,
  outShape: number[],
): tf.TensorInfo {
  const dtype = x.dtype as DType;
  const y = backend.allocate(outShape, dtype);
  const params = { bytes: bytesOf(dtype), inputSize: sizeFromShape(x.shape) };
  backend.run('stridedCopy', [x], [y], { ...params, offset, shape, strides });
  return y;
}

function transpose({ inputs: { x }, attrs, backend }: NativeCall): Result {
  if (!isNumeric(x.dtype)) return UNSUPPORTED;
  const perm = attrs.perm as number[];
  const shape = perm.map((axis) => x.shape[axis]);
  const longAxes = perm.filter((axis) => x.shape[axis] !== 1);
  const keepsOrder = longAxes.every((axis, i) => i === 0 || longAxes[i - 1] < axis);
  if (keepsOrder) return reshaped(x, shape, backend);
  const strides = stridesOf(x.shape);
  return rearranged(backend, x, { shape, strides: perm.map((axis) => strides[axis]) }, shape);
}

function reverse({ inputs: { x }, attrs, backend }: NativeCall): Result {
  if (!isNumeric(x.dtype)) return UNSUPPORTED;
  const axes = parseAxisParam(attrs.dims as number[], x.shape);
  const strides = stridesOf(x.shape);
  let offset = 0;
  for (const axis of new Set(axes)) {
    offset += (x.shape[axis] - 1) * strides[axis];
    strides[axis] = -strides[axis];
  }
  return rearranged(backend, x, { shape: x.shape, strides, offset }, x.shape);
}

function tile({ inputs: { x }, attrs, backend }: NativeCall): Result {
  if (!isNumeric(x.dtype)) return UNSUPPORTED;
  const reps = attrs.reps as number[];
  const strides = stridesOf(x.shape);
  const repeated = {
    shape: x.shape.flatMap((length, axis) => [reps[axis], length]),
    strides: x.shape.flatMap((_, axis) => [0, strides[axis]]),
  };
  return rearranged(
    backend,
    x,
    repeated,
    x.shape.map((length, axis) => length * reps[axis]),
  );
}

/** The box of `size` at `begin`, every `steps`-th element along each axis, as `outShape`. */
function box(
  backend: NativeBackend,
  x: tf.TensorInfo,
  begin: readonly number[],
  size: number[],
  outShape: number[],
  steps?: readonly number[],
): tf.TensorInfo {
  if (steps === undefined && arraysEqual(size, x.shape)) return reshaped(x, outShape, backend);
  const strides = stridesOf(x.shape);
  const offset = begin.reduce((sum, at, axis) => sum + at * strides[axis], 0);
  const stepped = strides.map((stride, axis) => stride * (steps?.[axis] ?? 1));
  return rearranged(backend, x, { shape: size, strides: stepped, offset }, outShape);
}

function slice({ inputs: { x }, attrs, backend }: NativeCall): Result {
  if (!isNumeric(x.dtype)) return UNSUPPORTED;
  const { parseSliceParams, assertParamsValid } = tf.slice_util;
  const [begin, size] = parseSliceParams(
    x as tf.Tensor,
    attrs.begin as number[],
    attrs.size as number[],
  );
  assertParamsValid(x, begin, size);
  return box(backend, x, begin, size, size);
}

function stridedSlice({ inputs: { x }, attrs, backend }: NativeCall): Result {
  if (!isNumeric(x.dtype)) return UNSUPPORTED;
  const { finalShape, isIdentity, begin, end, strides } = sliceInfo(x.shape, attrs);
  if (isIdentity) return reshaped(x, finalShape, backend);
  const size = tf.slice_util.computeOutShape(begin, end, strides).map((n) => Math.max(n, 0));
  return box(backend, x, begin, size, finalShape, strides);
}

function split({
  inputs: { x },
  attrs,
  backend,
}: NativeCall): tf.TensorInfo[] | typeof UNSUPPORTED {
  if (!isNumeric(x.dtype)) return UNSUPPORTED;
  const [axis] = parseAxisParam(attrs.axis as number, x.shape);
  const sizes = tf.backend_util.prepareSplitSize(
    x as tf.Tensor,
    attrs.numOrSizeSplits as number[],
    axis,
  );
  const begin = x.shape.map(() => 0);
  return sizes.map((length) => {
    const size = x.shape.with(axis, length);
    const part = box(backend, x, begin, size, size);
    begin[axis] += length;
    return part;
  });
}

function unpack({
  inputs: { value },
  attrs,
  backend,
}: NativeCall): tf.TensorInfo[] | typeof UNSUPPORTED {
  if (!isNumeric(value.dtype)) return UNSUPPORTED;
  const [axis] = parseAxisParam(attrs.axis as number, value.shape);
  const outShape = value.shape.toSpliced(axis, 1);
  const size = value.shape.with(axis, 1);
  const origin = value.shape.map(() => 0);
  return Array.from({ length: value.shape[axis] }, (_, i) =>
    box(backend, value, origin.with(axis, i), size, outShape),
  );
}

/** Tensors side by side, as rows that start at `axis`. */
function joined(
  backend: NativeBackend,
  parts: readonly tf.TensorInfo[],
  axis: number,
  outShape: number[],
): tf.TensorInfo {
  const [{ shape }] = parts;
  const dtype = parts[0].dtype as DType;
  const y = backend.allocate(outShape, dtype);
  const rowBytes = parts.map((part) => sizeFromShape(part.shape.slice(axis)) * bytesOf(dtype));
  backend.run('concat', parts, [y], { rows: sizeFromShape(shape.slice(0, axis)), rowBytes });
  return y;
}

function areAlike(tensors: readonly tf.TensorInfo[]): boolean {
  const [{ dtype }] = tensors;
  return (
    isNumeric(dtype) &&
    tensors.length <= MOST_INPUTS &&
    tensors.every((tensor) => tensor.dtype === dtype)
  );
}

function concat({ inputs, attrs, backend }: NativeCall): Result {
  const all = inputs as unknown as tf.TensorInfo[];
  if (!areAlike(all)) return UNSUPPORTED;
  const [axis] = parseAxisParam(attrs.axis as number, all[0].shape);
  const shapes = all.map(({ shape }) => shape);
  tf.backend_util.assertParamsConsistent(shapes, axis);
  const outShape = tf.backend_util.computeOutShape(shapes, axis);
  const parts = all.filter(({ shape }) => sizeFromShape(shape) > 0);
  if (parts.length === 0) return backend.allocate(outShape, all[0].dtype as DType);
  return parts.length === 1
    ? reshaped(parts[0], outShape, backend)
    : joined(backend, parts, axis, outShape);
}

function pack({ inputs, attrs, backend }: NativeCall): Result {
  const parts = inputs as unknown as tf.TensorInfo[];
  const [{ shape }] = parts;
  if (!areAlike(parts) || parts.some((part) => !arraysEqual(part.shape, shape))) return UNSUPPORTED;
  const [axis] = parseAxisParam(attrs.axis as number, [...shape, 1]);
  return joined(backend, parts, axis, shape.toSpliced(axis, 0, parts.length));
}

/** Numbers of elements before and after along each axis. */
type Paddings = readonly (readonly [number, number])[];

/** A tensor's elements and those around them. */
function around({ inputs: { x }, attrs }: NativeCall) {
  const paddings = attrs.paddings as unknown as Paddings;
  const [before, after] = [paddings.map(([count]) => count), paddings.map(([, count]) => count)];
  const outShape = x.shape.map((length, axis) => before[axis] + length + after[axis]);
  return { outShape, paddings: { inside: x.shape, before, after } };
}

function pad(call: NativeCall): Result {
  const { x } = call.inputs;
  if (!isNumeric(x.dtype)) return UNSUPPORTED;
  const { outShape, paddings } = around(call);
  const y = call.backend.allocate(outShape, x.dtype);
  const value = call.attrs.constantValue as number;
  call.backend.run('pad', [x], [y], { dtype: x.dtype, value, ...paddings });
  return y;
}

function mirrorPad(call: NativeCall): Result {
  const { x } = call.inputs;
  if (!isNumeric(x.dtype) || x.shape.length === 0) return UNSUPPORTED;
  const { outShape, paddings } = around(call);
  const y = call.backend.allocate(outShape, x.dtype);
  const edge = call.attrs.mode !== 'reflect';
  call.backend.run('mirrorPad', [x], [y], { dtype: x.dtype, edge, ...paddings });
  return y;
}

function gather({ inputs: { x, indices }, attrs, backend }: NativeCall): Result {
  if (!isNumeric(x.dtype) || indices.dtype !== 'int32') return UNSUPPORTED;
  const [axis] = parseAxisParam(attrs.axis as number, x.shape);
  const { batchSize, outerSize, dimSize, sliceSize, outputShape } =
    tf.backend_util.segment_util.collectGatherOpShapeInfo(
      x as tf.Tensor,
      indices as tf.Tensor,
      axis,
      (attrs.batchDims as number | undefined) ?? 0,
    );
  const y = backend.allocate(outputShape, x.dtype);
  backend.run('gather', [x, indices], [y], {
    bytes: sliceSize * bytesOf(x.dtype),
    batch: batchSize,
    outer: outerSize,
    length: dimSize,
    count: sizeFromShape(indices.shape) / batchSize,
  });
  return y;
}

function unsortedSegmentSum({ inputs: { x, segmentIds }, attrs, backend }: NativeCall): Result {
  const isRowwise = segmentIds.shape.length === 1 && segmentIds.shape[0] === x.shape[0];
  if (x.dtype !== 'float32' || segmentIds.dtype !== 'int32' || !isRowwise) return UNSUPPORTED;
  const segments = attrs.numSegments as number;
  const [rows, ...rest] = x.shape;
  const y = backend.allocate([segments, ...rest], 'float32');
  const params = { rows, width: sizeFromShape(rest), segments };
  backend.run('unsortedSegmentSum', [x, segmentIds], [y], params);
  return y;
}

function oneHot({ inputs: { indices }, attrs, backend }: NativeCall): Result {
  const { dtype = 'float32', depth, onValue, offValue } = attrs as unknown as tf.OneHotAttrs;
  if (indices.dtype !== 'int32' || !isNumeric(dtype)) return UNSUPPORTED;
  const y = backend.allocate([...indices.shape, depth], dtype);
  const count = sizeFromShape(indices.shape);
  backend.run('oneHot', [indices], [y], { dtype, count, depth, on: onValue, off: offValue });
  return y;
}

function cast({ inputs: { x }, attrs, backend }: NativeCall): Result {
  const dtype = attrs.dtype as tf.DataType;
  if (!isNumeric(x.dtype) || !isNumeric(dtype)) return UNSUPPORTED;
  if (dtype === x.dtype) return reshaped(x, x.shape, backend);
  const y = backend.allocate(x.shape, dtype);
  backend.run('cast', [x], [y], { from: x.dtype, to: dtype, count: sizeFromShape(x.shape) });
  return y;
}

function filled(
  backend: NativeBackend,
  shape: number[],
  value: number,
  dtype: DType,
): tf.TensorInfo {
  const y = backend.allocate(shape, dtype);
  backend.run('fill', [], [y], { dtype, count: sizeFromShape(shape), value });
  return y;
}

function fill({ attrs, backend }: NativeCall): Result {
  const { shape, value } = attrs as unknown as tf.FillAttrs;
  const dtype = (attrs.dtype as tf.DataType | undefined) ?? tf.util.inferDtype(value as number);
  if (!isNumeric(dtype)) return UNSUPPORTED;
  return filled(backend, shape, Number(value), dtype);
}

const constantLike =
  (value: number) =>
  ({ inputs: { x }, backend }: NativeCall): Result =>
    isNumeric(x.dtype) ? filled(backend, x.shape, value, x.dtype) : UNSUPPORTED;

/** What moves, joins, picks or makes elements without computing. */
export const movementKernels: tf.KernelConfig[] = [
  nativeKernel(tf.Transpose, transpose),
  nativeKernel(tf.Reverse, reverse),
  nativeKernel(tf.Tile, tile),
  nativeKernel(tf.Slice, slice),
  nativeKernel(tf.StridedSlice, stridedSlice),
  nativeKernel(tf.SplitV, split),
  nativeKernel(tf.Unpack, unpack),
  nativeKernel(tf.Concat, concat),
  nativeKernel(tf.Pack, pack),
  nativeKernel(tf.PadV2, pad),
  nativeKernel(tf.MirrorPad, mirrorPad),
  nativeKernel(tf.GatherV2, gather),
  nativeKernel(tf.UnsortedSegmentSum, unsortedSegmentSum),
  nativeKernel(tf.OneHot, oneHot),
  nativeKernel(tf.Cast, cast),
  nativeKernel(tf.Fill, fill),
  nativeKernel(tf.ZerosLike, constantLike(0)),
  nativeKernel(tf.OnesLike, constantLike(1)),
];

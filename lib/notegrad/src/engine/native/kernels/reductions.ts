import * as tf from '../../tf';
import {
  type ArgExtremeName,
  type CumulativeName,
  DTYPES,
  type DType,
  type ReductionName,
} from '../backend/operations';
import { isNumeric, nativeKernel, opName, UNSUPPORTED } from './native-kernel';

const { parseAxisParam, sizeFromShape } = tf.util;

interface ReductionOptions {
  /** The operation. Default named after the kernel. */
  readonly op?: ReductionName;
  /** The types that the input may have. Default float32, int32 and bool. */
  readonly dtypes?: readonly DType[];
  /** Whether the sum of booleans is a whole number. Default false: the type is the input's. */
  readonly counts?: boolean;
}

/** A reduction along any axes of a tensor that is not empty. */
function reduction(
  kernelName: string,
  {
    op = opName<ReductionName>(kernelName),
    dtypes = DTYPES,
    counts = false,
  }: ReductionOptions = {},
): tf.KernelConfig {
  return nativeKernel(kernelName, ({ inputs: { x }, attrs, backend }) => {
    const { dtype, shape: inShape } = x;
    if (!isNumeric(dtype) || !dtypes.includes(dtype) || sizeFromShape(inShape) === 0) {
      return UNSUPPORTED;
    }
    const { axis, reductionIndices, keepDims } = attrs;
    const axes = new Set(parseAxisParam((axis ?? reductionIndices) as number[], x.shape));
    const shape = keepDims
      ? x.shape.map((length, i) => (axes.has(i) ? 1 : length))
      : x.shape.filter((_, i) => !axes.has(i));
    const y = backend.allocate(shape, counts && dtype === 'bool' ? 'int32' : dtype);
    const reduced = inShape.map((_, i) => axes.has(i));
    backend.run(op, [x], [y], { dtype, shape: inShape, reduced });
    return y;
  });
}

/** The place of the extreme along one axis. */
function argExtreme(kernelName: string): tf.KernelConfig {
  return nativeKernel(kernelName, ({ inputs: { x }, attrs, backend }) => {
    const axes = parseAxisParam(attrs.axis as number, x.shape);
    if (axes.length !== 1 || !isNumeric(x.dtype) || sizeFromShape(x.shape) === 0)
      return UNSUPPORTED;
    const [axis] = axes;
    const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
    const y = backend.allocate([...outer, ...inner], 'int32');
    backend.run(opName<ArgExtremeName>(kernelName), [x], [y], {
      dtype: x.dtype,
      outer: sizeFromShape(outer),
      length: x.shape[axis],
      inner: sizeFromShape(inner),
    });
    return y;
  });
}

/** Sums or products of all elements up to each, along one axis. */
function cumulative(kernelName: string): tf.KernelConfig {
  return nativeKernel(kernelName, ({ inputs: { x }, attrs, backend }) => {
    const isTaken = x.dtype === 'float32' || x.dtype === 'int32';
    if (!isTaken || sizeFromShape(x.shape) === 0) return UNSUPPORTED;
    const [axis] = parseAxisParam(attrs.axis as number, x.shape);
    const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)].map(sizeFromShape);
    const y = backend.allocate(x.shape, x.dtype as DType);
    backend.run(opName<CumulativeName>(kernelName), [x], [y], {
      ...{ dtype: x.dtype as DType, outer, length: x.shape[axis], inner },
      exclusive: Boolean(attrs.exclusive),
      reverse: Boolean(attrs.reverse),
    });
    return y;
  });
}

/** Sums, means, extremes and their places. */
export const reductionKernels: tf.KernelConfig[] = [
  reduction(tf.Sum, { counts: true }),
  reduction(tf.Mean, { dtypes: ['float32'] }),
  reduction(tf.Prod, { counts: true }),
  reduction(tf.Max),
  reduction(tf.Min),
  reduction(tf.All, { op: 'min', dtypes: ['bool'] }),
  reduction(tf.Any, { op: 'max', dtypes: ['bool'] }),
  argExtreme(tf.ArgMax),
  argExtreme(tf.ArgMin),
  cumulative(tf.Cumsum),
  cumulative(tf.Cumprod),
];

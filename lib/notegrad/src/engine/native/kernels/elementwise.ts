import * as tf from '../../tf';
import type { DType } from '../backend/pool';
import {
  dtypeCode,
  isNumeric,
  type NativeCall,
  nativeKernel,
  opName,
  UNSUPPORTED,
} from './native-kernel';

const { assertAndGetBroadcastShape } = tf.backend_util;
const { arraysEqual, sizeFromShape } = tf.util;

type Params = (attrs: tf.NamedAttrMap) => number[];

interface UnaryOptions {
  /** Default that of the input. */
  readonly outDtype?: DType;
  /** What the function takes besides. Default nothing. */
  readonly params?: Params;
  /** Whether there is an operation for int32 too. Default false. */
  readonly ofInts?: boolean;
}

/** A function of one float32 tensor, or also of one of whole numbers. */
function unary(
  kernelName: string,
  { outDtype, params = () => [], ofInts = false }: UnaryOptions = {},
): tf.KernelConfig {
  return nativeKernel(kernelName, ({ inputs: { x }, attrs, backend }) => {
    if (x.dtype !== 'float32' && !(ofInts && x.dtype === 'int32')) return UNSUPPORTED;
    const op = opName(kernelName) + (x.dtype === 'int32' ? 'OfInts' : '');
    const y = backend.allocate(x.shape, outDtype ?? x.dtype);
    backend.run(op, [x], [y], [sizeFromShape(x.shape), ...params(attrs)]);
    return y;
  });
}

interface BinaryOptions {
  /** The types that both inputs may have. Default float32 and int32. */
  readonly dtypes?: readonly string[];
  /** Default that of the inputs. */
  readonly outDtype?: DType;
  /** What the kernel calls its inputs. Default a and b. */
  readonly names?: readonly [string, string];
}

/** A function of two broadcastable tensors of one type. */
function binary(
  kernelName: string,
  {
    dtypes = ['float32', 'int32'],
    outDtype,
    names: [first, second] = ['a', 'b'],
  }: BinaryOptions = {},
): tf.KernelConfig {
  const op = opName(kernelName);
  return nativeKernel(kernelName, ({ inputs, backend }) => {
    const [a, b] = [inputs[first], inputs[second]];
    if (a.dtype !== b.dtype || !dtypes.includes(a.dtype)) return UNSUPPORTED;
    const y = backend.allocate(
      assertAndGetBroadcastShape(a.shape, b.shape),
      outDtype ?? (a.dtype as DType),
    );
    backend.run(op, [a, b], [y], [dtypeCode[a.dtype], ...shapesTogether(a.shape, b.shape)]);
    return y;
  });
}

/** Their rank and both shapes, the shorter one padded with ones; equal shapes as one axis. */
function shapesTogether(a: number[], b: number[]): number[] {
  if (arraysEqual(a, b)) {
    const size = sizeFromShape(a);
    return [1, size, size];
  }
  const rank = Math.max(a.length, b.length);
  const ones = (count: number) => new Array<number>(count).fill(1);
  return [rank, ...ones(rank - a.length), ...a, ...ones(rank - b.length), ...b];
}

function comparison(kernelName: string): tf.KernelConfig {
  return binary(kernelName, { dtypes: ['float32', 'int32', 'bool'], outDtype: 'bool' });
}

/** `squaredDifference` and the like keep whole numbers whole; so does the square. */
function square({ inputs: { x }, backend }: NativeCall): tf.TensorInfo | typeof UNSUPPORTED {
  if (x.dtype !== 'float32' && x.dtype !== 'int32') return UNSUPPORTED;
  const y = backend.allocate(x.shape, x.dtype);
  const size = sizeFromShape(x.shape);
  if (x.dtype === 'float32') backend.run('square', [x], [y], [size]);
  else backend.run('multiply', [x, x], [y], [dtypeCode.int32, 1, size, size]);
  return y;
}

function logicalNot({ inputs: { x }, backend }: NativeCall): tf.TensorInfo | typeof UNSUPPORTED {
  if (x.dtype !== 'bool') return UNSUPPORTED;
  const y = backend.allocate(x.shape, 'bool');
  backend.run('logicalNot', [x], [y], [sizeFromShape(x.shape)]);
  return y;
}

function addN({ inputs, backend }: NativeCall): tf.TensorInfo | typeof UNSUPPORTED {
  const terms = inputs as unknown as tf.TensorInfo[];
  const [first, second, ...rest] = terms;
  if (second === undefined || terms.some(({ dtype }) => dtype !== 'float32')) return UNSUPPORTED;
  const sum = backend.allocate(first.shape, 'float32');
  const size = sizeFromShape(first.shape);
  const params = [dtypeCode.float32, 1, size, size];
  backend.run('add', [first, second], [sum], params);
  for (const term of rest) backend.run('add', [sum, term], [sum], params);
  return sum;
}

function select({ inputs, backend }: NativeCall): tf.TensorInfo | typeof UNSUPPORTED {
  const { condition, t, e } = inputs;
  if (condition.dtype !== 'bool' || t.dtype !== e.dtype || !isNumeric(t.dtype)) return UNSUPPORTED;
  if (!arraysEqual(condition.shape, t.shape) || !arraysEqual(t.shape, e.shape)) return UNSUPPORTED;
  const y = backend.allocate(t.shape, t.dtype);
  backend.run('select', [condition, t, e], [y], [dtypeCode[t.dtype], sizeFromShape(t.shape)]);
  return y;
}

/** Functions of each element, alone or together with that of another tensor. */
export const elementwiseKernels: tf.KernelConfig[] = [
  ...[
    tf.Ceil,
    tf.Floor,
    tf.Round,
    tf.Neg,
    tf.Reciprocal,
    tf.Sqrt,
    tf.Rsqrt,
    tf.Sign,
    tf.Relu,
    tf.Relu6,
    tf.Exp,
    tf.Expm1,
    tf.Log,
    tf.Log1p,
    tf.Sigmoid,
    tf.Tanh,
    tf.Softplus,
    tf.Erf,
    tf.Elu,
    tf.Selu,
    tf.Sin,
    tf.Cos,
    tf.Tan,
    tf.Asin,
    tf.Acos,
    tf.Atan,
    tf.Sinh,
    tf.Cosh,
    tf.Asinh,
    tf.Acosh,
    tf.Atanh,
  ].map((kernelName) => unary(kernelName)),
  ...[tf.IsNan, tf.IsInf, tf.IsFinite].map((kernelName) => unary(kernelName, { outDtype: 'bool' })),
  unary(tf.LeakyRelu, { params: ({ alpha }) => [alpha as number] }),
  unary(tf.Step, { params: ({ alpha }) => [alpha as number] }),
  unary(tf.Abs, { ofInts: true }),
  unary(tf.ClipByValue, {
    ofInts: true,
    params: ({ clipValueMin, clipValueMax }) => [clipValueMin as number, clipValueMax as number],
  }),
  nativeKernel(tf.Square, square),
  nativeKernel(tf.LogicalNot, logicalNot),
  ...[
    tf.Add,
    tf.Sub,
    tf.Multiply,
    tf.RealDiv,
    tf.Maximum,
    tf.Minimum,
    tf.SquaredDifference,
    tf.Mod,
    tf.Pow,
    tf.Atan2,
  ].map((kernelName) => binary(kernelName)),
  binary(tf.FloorDiv, { outDtype: 'int32' }),
  binary(tf.Prelu, { dtypes: ['float32'], names: ['x', 'alpha'] }),
  binary(tf.EluGrad, { dtypes: ['float32'], names: ['dy', 'y'] }),
  ...[tf.Equal, tf.NotEqual, tf.Greater, tf.GreaterEqual, tf.Less, tf.LessEqual].map(comparison),
  ...[tf.LogicalAnd, tf.LogicalOr].map(comparison),
  nativeKernel(tf.AddN, addN),
  nativeKernel(tf.Select, select),
];

import * as tf from '../../tf';
import type {
  BinaryName,
  ClipName,
  DType,
  OperationParams,
  UnaryName,
} from '../backend/operations';
import { isNumeric, type NativeCall, nativeKernel, opName, UNSUPPORTED } from './native-kernel';

const { assertAndGetBroadcastShape } = tf.backend_util;
const { arraysEqual, sizeFromShape } = tf.util;

type UnaryOps = UnaryName | 'leakyRelu' | 'step' | ClipName;

interface UnaryOptions<Name extends UnaryOps> {
  /** Default that of the input. */
  readonly outDtype?: DType;
  /** What the function takes besides the number of elements. */
  readonly params: (attrs: tf.NamedAttrMap) => Omit<OperationParams[Name], 'count'>;
  /** Whether there is an operation for int32 too. Default false. */
  readonly ofInts?: boolean;
}

/** A function of one float32 tensor, or also of one of whole numbers, that takes numbers besides. */
function unaryWith<Name extends UnaryOps>(
  kernelName: string,
  { outDtype, params, ofInts = false }: UnaryOptions<Name>,
): tf.KernelConfig {
  return nativeKernel(kernelName, ({ inputs: { x }, attrs, backend }) => {
    if (x.dtype !== 'float32' && !(ofInts && x.dtype === 'int32')) return UNSUPPORTED;
    const op = opName<Name>(kernelName + (x.dtype === 'int32' ? 'OfInts' : ''));
    const y = backend.allocate(x.shape, outDtype ?? x.dtype);
    const own = { count: sizeFromShape(x.shape), ...params(attrs) } as OperationParams[Name];
    backend.run(op, [x], [y], own);
    return y;
  });
}

function unary(
  kernelName: string,
  options: Omit<UnaryOptions<UnaryName>, 'params'> = {},
): tf.KernelConfig {
  return unaryWith<UnaryName>(kernelName, { ...options, params: () => ({}) });
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
  const op = opName<BinaryName>(kernelName);
  return nativeKernel(kernelName, ({ inputs, backend }) => {
    const [a, b] = [inputs[first], inputs[second]];
    if (a.dtype !== b.dtype || !dtypes.includes(a.dtype)) return UNSUPPORTED;
    const dtype = a.dtype as DType;
    const y = backend.allocate(assertAndGetBroadcastShape(a.shape, b.shape), outDtype ?? dtype);
    backend.run(op, [a, b], [y], { dtype, ...shapesTogether(a.shape, b.shape) });
    return y;
  });
}

/** Both shapes, the shorter one padded with ones; equal shapes as one axis. */
function shapesTogether(a: number[], b: number[]): { a: number[]; b: number[] } {
  if (arraysEqual(a, b)) {
    const size = [sizeFromShape(a)];
    return { a: size, b: size };
  }
  const rank = Math.max(a.length, b.length);
  const ones = (count: number) => new Array<number>(count).fill(1);
  return { a: [...ones(rank - a.length), ...a], b: [...ones(rank - b.length), ...b] };
}

function comparison(kernelName: string): tf.KernelConfig {
  return binary(kernelName, { dtypes: ['float32', 'int32', 'bool'], outDtype: 'bool' });
}

/** `squaredDifference` and the like keep whole numbers whole; so does the square. */
function square({ inputs: { x }, backend }: NativeCall): tf.TensorInfo | typeof UNSUPPORTED {
  if (x.dtype !== 'float32' && x.dtype !== 'int32') return UNSUPPORTED;
  const y = backend.allocate(x.shape, x.dtype);
  const size = sizeFromShape(x.shape);
  if (x.dtype === 'float32') backend.run('square', [x], [y], { count: size });
  else backend.run('multiply', [x, x], [y], { dtype: 'int32', a: [size], b: [size] });
  return y;
}

function logicalNot({ inputs: { x }, backend }: NativeCall): tf.TensorInfo | typeof UNSUPPORTED {
  if (x.dtype !== 'bool') return UNSUPPORTED;
  const y = backend.allocate(x.shape, 'bool');
  backend.run('logicalNot', [x], [y], { count: sizeFromShape(x.shape) });
  return y;
}

function addN({ inputs, backend }: NativeCall): tf.TensorInfo | typeof UNSUPPORTED {
  const terms = inputs as unknown as tf.TensorInfo[];
  const [first, second, ...rest] = terms;
  if (second === undefined || terms.some(({ dtype }) => dtype !== 'float32')) return UNSUPPORTED;
  const sum = backend.allocate(first.shape, 'float32');
  const size = [sizeFromShape(first.shape)];
  const params = { dtype: 'float32', a: size, b: size } as const;
  backend.run('add', [first, second], [sum], params);
  for (const term of rest) backend.run('add', [sum, term], [sum], params);
  return sum;
}

function select({ inputs, backend }: NativeCall): tf.TensorInfo | typeof UNSUPPORTED {
  const { condition, t, e } = inputs;
  if (condition.dtype !== 'bool' || t.dtype !== e.dtype || !isNumeric(t.dtype)) return UNSUPPORTED;
  if (!arraysEqual(condition.shape, t.shape) || !arraysEqual(t.shape, e.shape)) return UNSUPPORTED;
  const y = backend.allocate(t.shape, t.dtype);
  const params = { dtype: t.dtype, count: sizeFromShape(t.shape) };
  backend.run('select', [condition, t, e], [y], params);
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
  unaryWith<'leakyRelu'>(tf.LeakyRelu, {
    params: ({ alpha }) => ({ slope: alpha as number }),
  }),
  unaryWith<'step'>(tf.Step, { params: ({ alpha }) => ({ below: alpha as number }) }),
  unary(tf.Abs, { ofInts: true }),
  unaryWith<ClipName>(tf.ClipByValue, {
    ofInts: true,
    params: ({ clipValueMin, clipValueMax }) => ({
      least: clipValueMin as number,
      greatest: clipValueMax as number,
    }),
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

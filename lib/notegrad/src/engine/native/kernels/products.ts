import * as tf from '../../tf';
import { type Epilogue, fusedEpilogue, noEpilogue } from './epilogue';
import { type NativeCall, nativeKernel, UNSUPPORTED } from './native-kernel';

const { assertAndGetBroadcastShape } = tf.backend_util;
const { sizeFromShape } = tf.util;

/** The dimensions of a·b, or `UNSUPPORTED` for tfjs to complain. */
function dimensions(call: NativeCall) {
  const { a, b } = call.inputs;
  const [transposeA, transposeB] = [Boolean(call.attrs.transposeA), Boolean(call.attrs.transposeB)];
  const [aRows, aColumns] = a.shape.slice(-2);
  const [bRows, bColumns] = b.shape.slice(-2);
  const [rows, inner] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [innerB, columns] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  const areMatrices = a.shape.length >= 2 && b.shape.length >= 2;
  const areFloats = a.dtype === 'float32' && b.dtype === 'float32';
  if (!areMatrices || !areFloats || inner !== innerB) return UNSUPPORTED;
  const batch = assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return { transposeA, transposeB, rows, columns, inner, batch };
}

function matMul(call: NativeCall, epilogue: Epilogue): tf.TensorInfo | typeof UNSUPPORTED {
  const sizes = dimensions(call);
  if (sizes === UNSUPPORTED) return UNSUPPORTED;
  const { a, b } = call.inputs;
  const { transposeA, transposeB, rows, columns, inner, batch } = sizes;
  const aBatch = a.shape.slice(0, -2);
  const bBatch = b.shape.slice(0, -2);
  // One b for every a: the rows of all of them make one matrix.
  const stacked = sizeFromShape(bBatch) === 1 && (!transposeA || sizeFromShape(aBatch) === 1);
  const c = call.backend.allocate([...batch, rows, columns], 'float32');
  const matrices = { transposeA, transposeB, rows, columns, inner };
  if (stacked) {
    call.backend.run('matMul', [a, b, ...epilogue.inputs], [c], {
      matrices: { ...matrices, rows: rows * sizeFromShape(batch) },
      epilogue: epilogue.params,
    });
    return c;
  }
  if (epilogue !== noEpilogue) {
    call.backend.disposeIntermediateTensorInfo(c);
    return UNSUPPORTED;
  }
  const aligned = (shape: number[]) => [
    ...new Array<number>(batch.length - shape.length).fill(1),
    ...shape,
  ];
  const params = { matrices, a: aligned(aBatch), b: aligned(bBatch) };
  call.backend.run('batchMatMul', [a, b], [c], params);
  return c;
}

/** Products of matrices. */
export const productKernels: tf.KernelConfig[] = [
  nativeKernel(tf.BatchMatMul, (call) => matMul(call, noEpilogue)),
  nativeKernel(tf._FusedMatMul, (call) => {
    const { b } = call.inputs;
    const columns = b.shape[b.shape.length - (call.attrs.transposeB ? 2 : 1)];
    const epilogue = fusedEpilogue(call.inputs, call.attrs, columns);
    return epilogue === UNSUPPORTED ? UNSUPPORTED : matMul(call, epilogue);
  }),
];

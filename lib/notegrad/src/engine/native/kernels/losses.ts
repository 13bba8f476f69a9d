import * as tf from '../../tf';
import type {
  DType,
  OperationParams,
  RowsName,
  SigmoidCrossEntropyName,
} from '../backend/operations';
import { type NativeCall, nativeKernel, opName, UNSUPPORTED } from './native-kernel';

const { sizeFromShape } = tf.util;

/** A kernel that is one operation on float32 tensors (labels of a sparse loss are int32). */
function lossKernel<Name extends RowsName | SigmoidCrossEntropyName>(
  kernelName: string,
  inputNames: readonly string[],
  outShape: (logits: number[]) => number[],
  params: (logits: number[]) => OperationParams[Name],
): tf.KernelConfig {
  const op = opName<Name>(kernelName);
  const dtypeOf = (name: string): DType =>
    name === 'labels' && kernelName.startsWith('Sparse') ? 'int32' : 'float32';
  return nativeKernel(kernelName, ({ inputs, backend }: NativeCall) => {
    if (inputNames.some((name) => inputs[name].dtype !== dtypeOf(name))) return UNSUPPORTED;
    const { shape } = inputs[inputNames[inputNames.length - 1]];
    const y = backend.allocate(outShape(shape), 'float32');
    const tensors = inputNames.map((name) => inputs[name]);
    backend.run(op, tensors, [y], params(shape));
    return y;
  });
}

/** Of rows, which a tensor's last axis makes. */
function rowKernel(
  kernelName: string,
  inputNames: readonly string[],
  outShape: (logits: number[]) => number[],
): tf.KernelConfig {
  return lossKernel<RowsName>(kernelName, inputNames, outShape, (shape) => ({
    rows: sizeFromShape(shape.slice(0, -1)),
    classes: shape[shape.length - 1],
  }));
}

/** Of each element. */
function elementKernel(kernelName: string, inputNames: readonly string[]): tf.KernelConfig {
  return lossKernel<SigmoidCrossEntropyName>(kernelName, inputNames, same, (shape) => ({
    count: sizeFromShape(shape),
  }));
}

const same = (shape: number[]): number[] => shape;
const oneARow = (shape: number[]): number[] => shape.slice(0, -1);
const scalar = (): number[] => [];

/** Softmax and the cross-entropies on logits. Those that tfjs lacks: `engine/losses.ts`. */
export const lossKernels: tf.KernelConfig[] = [
  rowKernel(tf.Softmax, ['logits'], same),
  rowKernel('SoftmaxGrad', ['dy', 'y'], same),
  rowKernel(tf.LogSoftmax, ['logits'], same),
  rowKernel('LogSoftmaxGrad', ['dy', 'y'], same),
  rowKernel('SoftmaxCrossEntropy', ['labels', 'logits'], oneARow),
  rowKernel('SoftmaxCrossEntropyGrad', ['dy', 'labels', 'logits'], same),
  rowKernel('SparseSoftmaxCrossEntropy', ['labels', 'logits'], scalar),
  rowKernel('SparseSoftmaxCrossEntropyGrad', ['dy', 'labels', 'logits'], same),
  elementKernel('SigmoidCrossEntropy', ['labels', 'logits']),
  elementKernel('SigmoidCrossEntropyGrad', ['dy', 'labels', 'logits']),
];

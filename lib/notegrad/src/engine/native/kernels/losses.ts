import * as tf from '../../tf';
import type { DType } from '../backend/pool';
import { type NativeCall, nativeKernel, opName, UNSUPPORTED } from './native-kernel';

const { sizeFromShape } = tf.util;

/** The rows that a tensor's last axis makes, and their length. */
function rows(shape: number[]): [rows: number, classes: number] {
  return [sizeFromShape(shape.slice(0, -1)), shape[shape.length - 1]];
}

/** A kernel that is one operation on float32 tensors (labels of a sparse loss are int32). */
function rowKernel(
  kernelName: string,
  inputNames: readonly string[],
  outShape: (logits: number[]) => number[],
  params: (logits: number[]) => number[] = rows,
): tf.KernelConfig {
  const dtypeOf = (name: string): DType =>
    name === 'labels' && kernelName.startsWith('Sparse') ? 'int32' : 'float32';
  return nativeKernel(kernelName, ({ inputs, backend }: NativeCall) => {
    if (inputNames.some((name) => inputs[name].dtype !== dtypeOf(name))) return UNSUPPORTED;
    const { shape } = inputs[inputNames[inputNames.length - 1]];
    const y = backend.allocate(outShape(shape), 'float32');
    const tensors = inputNames.map((name) => inputs[name]);
    backend.run(opName(kernelName), tensors, [y], params(shape));
    return y;
  });
}

const same = (shape: number[]): number[] => shape;
const oneARow = (shape: number[]): number[] => shape.slice(0, -1);
const scalar = (): number[] => [];
const count = (shape: number[]): number[] => [sizeFromShape(shape)];

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
  rowKernel('SigmoidCrossEntropy', ['labels', 'logits'], same, count),
  rowKernel('SigmoidCrossEntropyGrad', ['dy', 'labels', 'logits'], same, count),
];

import * as tf from '../tf';
import { type Call, type Kernel, Steps } from './kernel';

const ACTIVATIONS: Record<string, string | undefined> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
  prelu: 'Prelu',
};

/**
 * A product with bias and activation, [batch, M, K] × [batch, K, N]. The wasm backend's own kernel,
 * `product`, does one untransposed pair of matrices with one bias a column. Given anything else it
 * adds the bias once for every 48 of K, so it is done in steps.
 */
export function fusedMatMul(product: Kernel): Kernel {
  return (call) => {
    if (isPlain(call)) return product(call);
    const { a, b, bias, preluActivationWeights: alpha } = call.inputs;
    const { transposeA, transposeB, activation, leakyreluAlpha } = call.attrs;

    const steps = new Steps(call.backend);
    let y = steps.run('BatchMatMul', { a, b }, { transposeA, transposeB });
    if (bias) y = steps.run('Add', { a: y, b: bias });
    const kernelName = ACTIVATIONS[activation as string];
    if (kernelName) y = steps.run(kernelName, { x: y, alpha }, { alpha: leakyreluAlpha });
    return steps.finish(y);
  };
}

function isPlain({ inputs: { a, b, bias }, attrs, backend }: Call): boolean {
  if (attrs.transposeA || attrs.transposeB || a.shape[0] !== 1 || b.shape[0] !== 1) return false;
  if (a.shape.includes(0) || b.shape.includes(0)) return false;
  return !bias || isOneEach(backend, bias, b.shape[2]);
}

/** Whether a bias was made as one number for each of the columns or channels. */
export function isOneEach(backend: Call['backend'], bias: tf.TensorInfo, count: number): boolean {
  const { shape } = backend.dataIdMap.get(bias.dataId);
  return bias.shape.length === 1 && tf.util.arraysEqual(shape, [count]);
}

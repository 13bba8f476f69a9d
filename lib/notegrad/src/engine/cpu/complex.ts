import * as tf from '../tfjs';
import { type Call, type Kernel, valuesOf } from './kernel';
import { stretched } from './stretching';

/** For functions of two complex tensors, of which tfjs broadcasts but the first values. */
export const withEqualShapes =
  (theirs: Kernel): Kernel =>
  (call) => {
    const { a, b } = call.inputs;
    if (a.dtype !== 'complex64' || tf.util.arraysEqual(a.shape, b.shape)) return theirs(call);
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const [x, y] = [a, b].map((operand) => broadcast(call, operand, shape));
    const result = theirs({ ...call, inputs: { a: x, b: y } });
    for (const operand of [x, y]) call.backend.disposeIntermediateTensorInfo(operand);
    return result;
  };

function broadcast(call: Call, z: tf.TensorInfo, shape: number[]): tf.TensorInfo {
  const { real, imag } = call.backend.data.get(z.dataId).complexTensorInfos!;
  const parts = [real, imag].map((part) => {
    const values = stretched(valuesOf(call, part), z.shape, shape);
    return call.backend.makeTensorInfo(shape, 'float32', values);
  });
  const complex = tf.getKernel(tf.Complex, 'cpu').kernelFunc as unknown as Kernel;
  const whole = complex({ ...call, inputs: { real: parts[0], imag: parts[1] }, attrs: {} });
  for (const part of parts) call.backend.disposeIntermediateTensorInfo(part);
  return whole;
}

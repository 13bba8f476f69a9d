import * as tf from '@tensorflow/tfjs';
import { type Call, type Kernel, valuesOf } from './kernel';
import { fitsByCycling, stretched } from './stretching';

/**
 * Products of matrices whose batches are broadcast in any way. (tfjs's kernel cycles through the
 * smaller batch, whatever its shape.)
 */
export const batchMatMul =
  (theirs: Kernel): Kernel =>
  (call) => {
    const { a, b } = call.inputs;
    const [ofA, ofB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
    const batch = tf.broadcast_util.assertAndGetBroadcastShape(ofA, ofB);
    if (fitsByCycling(ofA, batch) && fitsByCycling(ofB, batch)) return theirs(call);
    const whole = [a, b].map((x) => broadcast(call, x, [...batch, ...x.shape.slice(-2)]));
    const product = theirs({ ...call, inputs: { a: whole[0], b: whole[1] } });
    for (const x of whole) call.backend.disposeIntermediateTensorInfo(x);
    return product;
  };

function broadcast(call: Call, x: tf.TensorInfo, shape: number[]): tf.TensorInfo {
  return call.backend.makeTensorInfo(shape, x.dtype, stretched(valuesOf(call, x), x.shape, shape));
}

/** Sums of products. What is only renamed is a tensor of its own: tfjs gives back the operand. */
export const einsum =
  (theirs: Kernel): Kernel =>
  (call) => {
    const sums = theirs(call);
    const operands = Object.values(call.inputs);
    if (!operands.some(({ dataId }) => dataId === sums.dataId)) return sums;
    const { dataId, shape, dtype } = sums;
    call.backend.incRef(dataId);
    return { dataId, shape, dtype };
  };

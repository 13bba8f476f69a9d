import type * as tf from '../tf';
import type { Kernel } from './kernel';
import { forget, viewOf } from './view';

/** The shape in which a tensor's values were packed, whichever kernel had it done. */
const packedShapes = new WeakMap<tf.DataId, string>();

/**
 * The wasm backend's product of two matrices, right for every shape that a tensor takes. XNNPACK
 * packs the right side once and finds it again by the tensor's id, whatever its shape is by then:
 * a column [k, 1] that was multiplied by, reshaped to a row [1, k] (as its transpose is), would be
 * multiplied by as a column still, past the end of both the other side and the result. A shape other
 * than the first is packed under an id of its own. (The operators of convolutions are found by their
 * shapes as well; others keep no weights but PReLU's, which are a row always.)
 */
export function withPackedWeights(product: Kernel): Kernel {
  return (call) => {
    const { inputs, backend } = call;
    const { b } = inputs;
    const shape = String(b.shape.slice(-2));
    const packedShape = packedShapes.get(b.dataId);
    if (packedShape === undefined) packedShapes.set(b.dataId, shape);
    if ((packedShape ?? shape) === shape) return product(call);

    const view = viewOf(backend, b, b.shape);
    const output = product({ ...call, inputs: { ...inputs, b: view } });
    forget(backend, view);
    return output;
  };
}

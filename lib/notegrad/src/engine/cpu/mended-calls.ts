import { sliceInfo } from '../strided-slice';
import * as tf from '../tfjs';

interface Call {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** A kernel of the cpu or the wasm backend. */
type KernelOf<C extends Call> = (call: C) => tf.TensorInfo | tf.TensorInfo[];

/** For kernels that take an axis from the end for one that does not exist. */
export function withPositiveAxis<C extends Call>(kernel: KernelOf<C>): KernelOf<C> {
  return (call) => {
    const [axis] = tf.util.parseAxisParam(call.attrs.axis as number, call.inputs.x.shape);
    return kernel({ ...call, attrs: { ...call.attrs, axis } });
  };
}

/**
 * For kernels of strided slices that mistake the axes where one is lost: they slice along all axes,
 * and the result gets its shape afterwards.
 */
export function withAllAxes<C extends Call>(kernel: KernelOf<C>): KernelOf<C> {
  return (call) => {
    const { begin, end, strides, finalShape, finalShapeSparse } = sliceInfo(
      call.inputs.x.shape,
      call.attrs,
    );
    const { x } = call.inputs;
    if (finalShapeSparse.length === x.shape.length || finalShape.includes(0)) return kernel(call);
    // An end before the first element has no number: −1 is the last.
    const endMask = end.reduce((mask, at, axis) => (at < 0 ? mask | (1 << axis) : mask), 0);
    const masks = { beginMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
    const attrs = { begin, end, strides, ...masks, endMask };
    const { dataId, dtype } = kernel({ ...call, attrs }) as tf.TensorInfo;
    return { dataId, dtype, shape: finalShape };
  };
}

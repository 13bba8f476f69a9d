import * as tf from '../tf';
import type { Kernel } from './kernel';

/**
 * Repeats x along its axes. Where x is repeated as a whole, as the statistics of batch normalisation
 * are for every pixel, by doubling what is there; the backend's own kernel, `tile`, does the others.
 */
export function tileWhole(tile: Kernel): Kernel {
  return (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    const reps = attrs.reps as number[];
    const lastRepeated = reps.findLastIndex((count) => count !== 1);
    const isWhole = x.shape.slice(0, lastRepeated).every((length) => length === 1);
    const shape = x.shape.map((length, axis) => length * reps[axis]);
    if (!isWhole || shape.includes(0)) return tile(call);

    const output = backend.makeOutput(shape, x.dtype);
    const repeated = backend.typedArrayFromHeap(output);
    repeated.set(backend.typedArrayFromHeap(x));
    const size = tf.util.sizeFromShape(shape);
    for (let done = tf.util.sizeFromShape(x.shape); done < size; done *= 2) {
      repeated.copyWithin(done, 0, Math.min(done, size - done));
    }
    return output;
  };
}

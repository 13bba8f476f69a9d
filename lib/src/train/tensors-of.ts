import * as tf from '../engine/tf';

/** The tensors in a container: arrays and objects of tensors and other values. */
export function tensorsOf(container: unknown): tf.Tensor[] {
  if (container instanceof tf.Tensor) return [container];
  const isContainer = typeof container === 'object' && container !== null;
  if (!isContainer || ArrayBuffer.isView(container)) return [];
  return Object.values(container).flatMap(tensorsOf);
}

import * as tf from '../../tf';

/** The tensors in a container (arrays and objects of tensors and other values), in order. */
export function tensorsOf(container: unknown): tf.Tensor[] {
  const tensors: tf.Tensor[] = [];
  replaceTensors(container, (tensor) => {
    tensors.push(tensor);
    return tensor;
  });
  return tensors;
}

/** The container again, with other tensors in place of its own. */
export function replaceTensors<C>(container: C, replace: (tensor: tf.Tensor) => tf.Tensor): C {
  const visit = (node: unknown): unknown => {
    if (node instanceof tf.Tensor) return replace(node);
    if (Array.isArray(node)) return node.map(visit);
    if (!isPlainObject(node)) return node;
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, visit(child)]));
  };
  return visit(container) as C;
}

/**
 * Equal for containers that differ in nothing but the values of their tensors; which of those are
 * the same counts.
 */
export function signature(container: unknown): string {
  const seen = new Map<tf.DataId, number>();
  const describe = (node: unknown): string => {
    if (node instanceof tf.Tensor) {
      if (!seen.has(node.dataId)) seen.set(node.dataId, seen.size);
      return `${seen.get(node.dataId)}:${node.dtype}[${node.shape}]`;
    }
    if (Array.isArray(node)) return `[${node.map(describe).join()}]`;
    if (ArrayBuffer.isView(node)) return `${node.constructor.name}(${node})`;
    if (!isPlainObject(node)) return `${typeof node}:${node}`;
    return `{${Object.entries(node).map(([key, child]) => `${key}:${describe(child)}`)}}`;
  };
  return describe(container);
}

function isPlainObject(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null && !ArrayBuffer.isView(node);
}

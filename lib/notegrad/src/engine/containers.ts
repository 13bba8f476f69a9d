import * as tf from './tf';

/** The tensors in a container: arrays and objects of tensors and other values. */
export function tensorsOf(container: unknown): tf.Tensor[] {
  if (container instanceof tf.Tensor) return [container];
  return isContainer(container) ? Object.values(container).flatMap(tensorsOf) : [];
}

/** The container again, with other tensors in place of its own. */
export function replaceTensors<C>(container: C, replace: (tensor: tf.Tensor) => tf.Tensor): C {
  const visit = (node: unknown): unknown => {
    if (node instanceof tf.Tensor) return replace(node);
    if (Array.isArray(node)) return node.map(visit);
    if (!isContainer(node)) return node;
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, visit(child)]));
  };
  return visit(container) as C;
}

/** Equal for containers that differ in nothing but their tensors' values; which are the same counts. */
export function signatureOf(container: unknown): string {
  const seen = new Map<tf.DataId, number>();
  const describe = (node: unknown): string => {
    if (node instanceof tf.Tensor) {
      if (!seen.has(node.dataId)) seen.set(node.dataId, seen.size);
      return `${seen.get(node.dataId)}:${node.dtype}[${node.shape}]`;
    }
    if (Array.isArray(node)) return `[${node.map(describe)}]`;
    if (ArrayBuffer.isView(node)) return `${node.constructor.name}(${node})`;
    if (!isContainer(node)) return `${typeof node}:${String(node)}`;
    return `{${Object.entries(node).map(([key, child]) => `${key}:${describe(child)}`)}}`;
  };
  return describe(container);
}

function isContainer(node: unknown): node is object {
  return typeof node === 'object' && node !== null && !ArrayBuffer.isView(node);
}

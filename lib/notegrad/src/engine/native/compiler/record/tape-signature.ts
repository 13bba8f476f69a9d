import type { TapeNode } from '../../../patches/tape';
import * as tf from '../../../tf';
import type { TapeSignature } from './trace-tree';

// tfjs's exports are getters of getters, which cost too much at every operation.
const { getGradient } = tf;

/** A trace, as far as it numbers the values that it has met. */
interface KnownValues {
  knownId(dataId: tf.DataId): number | undefined;
}

/**
 * All that the gradient of y with respect to xs depends on: the tape's kernels with their gradients
 * and attributes, shapes and types of its tensors, which of them are the same, and which values of
 * the trace they hold. Null where a gradient may depend on more than that.
 *
 * @param isPure whether a node's gradient is a function of dy, what is saved and the attributes alone
 */
export function tapeSignature(
  trace: KnownValues,
  tape: readonly TapeNode[],
  xs: readonly tf.Tensor[],
  y: tf.Tensor,
  isPure: (node: TapeNode) => boolean,
): TapeSignature | null {
  const parts: unknown[] = [tape.length, xs.length];
  const tensors = new Map<number, number>();
  const strangers = new Map<tf.DataId, number>();
  const addTensor = (tensor: tf.Tensor | null | undefined) => {
    if (tensor == null) {
      parts.push(null);
      return;
    }
    const known = tensors.get(tensor.id);
    if (known !== undefined) {
      parts.push(known);
      return;
    }
    tensors.set(tensor.id, tensors.size);
    const { dataId, shape, dtype } = tensor;
    let value = trace.knownId(dataId);
    if (value === undefined) {
      value = -1 - (strangers.get(dataId) ?? strangers.size);
      strangers.set(dataId, -1 - value);
    }
    parts.push(value, dtype, shape.length);
    for (const length of shape) parts.push(length);
  };
  const addTensors = (list: readonly tf.Tensor[]) => {
    parts.push(list.length);
    for (const tensor of list) addTensor(tensor);
  };
  for (const node of tape) {
    if (!isPure(node)) return null;
    const { kernelName, inputs, outputs, saved = [], attrs = {} } = node;
    parts.push(kernelName, getGradient(kernelName)?.gradFunc);
    for (const name in inputs) {
      const input = inputs[name];
      parts.push(name);
      if (Array.isArray(input)) addTensors(input);
      else addTensor(input);
    }
    addTensors(outputs);
    addTensors(saved);
    for (const name in attrs) {
      parts.push(name);
      if (!addPlain(parts, attrs[name])) return null;
    }
  }
  addTensors(xs);
  addTensor(y);
  return parts;
}

export function sameSignature(a: TapeSignature, b: TapeSignature): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

function addPlain(parts: unknown[], value: unknown): boolean {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const list = value as ArrayLike<unknown>;
    parts.push(list.length);
    for (let i = 0; i < list.length; i++) if (!addPlain(parts, list[i])) return false;
    return true;
  }
  if (typeof value === 'function' || (typeof value === 'object' && value !== null)) return false;
  parts.push(value);
  return true;
}

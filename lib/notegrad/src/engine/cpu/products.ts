import * as tf from '../tfjs';
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

/**
 * Sums of products. tfjs's kernel mistakes the axes where a label stands in one operand only and not
 * in the result: these are summed over first. It also gives back an operand that is only renamed.
 */
export const einsum =
  (theirs: Kernel): Kernel =>
  (call) => {
    const operands = Object.values(call.inputs);
    const equation = call.attrs.equation as string;
    const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, operands.length);
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, operands as tf.Tensor[]);

    const summed = loneAxes(equation).map((axes, i) => sumOver(call, operands[i], axes));
    const inputs = summed as unknown as Call['inputs'];
    const result = theirs({ ...call, inputs, attrs: { equation: withoutLone(equation) } });

    const { dataId, shape, dtype } = result;
    if ([...operands, ...summed].some((x) => x.dataId === dataId)) call.backend.incRef(dataId);
    for (const x of summed) {
      if (!operands.includes(x)) call.backend.disposeIntermediateTensorInfo(x);
    }
    return { dataId, shape, dtype };
  };

function sumOver(call: Call, x: tf.TensorInfo, axes: number[]): tf.TensorInfo {
  if (axes.length === 0) return x;
  const sum = tf.getKernel(tf.Sum, 'cpu').kernelFunc as unknown as Kernel;
  return sum({ ...call, inputs: { x }, attrs: { axis: axes, keepDims: false } });
}

function termsOf(equation: string): { terms: string[]; out: string } {
  const [given, out] = equation.replace(/\s/g, '').split('->');
  return { terms: given.split(','), out };
}

/** Of each operand, the axes whose labels stand nowhere else. */
export function loneAxes(equation: string): number[][] {
  const { terms, out } = termsOf(equation);
  return terms.map((term, index) => {
    const elsewhere = terms.filter((_, i) => i !== index).join('') + out;
    return [...term].flatMap((label, axis) => (elsewhere.includes(label) ? [] : [axis]));
  });
}

function withoutLone(equation: string): string {
  const { terms, out } = termsOf(equation);
  const lone = loneAxes(equation);
  const kept = terms.map((term, i) =>
    [...term].filter((_, axis) => !lone[i].includes(axis)).join(''),
  );
  return `${kept.join(',')}->${out}`;
}

import * as tf from '../tf';
import { type Call, Steps } from './kernel';

/** Sums of products by Einstein's notation: each step multiplies the terms it names, then sums. */
export function einsum({ inputs, attrs, backend }: Call): tf.TensorInfo {
  const { backend_util, util } = tf;
  const terms = Object.values(inputs);
  const equation = attrs.equation as string;
  const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation, terms.length);
  backend_util.checkEinsumDimSizes(allDims.length, idDims, terms as tf.Tensor[]);
  const { path, steps: products } = backend_util.getEinsumComputePath(summedDims, idDims);

  const steps = new Steps(backend);
  let remaining = allDims.length;
  const aligned = (term: number): tf.TensorInfo => {
    const { permutationIndices, expandDims } = backend_util.getEinsumPermutation(
      remaining,
      idDims[term],
    );
    const x = steps.transpose(terms[term], permutationIndices);
    const shape = [...x.shape];
    for (const axis of expandDims) shape.splice(axis, 0, 1);
    return util.arraysEqual(shape, x.shape) ? x : steps.reshape(x, shape);
  };

  let result: tf.TensorInfo | undefined;
  products.forEach((factors, i) => {
    for (const term of factors) {
      const x = aligned(term);
      result = result ? steps.run('Multiply', { a: x, b: result }) : x;
    }
    if (i === products.length - 1) return;
    if (path[i] >= 0) {
      const axis = path[i] - (allDims.length - remaining);
      result = steps.run('Sum', { x: result! }, { axis, keepDims: false });
    }
    remaining--;
  });
  return steps.finish(result!);
}

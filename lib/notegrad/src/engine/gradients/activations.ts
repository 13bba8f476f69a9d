import * as tf from '../tfjs';
import { hasKernel, isDifferentiatedAgain, run } from './register';

/** dx = dy·(y + 1) where y < 0, else dy. */
const eluGrad: tf.GradConfig = {
  kernelName: tf.EluGrad,
  inputsToSave: ['dy', 'y'],
  gradFunc: (given, [dy, y]) => {
    const ddx = given as tf.Tensor;
    return {
      dy: () => run(tf.EluGrad, { dy: ddx, y }),
      y: () => tf.where(tf.less(y, 0), tf.mul(ddx, dy), tf.zerosLike(dy)),
    };
  },
};

/** One operation where the engine has it, unless what it gives is differentiated again. */
function ofRows(kernelName: string): tf.GradConfig {
  const composed = tf.getGradient(kernelName);
  return {
    ...composed,
    gradFunc: (dy, saved, attrs) => {
      const fused = `${kernelName}Grad`;
      if (isDifferentiatedAgain() || !hasKernel(fused)) return composed.gradFunc(dy, saved, attrs);
      return { logits: () => run(fused, { dy: dy as tf.Tensor, y: saved[0] }) };
    },
  };
}

/** Activations whose gradients are kernels of their own. */
export const activationGradients: tf.GradConfig[] = [
  eluGrad,
  ofRows(tf.Softmax),
  ofRows(tf.LogSoftmax),
];

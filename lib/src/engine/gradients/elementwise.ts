import * as tf from '@tensorflow/tfjs';

/** Functions of one tensor whose gradients tfjs has wrong. */
export const elementwiseGradients: tf.GradConfig[] = [
  {
    // Only numbers that are no floats come here: see `tape.ts`.
    kernelName: tf.Cast,
    gradFunc: (dy, _, { dtype }) => ({
      x: () => (dtype === 'complex64' ? tf.real(dy as tf.Tensor) : tf.clone(dy as tf.Tensor)),
    }),
  },
];

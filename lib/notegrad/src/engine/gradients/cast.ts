import * as tf from '../tfjs';

function toType(dy: tf.Tensor, dtype: tf.DataType): tf.Tensor {
  const [isComplex, hasToBe] = [dy.dtype === 'complex64', dtype === 'complex64'];
  if (isComplex === hasToBe) return tf.clone(dy);
  return hasToBe ? tf.complex(dy, tf.zerosLike(dy)) : tf.real(dy);
}

/** Of real and complex numbers. Whole numbers and truths of floats are constants: `tape.ts`. */
export const castGradients: tf.GradConfig[] = [
  {
    kernelName: tf.Cast,
    inputsToSave: ['x'],
    gradFunc: (dy, [{ dtype }]) => ({ x: () => toType(dy as tf.Tensor, dtype) }),
  },
  {
    kernelName: tf.Identity,
    gradFunc: (dy) => ({ x: () => tf.clone(dy as tf.Tensor) }),
  },
];

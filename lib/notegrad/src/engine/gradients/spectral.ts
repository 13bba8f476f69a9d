import * as tf from '../tfjs';

// The gradient of a complex tensor is that of its real and that of its imaginary part, as the real
// and the imaginary part of one: PyTorch's convention.

const lengthOf = ({ shape }: tf.Tensor) => shape[shape.length - 1];

const scaled = (z: tf.Tensor, factor: number): tf.Tensor =>
  tf.complex(tf.mul(tf.real(z), factor), tf.mul(tf.imag(z), factor));

/** Fourier transforms and the complex tensors between them. */
export const spectralGradients: tf.GradConfig[] = [
  {
    kernelName: tf.FFT,
    gradFunc: (dy) => {
      const slopes = dy as tf.Tensor;
      return { input: () => scaled(tf.spectral.ifft(slopes), lengthOf(slopes)) };
    },
  },
  {
    kernelName: tf.IFFT,
    gradFunc: (dy) => {
      const slopes = dy as tf.Tensor;
      return { input: () => scaled(tf.spectral.fft(slopes), 1 / lengthOf(slopes)) };
    },
  },
  {
    kernelName: tf.Complex,
    gradFunc: (dy) => ({
      real: () => tf.real(dy as tf.Tensor),
      imag: () => tf.imag(dy as tf.Tensor),
    }),
  },
  {
    kernelName: tf.Real,
    gradFunc: (dy) => ({ input: () => tf.complex(dy as tf.Tensor, tf.zerosLike(dy as tf.Tensor)) }),
  },
  {
    kernelName: tf.Imag,
    gradFunc: (dy) => ({ input: () => tf.complex(tf.zerosLike(dy as tf.Tensor), dy as tf.Tensor) }),
  },
  {
    kernelName: tf.ComplexAbs,
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({
      x: () => {
        const [real, imag] = [tf.real(x), tf.imag(x)];
        const length = tf.abs(x);
        const share = tf.divNoNan(dy as tf.Tensor, length);
        return tf.complex(tf.mul(real, share), tf.mul(imag, share));
      },
    }),
  },
];

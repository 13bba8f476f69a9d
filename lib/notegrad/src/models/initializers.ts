import * as tf from '../engine/tf';

export type Initializer = ReturnType<typeof tf.initializers.zeros>;

/**
 * How a layer's weights begin.
 *
 * - `'torch'`: what PyTorch's `nn.Linear`, `nn.Conv2d` and `nn.LSTM` do when nothing is said:
 *   Kaiming-uniform with a = √5, which is U(±1/√fanIn), for weights and biases alike.
 * - `'he'`: what torchvision's VGG does: convolutions N(0, √(2/fanOut)) (He et al., "Delving deep
 *   into rectifiers", 2015), linear layers N(0, 0.01), biases zero. Deep stacks of ReLU without
 *   normalisation need it: under `'torch'` the signal's variance falls six-fold a layer.
 */
export type Initialization = 'torch' | 'he';

/** U(−1/√fanIn, 1/√fanIn): PyTorch's default for every weight and bias of a layer. */
export function torchUniform(fanIn: number, seed: number): Initializer {
  const bound = 1 / Math.sqrt(fanIn);
  return tf.initializers.randomUniform({ minval: -bound, maxval: bound, seed });
}

/** N(0, std²). */
export function normal(std: number, seed: number): Initializer {
  return tf.initializers.randomNormal({ mean: 0, stddev: std, seed });
}

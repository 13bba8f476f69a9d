import type * as tf from '../engine/tf';

/**
 * A model made of several, as an autoencoder is of an encoder and a decoder. Layer names are
 * unique over all parts: each is the path that the layer has in the same PyTorch module
 * ('encoder.fc1'), and so the name of its weights in a state dict ('encoder.fc1.weight').
 */
export interface Composite {
  readonly parts: Readonly<Record<string, tf.LayersModel>>;
  /** Frees the weights of all parts. */
  dispose(): void;
}

export type Model = tf.LayersModel | Composite;

/** The layers models that a model is made of: itself, or its parts in order. */
export function partsOf(model: Model): tf.LayersModel[] {
  return 'parts' in model ? Object.values(model.parts) : [model];
}

/** The weights that training changes, each once, in the order of the layers. */
export function trainableVariables(model: Model): tf.Variable[] {
  const weights = partsOf(model).flatMap((part) => part.trainableWeights);
  return [...new Set(weights.map((weight) => weight.read() as tf.Variable))];
}

/**
 * How many numbers training changes: the sizes of all trainable weights added up. As in PyTorch,
 * the running statistics of batch normalisation are not among them.
 */
export function numParameters(model: Model): number {
  return trainableVariables(model).reduce((sum, variable) => sum + variable.size, 0);
}

export interface ForwardOptions {
  /** Whether dropout drops and batch normalisation takes the batch's statistics. Default false. */
  readonly training?: boolean;
}

/** The model's output for a batch, differentiable. Unlike `predict`, it never splits the batch. */
export function forward(
  model: tf.LayersModel,
  x: tf.Tensor | tf.Tensor[],
  { training = false }: ForwardOptions = {},
): tf.Tensor {
  return model.apply(x, { training }) as tf.Tensor;
}

/** Like `forward`, for a model with several outputs. */
export function forwardAll(
  model: tf.LayersModel,
  x: tf.Tensor | tf.Tensor[],
  { training = false }: ForwardOptions = {},
): tf.Tensor[] {
  return model.apply(x, { training }) as tf.Tensor[];
}

/** Frees the weights of the given layers models. */
export function disposeParts(parts: Composite['parts']): void {
  for (const part of Object.values(parts)) part.dispose();
}

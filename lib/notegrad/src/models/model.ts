import { checkFlags, checkTensors } from '../checks';
import { described } from '../described';
import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';

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

/** One tensor, or a model's several. */
export type Tensors = tf.Tensor | [tf.Tensor, ...tf.Tensor[]] | tf.Tensor[];

declare const maps: unique symbol;

/**
 * A layers model that says what it makes of what: `Model<tf.Tensor4D, tf.Tensor2D>` takes images and
 * gives rows. Only the type knows; every layers model may be called one:
 *
 * ```ts
 * const model: Model<tf.Tensor4D, tf.Tensor2D> = tf.sequential({ layers });
 * ```
 */
export interface Model<X extends Tensors = tf.Tensor, Y extends Tensors = tf.Tensor>
  extends tf.LayersModel {
  /** Of the type alone: no model has it. */
  readonly [maps]?: (x: X) => Y;
}

/** A layers model whose type does not say what it maps. */
export interface UntypedModel extends tf.LayersModel {
  readonly [maps]?: never;
}

/** What has weights: a layers model, or one made of several. */
export type AnyModel = tf.LayersModel | Composite;

/** The layers models that a model is made of: itself, or its parts in order. */
export function partsOf(model: AnyModel): tf.LayersModel[] {
  const parts = isComposite(model) ? Object.values(model.parts) : [model];
  parts.forEach(expectLayersModel);
  return parts;
}

/** The weights that training changes, each once, in the order of the layers. */
export function trainableVariables(model: AnyModel): tf.Variable[] {
  const weights = partsOf(model).flatMap((part) => part.trainableWeights);
  return [...new Set(weights.map((weight) => weight.read() as tf.Variable))];
}

/**
 * How many numbers training changes: the sizes of all trainable weights added up. As in PyTorch,
 * the running statistics of batch normalisation are not among them.
 */
export function numParameters(model: AnyModel): number {
  return trainableVariables(model).reduce((sum, variable) => sum + variable.size, 0);
}

/** In which mode a model is. */
export interface ForwardOptions {
  /**
   * Whether dropout drops and batch normalisation takes (and learns) the batch's statistics. Default:
   * yes where a gradient is taken (in a step of `gradientStep`, `optimizer.minimize`, `tf.grad`),
   * elsewhere no.
   */
  readonly training?: boolean;
}

/**
 * The model's output for a batch, as PyTorch's `model(x)`, differentiable: in training mode where a
 * gradient is taken, in inference mode elsewhere, unless `training` says which. Where a gradient is
 * taken of a model that is not trained (a frozen one, the slopes of an image), use `predict`.
 *
 * @param x [batch, …], or an array of these for a model of several inputs
 * @returns [batch, …], or an array of these for a model of several outputs; a layers model whose type
 *   does not say which (see `Model`) gives what is expected of it, by default one tensor
 */
export function forward<Y extends tf.Tensor = tf.Tensor>(
  model: UntypedModel,
  x: tf.Tensor | tf.Tensor[],
  options?: ForwardOptions,
): Y;
export function forward<X extends Tensors, Y extends Tensors>(
  model: Model<X, Y>,
  x: X,
  options?: ForwardOptions,
): Y;
export function forward(
  model: tf.LayersModel,
  x: tf.Tensor | tf.Tensor[],
  options: ForwardOptions = {},
): tf.Tensor | tf.Tensor[] {
  const { training = isGradientTaken(), ...unknown } = optionsOf('forward', options);
  refuseUnknown('forward', unknown);
  checkFlags({ training }, ModelError);
  expectInput(model, x);
  return model.apply(x, { training }) as tf.Tensor | tf.Tensor[];
}

/**
 * The model's output for a batch in inference mode, wherever it is called: dropout drops nothing, and
 * batch normalisation uses its running statistics. Unlike tfjs's `model.predict` it is differentiable
 * and never splits the batch.
 *
 * @param x [batch, …], or an array of these for a model of several inputs
 * @returns as `forward`
 */
export function predict<Y extends tf.Tensor = tf.Tensor>(
  model: UntypedModel,
  x: tf.Tensor | tf.Tensor[],
): Y;
export function predict<X extends Tensors, Y extends Tensors>(model: Model<X, Y>, x: X): Y;
export function predict(
  model: tf.LayersModel,
  x: tf.Tensor | tf.Tensor[],
): tf.Tensor | tf.Tensor[] {
  expectInput(model, x);
  return model.apply(x, { training: false }) as tf.Tensor | tf.Tensor[];
}

/** Whether what is computed now is on its way to a gradient. */
function isGradientTaken(): boolean {
  return tf.engine().state.gradientDepth > 0;
}

/** Frees the weights of the given layers models. */
export function disposeParts(parts: Composite['parts']): void {
  for (const part of Object.values(parts)) part.dispose();
}

function isComposite(model: AnyModel): model is Composite {
  return typeof model === 'object' && model !== null && 'parts' in model;
}

function expectLayersModel(model: tf.LayersModel): void {
  if (typeof model?.apply === 'function' && Array.isArray(model.layers)) return;
  throw new ModelError(`expected a model, got ${described(model)}`);
}

/** What is wrong with its shape, the layers say by name. */
function expectInput(model: tf.LayersModel, x: tf.Tensor | tf.Tensor[]): void {
  expectLayersModel(model);
  for (const input of Array.isArray(x) ? x : [x]) checkTensors({ x: input }, ModelError);
}

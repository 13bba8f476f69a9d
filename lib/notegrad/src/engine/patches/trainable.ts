import * as tf from '../tfjs';
import type { Patch } from './patch';

/** A weight of a layer: its variable trains where it says so. */
interface Weight {
  trainable: boolean;
}

/** What this file needs to know of a layer, much of which tfjs keeps to itself. */
interface Layer {
  trainable: boolean;
  trainable_: boolean;
  readonly built: boolean;
  readonly _trainableWeights: Weight[];
  /** Of a model. */
  readonly layers?: Layer[];
  readonly cell?: Layer;
  readonly cells?: Layer[];
  /** Of a wrapper. */
  readonly layer?: Layer;
  readonly forwardLayer?: Layer;
  readonly backwardLayer?: Layer;
}

interface Model extends Layer {
  /** What was trainable when the model was compiled. */
  readonly collectedTrainableWeights?: Weight[];
  /** Of `tf.sequential`, once it has an input. */
  readonly model?: Model;
}

interface Prototypes {
  readonly layer: { apply(this: Layer, ...args: unknown[]): unknown };
  readonly model: { makeTrainFunction(this: Model): (data: tf.Tensor[]) => tf.Scalar[] };
}

/**
 * Makes `trainable` hold. In tfjs it is lost for a layer that has no weights yet (all that have not
 * been called), for what a recurrent layer or a wrapper holds, and for all layers of a
 * `tf.sequential` when that gets its input: a frozen layer is then trained by every
 * `optimizer.minimize` that is not given its variables. Here a variable trains where its layer and
 * every model, wrapper or recurrent layer around it are trainable.
 *
 * A compiled model trains what was trainable when it was compiled, as Keras's does, but for layers
 * frozen since: `discriminator.trainable = false` is for the model that holds it, and the
 * discriminator compiled before still trains.
 */
export const trainable: Patch = {
  changes: [
    'Layer.prototype.apply',
    'Layer.prototype.trainable',
    'Container.prototype.trainable',
    'LayersModel.prototype.makeTrainFunction',
  ],
  apply() {
    const prototypes = {
      layer: tf.layers.Layer.prototype,
      model: tf.LayersModel.prototype,
    } as unknown as Prototypes;

    const { apply } = prototypes.layer;
    prototypes.layer.apply = function (...args) {
      const wasBuilt = this.built;
      const output = apply.apply(this, args);
      if (!wasBuilt) settle(this);
      return output;
    };

    const container = Object.getPrototypeOf(prototypes.model);
    for (const prototype of [prototypes.layer, container]) {
      Object.defineProperty(prototype, 'trainable', {
        configurable: true,
        get(this: Layer) {
          return this.trainable_;
        },
        set(this: Model, trainable: boolean) {
          this.trainable_ = trainable;
          if (this.model) this.model.trainable_ = trainable;
          settle(this);
        },
      });
    }

    const { makeTrainFunction } = prototypes.model;
    prototypes.model.makeTrainFunction = function () {
      const train = makeTrainFunction.call(this);
      return (data) => thawed(this, () => train(data));
    };
  },
};

/** Has each weight train if its layer and all around it, from this one on, do. */
function settle(layer: Layer, mayTrain = true): void {
  const trains = mayTrain && layer.trainable;
  for (const weight of layer._trainableWeights) weight.trainable = trains;
  for (const part of partsOf(layer)) settle(part, trains);
}

function partsOf({ layers, cell, cells, layer, forwardLayer, backwardLayer }: Layer): Layer[] {
  const parts = [layers, cell, cells, layer, forwardLayer, backwardLayer].flat();
  return parts.filter((part) => part !== undefined);
}

/** Runs `work` while that trains which was compiled to, though a model around it was frozen since. */
function thawed<T>(model: Model, work: () => T): T {
  const frozen = model.collectedTrainableWeights?.filter((weight) => !weight.trainable) ?? [];
  if (frozen.length === 0) return work();
  const thawing = frozen.filter((weight) => !frozenByLayer(model).has(weight));
  for (const weight of thawing) weight.trainable = true;
  try {
    return work();
  } finally {
    for (const weight of thawing) weight.trainable = false;
  }
}

/** The weights of layers that are frozen by themselves, not by the model that they are in. */
function frozenByLayer(layer: Layer, isFrozen = false): Set<Weight> {
  const isModel = layer.layers !== undefined;
  const freezes = isFrozen || (!isModel && !layer.trainable);
  const own = freezes ? layer._trainableWeights : [];
  return new Set([...own, ...partsOf(layer).flatMap((part) => [...frozenByLayer(part, freezes)])]);
}

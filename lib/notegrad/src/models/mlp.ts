import { checkCountLists, checkCounts } from '../checks';
import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import type { Seeded } from '../seeded';
import type { Initialization } from './initializers';
import { type Activation, layerFactory, stack } from './layers';
import type { Model } from './model';

/** What `mlp` is made of. */
export interface MlpOptions extends Seeded {
  /** Shape of a sample, flattened at once if it is not a vector. Default [28, 28, 1]. */
  readonly inputShape?: readonly number[];
  /** Widths of the hidden layers. Default [100, 100]. */
  readonly hiddenSizes?: readonly number[];
  /** Default 10. */
  readonly numClasses?: number;
  /** Of the hidden layers. Default 'relu'. */
  readonly activation?: Activation;
  /** Default 'torch'. */
  readonly initialization?: Initialization;
}

/**
 * A multilayer perceptron with linear output:
 * [batch, …inputShape] → logits [batch, numClasses]. Layers are 'fc1', 'fc2', …. Neighbouring
 * widths a, b have a·b + b parameters: 89,610 for 784-100-100-10.
 *
 * @throws ModelError for a size that is no whole number above 0
 */
export function mlp(options: MlpOptions = {}): Model<tf.Tensor, tf.Tensor2D> {
  const {
    inputShape = [28, 28, 1],
    hiddenSizes = [100, 100],
    numClasses = 10,
    activation = 'relu',
    initialization = 'torch',
    seed = 0,
    ...unknown
  } = optionsOf('mlp', options);
  refuseUnknown('mlp', unknown);
  checkCountLists({ inputShape, hiddenSizes }, ModelError);
  if (inputShape.length === 0) throw new ModelError('invalid inputShape: [] (at least one size)');
  checkCounts({ numClasses }, ModelError);
  const { linear } = layerFactory({ seed, initialization });
  const widths = [tf.util.sizeFromShape([...inputShape]), ...hiddenSizes, numClasses];
  const dense = widths.slice(1).map((width, i) =>
    linear(`fc${i + 1}`, widths[i], width, {
      activation: i < hiddenSizes.length ? activation : 'linear',
    }),
  );
  const flatten = inputShape.length > 1 ? [tf.layers.flatten()] : [];
  return stack('mlp', inputShape, [...flatten, ...dense]);
}

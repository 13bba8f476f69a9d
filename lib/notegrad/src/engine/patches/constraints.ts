import * as tf from '../tfjs';
import type { Patch } from './patch';

interface Weight {
  readonly constraint: { apply(value: tf.Tensor): tf.Tensor } | null;
  read(): tf.Variable;
}

interface Model {
  readonly collectedTrainableWeights: readonly Weight[];
  makeTrainFunction(): (data: tf.Tensor[]) => tf.Scalar[];
}

/**
 * Has a compiled model project its weights by their constraints after each update. tfjs does so only
 * when weights are set, so that `kernelConstraint` and its like had no effect in training.
 */
export const constraints: Patch = {
  changes: ['LayersModel.prototype.makeTrainFunction'],
  apply() {
    const prototype = tf.LayersModel.prototype as unknown as Model;
    const { makeTrainFunction } = prototype;
    prototype.makeTrainFunction = function (this: Model) {
      const train = makeTrainFunction.call(this);
      return (data) => {
        const losses = train(data);
        for (const weight of this.collectedTrainableWeights) project(weight);
        return losses;
      };
    };
  },
};

function project(weight: Weight): void {
  const { constraint } = weight;
  if (!constraint) return;
  const variable = weight.read();
  tf.tidy(() => variable.assign(constraint.apply(variable)));
}

import { checkFunctions } from '../checks';
import * as tf from '../engine/tf';
import { TrainingError } from '../errors';
import { type AnyModel, trainableVariables } from '../models/model';
import { optionsOf, refuseUnknown } from '../options';
import type { Step } from './fit';

/** What `averagingWeights` averages, over how many steps. */
export interface WeightAverageOptions {
  /** What the step trains. */
  readonly model: AnyModel;
  /** Another of the same layers and the same weights to begin with: it follows the first. */
  readonly average: AnyModel;
  /** The share of the former average that a step keeps: 1/(1 − decay) steps count. Default 0.999. */
  readonly decay?: number;
}

/**
 * A step after which `average` holds the exponentially weighted average of the model's weights over
 * the past steps: ā ← ā + (1 − decay)·(w − ā). The average is often the better model, since the last
 * few mini-batches no longer shake it (Polyak and Juditsky, "Acceleration of stochastic approximation
 * by averaging", 1992). With a checkpoint, both belong to its models.
 *
 * @throws when the two models have not the same weights, or the decay is not in [0, 1)
 */
export function averagingWeights<B extends tf.TensorContainer>(
  step: Step<B>,
  options: WeightAverageOptions,
): Step<B> {
  const { model, average, decay = 0.999, ...unknown } = optionsOf('averagingWeights', options);
  refuseUnknown('averagingWeights', unknown);
  checkFunctions({ step }, TrainingError);
  if (!(decay >= 0 && decay < 1))
    throw new TrainingError(`invalid decay: ${decay} (from 0 up to below 1)`);
  const weights = trainableVariables(model);
  const averages = trainableVariables(average);
  const shapes = (variables: tf.Variable[]) => variables.map(({ shape }) => `[${shape}]`).join(' ');
  if (shapes(weights) !== shapes(averages)) {
    throw new TrainingError(`unlike models: ${shapes(weights)} and ${shapes(averages)}`);
  }
  return (batch) => {
    const loss = step(batch);
    tf.tidy(() => {
      averages.forEach((kept, i) => {
        kept.assign(kept.add(weights[i].sub(kept).mul(1 - decay)));
      });
    });
    return loss;
  };
}

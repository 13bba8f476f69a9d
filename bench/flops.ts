import type * as tf from '../lib/notegrad/src/engine/tf';
import { partsOf } from '../lib/notegrad/src/models/model';
import { type Job, type Training, TWEET_LENGTH } from './jobs';

/** Floating-point operations of the products in one step, by the layers' shapes. */
export function flopsPerStep(job: Job, { model }: Training, batchSize: number): number {
  const operations = partsOf(model).map(
    (part, i) => 2 * job.products[i] * part.layers.reduce((sum, layer) => sum + macs(layer), 0),
  );
  return batchSize * operations.reduce((sum, count) => sum + count, 0);
}

/** Multiplications of a layer's forward pass for one sample. */
function macs(layer: tf.layers.Layer): number {
  const kernel = layer.weights.find((weight) => weight.originalName.endsWith('/kernel'));
  if (kernel === undefined) {
    const recurrent = layer.weights.find((weight) => weight.originalName.endsWith('/weight_hh_l0'));
    return recurrent ? sizeOf(recurrent.shape) * TWEET_LENGTH : 0;
  }
  const isTransposed = layer.getClassName() === 'Conv2DTranspose';
  const map = (isTransposed ? layer.inputSpec[0].shape : layer.outputShape) as number[] | undefined;
  const positions = kernel.shape.length === 4 ? map!.slice(1, 3) : [];
  return positions.reduce((product, length) => product * length, sizeOf(kernel.shape));
}

function sizeOf(shape: readonly (number | null)[]): number {
  return shape.reduce<number>((product, length) => product * length!, 1);
}

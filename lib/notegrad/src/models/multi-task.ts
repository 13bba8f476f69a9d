import * as tf from '../engine/tf';
import type { Initialization } from './initializers';
import { chain, layerFactory } from './layers';

export interface MultiTaskOptions {
  /** Height and width of an image. Default 36, as in MultiMNIST. */
  readonly imgSize?: number;
  /** Classes of each task. Default [10, 10]. */
  readonly numClasses?: readonly number[];
  /** Default 'torch'. */
  readonly initialization?: Initialization;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * The multi-task network of EE-411 homework 3, question 3.3: one encoder of two 5×5 convolutions
 * (10 and 20 channels), ReLU and 2×2 max-pooling after each, and a linear layer of 50 with ReLU
 * (without it, encoder and decoder would be one linear map); a linear decoder for each task.
 * [batch, imgSize, imgSize, 1] → one tensor of logits [batch, numClasses] a task: use `forwardAll`.
 *
 * Layers are 'encoder.conv1', 'encoder.conv2', 'encoder.fc', 'decoder1', 'decoder2'. 36 → 32 → 16 →
 * 12 → 6; 25·10 + 10 + 25·10·20 + 20 + 720·50 + 50 + 2·(50·10 + 10) = 42,350 parameters.
 */
export function multiTaskCnn({
  imgSize = 36,
  numClasses = [10, 10],
  initialization = 'torch',
  seed = 0,
}: MultiTaskOptions = {}): tf.LayersModel {
  const { conv, linear } = layerFactory(seed, initialization);
  const pooledSize = (size: number) => Math.floor((size - 4) / 2);
  const size = pooledSize(pooledSize(imgSize));
  const image = tf.input({ shape: [imgSize, imgSize, 1] });
  const code = chain(image, [
    conv('encoder.conv1', 1, 10, 5, { activation: 'relu', padding: 'valid' }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    conv('encoder.conv2', 10, 20, 5, { activation: 'relu', padding: 'valid' }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.flatten(),
    linear('encoder.fc', size ** 2 * 20, 50, { activation: 'relu' }),
  ]);
  const outputs = numClasses.map((classes, i) =>
    chain(code, [linear(`decoder${i + 1}`, 50, classes)]),
  );
  return tf.model({ inputs: image, outputs, name: 'multi-task' });
}

import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import type { Initialization } from './initializers';
import { layerFactory, stack } from './layers';

export interface CnnOptions {
  /** Height, width and channels of an image. Default [28, 28, 1]. */
  readonly inputShape?: readonly [height: number, width: number, channels: number];
  /** Filters of each convolution. Default [16, 32, 64]. */
  readonly channels?: readonly number[];
  /** Height and width of a filter. Default 3. */
  readonly kernelSize?: number;
  /** 'same' (default) keeps the size of a map until it is pooled; 'valid' pads nothing. */
  readonly padding?: 'same' | 'valid';
  /** Widths of the hidden linear layers after the convolutions. Default none. */
  readonly hidden?: readonly number[];
  /** Default 10. */
  readonly numClasses?: number;
  /** Default 'torch'. */
  readonly initialization?: Initialization;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * Convolutions, each followed by ReLU and 2×2 max-pooling, then linear layers (EE-411 homework 3,
 * question 2.3): [batch, …inputShape] → logits [batch, numClasses]. Layers are 'conv1', …, 'fc1', ….
 *
 * A convolution from a to b channels has k²·a·b + b parameters, a linear layer a·b + b: 29,066
 * with the defaults, where three poolings leave 3×3×64 of 28×28. The handout names no padding;
 * with 'valid' the last map is 1×1 (23,946 parameters).
 *
 * The last map is flattened as [height, width, channel]; PyTorch flattens [channel, height, width].
 *
 * @throws when the poolings leave nothing of the image
 */
export function cnn({
  inputShape = [28, 28, 1],
  channels = [16, 32, 64],
  kernelSize = 3,
  padding = 'same',
  hidden = [],
  numClasses = 10,
  initialization = 'torch',
  seed = 0,
}: CnnOptions = {}): tf.LayersModel {
  const { conv, linear } = layerFactory(seed, initialization);
  const layers: tf.layers.Layer[] = [];
  let [height, width, depth] = inputShape;
  channels.forEach((filters, i) => {
    layers.push(
      conv(`conv${i + 1}`, depth, filters, kernelSize, { activation: 'relu', padding }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
    );
    const border = padding === 'valid' ? kernelSize - 1 : 0;
    [height, width] = [height, width].map((size) => Math.floor((size - border) / 2));
    depth = filters;
  });
  if (height < 1 || width < 1) {
    throw new ModelError(
      `image too small: ${inputShape.join('×')} (after ${channels.length} poolings nothing is left)`,
    );
  }
  const widths = [height * width * depth, ...hidden, numClasses];
  layers.push(tf.layers.flatten());
  widths.slice(1).forEach((outputs, i) => {
    const activation = i < hidden.length ? 'relu' : 'linear';
    layers.push(linear(`fc${i + 1}`, widths[i], outputs, { activation }));
  });
  return stack('cnn', [...inputShape], layers);
}

/**
 * The CNN of AMTH 663 exercise II, problem 4, whose first layer has 40 filters. The handout's own
 * `prob4_CNN.py` was not published with it; this is the network of Nielsen's "Neural networks and
 * deep learning", chapter 6 (the course's book), with twice its filters: 5×5 convolutions of 40
 * and 80 filters without padding, ReLU and 2×2 max-pooling after each, a linear layer of 100, and
 * one of 10. 28 → 24 → 12 → 8 → 4; 25·40 + 40 + 25·40·80 + 80 + 1280·100 + 100 + 100·10 + 10 =
 * 210,230 parameters.
 */
export function fortyFilterCnn(
  options: Pick<CnnOptions, 'initialization' | 'seed'> = {},
): tf.LayersModel {
  return cnn({ ...options, channels: [40, 80], kernelSize: 5, padding: 'valid', hidden: [100] });
}

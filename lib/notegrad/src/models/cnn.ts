import { checkCountLists, checkCounts } from '../checks';
import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import type { Seeded } from '../seeded';
import type { ImageShape } from './image-shape';
import { checkImageShape } from './image-shape';
import type { Initialization } from './initializers';
import { layerFactory, stack } from './layers';
import type { Model } from './model';

/** What `cnn` is made of. */
export interface CnnOptions extends Seeded {
  /** Height, width and channels of an image. Default [28, 28, 1]. */
  readonly inputShape?: ImageShape;
  /** Filters of each convolution. Default [16, 32, 64]. */
  readonly channels?: readonly number[];
  /** Height and width of a filter. Default 3. */
  readonly kernelSize?: number;
  /** 'same' (default) keeps the size of a map until it is pooled; 'valid' pads nothing. */
  readonly padding?: 'same' | 'valid';
  /** Widths of the hidden linear layers after the convolutions. Default none. */
  readonly hiddenSizes?: readonly number[];
  /** Default 10. */
  readonly numClasses?: number;
  /** Default 'torch'. */
  readonly initialization?: Initialization;
}

/**
 * A convolutional network: convolutions, each followed by ReLU and 2×2 max-pooling, then linear layers.
 * [batch, …inputShape] → logits [batch, numClasses]. Layers are 'conv1', …, 'fc1', ….
 *
 * A convolution from a to b channels has k²·a·b + b parameters, a linear layer a·b + b: 29,066
 * with the defaults, where three poolings leave 3×3×64 of 28×28; with 'valid' padding the last map is
 * 1×1 (23,946 parameters).
 *
 * The last map is flattened as [height, width, channel]; PyTorch flattens [channel, height, width].
 *
 * @throws when the poolings leave nothing of the image
 */
export function cnn(options: CnnOptions = {}): Model<tf.Tensor4D, tf.Tensor2D> {
  const {
    inputShape = [28, 28, 1],
    channels = [16, 32, 64],
    kernelSize = 3,
    padding = 'same',
    hiddenSizes = [],
    numClasses = 10,
    initialization = 'torch',
    seed = 0,
    ...unknown
  } = optionsOf('cnn', options);
  refuseUnknown('cnn', unknown);
  checkImageShape(inputShape);
  checkCountLists({ channels, hiddenSizes }, ModelError);
  checkCounts({ kernelSize, numClasses }, ModelError);
  const { conv, linear } = layerFactory({ seed, initialization });
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
  const widths = [height * width * depth, ...hiddenSizes, numClasses];
  layers.push(tf.layers.flatten());
  widths.slice(1).forEach((outputs, i) => {
    const activation = i < hiddenSizes.length ? 'relu' : 'linear';
    layers.push(linear(`fc${i + 1}`, widths[i], outputs, { activation }));
  });
  return stack('cnn', inputShape, layers);
}

import { checkCountLists, checkCounts, checkNumbers } from '../checks';
import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import type { Seeded } from '../seeded';
import type { ImageShape } from './image-shape';
import { checkImageShape } from './image-shape';
import type { Initialization } from './initializers';
import { layerFactory, stack } from './layers';
import type { Model } from './model';

/** What `vgg11` is made of. */
export interface Vgg11Options extends Seeded {
  /** Height and width of an image, each a multiple of 32, and its channels. Default [32, 32, 1]. */
  readonly inputShape?: ImageShape;
  /** Default 10. */
  readonly numClasses?: number;
  /** Widths of the hidden linear layers. Default [4096, 4096], as in the paper. */
  readonly hiddenSizes?: readonly number[];
  /** Probability of dropout after each hidden linear layer. Default 0.5, as in the paper. */
  readonly dropout?: number;
  /** Default 'he', as in torchvision: eleven layers of ReLU do not start under 'torch'. */
  readonly initialization?: Initialization;
}

/** Filters of the 3×3 convolutions; 'M' is a 2×2 max-pooling. */
const features = [64, 'M', 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'] as const;

/**
 * VGG11: model A of Simonyan and Zisserman, "Very deep convolutional networks for large-scale
 * image recognition" (2015), table 1, for small images: [batch, …inputShape] → logits
 * [batch, numClasses]. Padding 1, ReLU after every hidden layer, no batch normalisation.
 *
 * With the defaults the poolings leave 1×1×512 instead of the paper's 7×7×512, so that the first linear
 * layer has 512 inputs instead of 25,088; there is one channel instead of three, and ten classes instead
 * of 1,000. MNIST's 28×28 images have to be resized (`resizeImages`).
 *
 * Layers are named as torchvision's ('features.0', …, 'classifier.6'). Parameters: Σ 9·a·b + b over
 * the convolutions and Σ a·b + b over the linear layers, 28,142,858 with the defaults.
 *
 * @throws ModelError for images whose height or width is no multiple of 32
 */
export function vgg11(options: Vgg11Options = {}): Model<tf.Tensor4D, tf.Tensor2D> {
  const {
    inputShape = [32, 32, 1],
    numClasses = 10,
    hiddenSizes = [4096, 4096],
    dropout = 0.5,
    initialization = 'he',
    seed = 0,
    ...unknown
  } = optionsOf('vgg11', options);
  refuseUnknown('vgg11', unknown);
  checkImageShape(inputShape);
  checkCountLists({ hiddenSizes }, ModelError);
  checkCounts({ numClasses }, ModelError);
  checkNumbers({ dropout }, ModelError, 0, 1);
  const [height, width, inputChannels] = inputShape;
  if (!(height % 32 === 0 && width % 32 === 0 && height * width > 0)) {
    throw new ModelError(
      `invalid inputShape: ${inputShape.join('×')} (height and width must be multiples of 32, for five poolings)`,
    );
  }
  const factory = layerFactory({ seed, initialization });
  const layers: tf.layers.Layer[] = [];
  let channels = inputChannels;
  let torchIndex = 0;
  for (const feature of features) {
    if (feature === 'M') {
      layers.push(tf.layers.maxPooling2d({ poolSize: 2 }));
      torchIndex += 1;
    } else {
      layers.push(
        factory.conv(`features.${torchIndex}`, channels, feature, 3, { activation: 'relu' }),
      );
      channels = feature;
      torchIndex += 2;
    }
  }
  const widths = [(height / 32) * (width / 32) * channels, ...hiddenSizes];
  layers.push(
    tf.layers.flatten(),
    ...hiddenSizes.flatMap((size, i) => [
      factory.linear(`classifier.${3 * i}`, widths[i], size, { activation: 'relu' }),
      factory.dropout(dropout),
    ]),
    factory.linear(`classifier.${3 * hiddenSizes.length}`, widths[hiddenSizes.length], numClasses),
  );
  return stack('vgg11', inputShape, layers);
}

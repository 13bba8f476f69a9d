import * as tf from '../engine/tf';
import type { Initialization } from './initializers';
import { layerFactory, stack } from './layers';

export interface Vgg11Options {
  /** Channels of the 32×32 images. Default 1. */
  readonly inputChannels?: number;
  /** Default 10. */
  readonly numClasses?: number;
  /** Width of the two hidden linear layers. Default 4096, as in the paper. */
  readonly headWidth?: number;
  /** Probability of dropout after each hidden linear layer. Default 0.5, as in the paper. */
  readonly dropout?: number;
  /** Default 'he', as in torchvision: eleven layers of ReLU do not start under 'torch'. */
  readonly initialization?: Initialization;
  /** Default 0. */
  readonly seed?: number;
}

/** Filters of the 3×3 convolutions; 'M' is a 2×2 max-pooling. */
const features = [64, 'M', 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'] as const;

/**
 * VGG11: model A of Simonyan and Zisserman, "Very deep convolutional networks for large-scale
 * image recognition" (2015), table 1, for small images (CS480 assignment 5, question 2):
 * [batch, 32, 32, inputChannels] → logits [batch, numClasses]. Padding 1, ReLU after every hidden
 * layer, no batch normalisation.
 *
 * What had to change: MNIST's 28×28 images are resized to 32×32, because five poolings need a
 * multiple of 32; they leave 1×1×512 instead of the paper's 7×7×512, so the first linear layer
 * has 512 inputs instead of 25,088; one channel instead of three and ten classes instead of 1,000.
 *
 * Layers are named as torchvision's ('features.0', …, 'classifier.6'). Parameters: Σ 9·a·b + b over
 * the convolutions and Σ a·b + b over the linear layers, 28,142,858 with the defaults.
 */
export function vgg11({
  inputChannels = 1,
  numClasses = 10,
  headWidth = 4096,
  dropout = 0.5,
  initialization = 'he',
  seed = 0,
}: Vgg11Options = {}): tf.LayersModel {
  const factory = layerFactory(seed, initialization);
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
  layers.push(
    tf.layers.flatten(),
    factory.linear('classifier.0', 512, headWidth, { activation: 'relu' }),
    factory.dropout(dropout),
    factory.linear('classifier.3', headWidth, headWidth, { activation: 'relu' }),
    factory.dropout(dropout),
    factory.linear('classifier.6', headWidth, numClasses),
  );
  return stack('vgg11', [32, 32, inputChannels], layers);
}

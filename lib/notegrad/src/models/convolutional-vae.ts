import { checkCountLists, checkCounts, checkFlags, checkNumbers } from '../checks';
import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import type { Seeded } from '../seeded';
import type { ImageShape } from './image-shape';
import { checkImageShape } from './image-shape';
import type { Initialization } from './initializers';
import { chain, layerFactory } from './layers';
import { residualBlock } from './resnet';
import { type Vae, vae } from './vae';

/** What `convolutionalVae` is made of. */
export interface ConvolutionalVaeOptions extends Seeded {
  /** Height, width and channels of an image. Default [28, 28, 1]. */
  readonly inputShape?: ImageShape;
  /** Filters of the encoder's convolutions, each of which halves the map. Default [32, 64]. */
  readonly channels?: readonly number[];
  /** How many latents there are. Default 20. */
  readonly latentDim?: number;
  /** Whether each convolution is followed by batch normalisation. Default false. */
  readonly batchNorm?: boolean;
  /** Whether a residual block follows each convolution. Default false. */
  readonly residual?: boolean;
  /** Slope of the leaky ReLU below zero. Default 0, which is ReLU. */
  readonly negativeSlope?: number;
  /** Default 'torch'. */
  readonly initialization?: Initialization;
}

/**
 * A VAE of strided 4×4 convolutions down to a small map, linear layers to and from the latents,
 * and 4×4 transposed convolutions up again. Any image size works: maps are halved rounding up,
 * and what the decoder has too much is cropped.
 *
 * On a 4×4 map the linear layers are what a 4×4 convolution to or from 1×1 would be.
 *
 * Layers are 'encoder.conv1', 'encoder.bn1', 'encoder.block1.conv1', …, 'encoder.mean',
 * 'encoder.logVariance', 'decoder.fc', 'decoder.conv1', …. Parameters: 16·a·b + b a convolution
 * either way, 2·b a batch normalisation, and with s = height·width·channels of the smallest map and
 * d latents, 2·(s·d + d) + d·s + s for the linear layers.
 */
export function convolutionalVae(options: ConvolutionalVaeOptions = {}): Vae {
  const {
    inputShape = [28, 28, 1],
    channels = [32, 64],
    latentDim = 20,
    batchNorm = false,
    residual = false,
    negativeSlope = 0,
    initialization = 'torch',
    seed = 0,
    ...unknown
  } = optionsOf('convolutionalVae', options);
  refuseUnknown('convolutionalVae', unknown);
  checkImageShape(inputShape);
  checkCountLists({ channels }, ModelError);
  if (channels.length === 0) throw new ModelError('invalid channels: [] (at least one)');
  checkCounts({ latentDim }, ModelError);
  checkNumbers({ negativeSlope }, ModelError);
  checkFlags({ batchNorm, residual }, ModelError);
  const layers = layerFactory({ seed, initialization });
  const [height, width, depth] = inputShape;
  const scale = 2 ** channels.length;
  const smallest = [Math.ceil(height / scale), Math.ceil(width / scale), channels.at(-1)!];
  const flatSize = tf.util.sizeFromShape(smallest);

  const activation = () =>
    negativeSlope > 0
      ? tf.layers.leakyReLU({ alpha: negativeSlope })
      : tf.layers.activation({ activation: 'relu' });
  const normalised = (name: string) => (batchNorm ? [layers.batchNorm(name)] : []);
  const block = (x: tf.SymbolicTensor, name: string, filters: number) =>
    residual ? residualBlock(x, { name, inputs: filters, outputs: filters, layers }) : x;

  const image = tf.input({ shape: [...inputShape] });
  let map = image;
  channels.forEach((filters, i) => {
    const inputs = i === 0 ? depth : channels[i - 1];
    map = chain(map, [
      layers.conv(`encoder.conv${i + 1}`, inputs, filters, 4, { stride: 2 }),
      ...normalised(`encoder.bn${i + 1}`),
      activation(),
    ]);
    map = block(map, `encoder.block${i + 1}`, filters);
  });
  const features = chain(map, [tf.layers.flatten()]);
  const mean = chain(features, [layers.linear('encoder.mean', flatSize, latentDim)]);
  const logVariance = chain(features, [layers.linear('encoder.logVariance', flatSize, latentDim)]);

  const z = tf.input({ shape: [latentDim] });
  map = chain(z, [
    layers.linear('decoder.fc', latentDim, flatSize),
    tf.layers.reshape({ targetShape: smallest }),
    ...normalised('decoder.bn0'),
    activation(),
  ]);
  const upwards = [...channels].reverse();
  upwards.forEach((filters, i) => {
    const isLast = i === upwards.length - 1;
    const outputs = isLast ? depth : upwards[i + 1];
    map = block(map, `decoder.block${i + 1}`, filters);
    map = chain(map, [
      layers.convTranspose(`decoder.conv${i + 1}`, filters, outputs, 4, { stride: 2 }),
      ...(isLast ? [] : [...normalised(`decoder.bn${i + 1}`), activation()]),
    ]);
  });
  const logits = chain(map, cropTo(height, width, map.shape as number[]));

  return vae({
    encoder: tf.model({ inputs: image, outputs: [mean, logVariance] }),
    decoder: tf.model({ inputs: z, outputs: logits }),
    latentDim,
  });
}

/** The layer, if any is needed, that cuts a map [batch, h, w, channels] to size around its middle. */
function cropTo(height: number, width: number, shape: readonly number[]): tf.layers.Layer[] {
  const cropping = [shape[1] - height, shape[2] - width].map((excess): [number, number] => [
    Math.floor(excess / 2),
    Math.ceil(excess / 2),
  ]) as [[number, number], [number, number]];
  const cropsNothing = cropping.flat().every((edge) => edge === 0);
  return cropsNothing ? [] : [tf.layers.cropping2D({ cropping })];
}

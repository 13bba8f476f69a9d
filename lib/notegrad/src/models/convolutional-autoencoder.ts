import { checkCountLists, checkCounts, checkFlags } from '../checks';
import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import type { Seeded } from '../seeded';
import type { Autoencoder } from './autoencoder';
import type { ImageShape } from './image-shape';
import { checkImageShape } from './image-shape';
import type { Initialization } from './initializers';
import { chain, layerFactory } from './layers';
import { disposeParts, forward, type Model } from './model';

/** An autoencoder of convolutions, whose images come out as maps. */
export interface ConvolutionalAutoencoder extends Autoencoder<tf.Tensor4D> {
  /** Images → the embedding, [batch, latentDim], and the pooled maps, the smallest first. */
  readonly encoder: Model<tf.Tensor, [tf.Tensor2D, ...tf.Tensor4D[]]>;
  /** The embedding, with skips followed by the pooled maps → images. */
  readonly decoder: Model<tf.Tensor | tf.Tensor[], tf.Tensor4D>;
}

/** What `convolutionalAutoencoder` is made of. */
export interface ConvolutionalAutoencoderOptions extends Seeded {
  /**
   * Height, width and channels of an image; each pooling must halve height and width. Default
   * [28, 28, 1].
   */
  readonly inputShape?: ImageShape;
  /** Filters of each of the encoder's convolutions. Default [4, 8]. */
  readonly channels?: readonly number[];
  /** Widths of the encoder's hidden linear layers. Default [20]. */
  readonly hiddenSizes?: readonly number[];
  /** Width of the embedding. Default 2. */
  readonly latentDim?: number;
  /** Whether each pooled map is added to the input of its upsampling layer. Default false. */
  readonly skips?: boolean;
  /** Default 'torch'. */
  readonly initialization?: Initialization;
}

/**
 * A convolutional autoencoder: 3×3 convolutions with ReLU and 2×2 max-pooling after each, linear
 * layers to the embedding, and the same in reverse with nearest-neighbour upsampling; a sigmoid at the
 * end. Maps are [batch, …inputShape] going in and coming out.
 *
 * With `skips`, the output of each pooling layer is added to the input of the upsampling layer that
 * undoes it, whose shape is the same. A decoder with skips needs the pooled maps, so `reconstruct(x)`
 * works and `decode(h)` throws.
 *
 * Layers are 'encoder.conv1', …, 'encoder.fc1', … and as many of 'decoder'. Parameters: 9·a·b + b a
 * convolution, a·b + b a linear layer; 16,859 with the defaults, skips or not.
 *
 * @throws when a pooling would not halve height and width
 */
export function convolutionalAutoencoder(
  options: ConvolutionalAutoencoderOptions = {},
): ConvolutionalAutoencoder {
  const {
    inputShape = [28, 28, 1],
    channels = [4, 8],
    hiddenSizes = [20],
    latentDim = 2,
    skips = false,
    initialization = 'torch',
    seed = 0,
    ...unknown
  } = optionsOf('convolutionalAutoencoder', options);
  refuseUnknown('convolutionalAutoencoder', unknown);
  checkImageShape(inputShape);
  checkCountLists({ channels, hiddenSizes }, ModelError);
  checkCounts({ latentDim }, ModelError);
  checkFlags({ skips }, ModelError);
  const [height, width, depth] = inputShape;
  const scale = 2 ** channels.length;
  if (height % scale !== 0 || width % scale !== 0) {
    throw new ModelError(
      `invalid inputShape: ${inputShape.join('×')} ` +
        `(height and width must be multiples of ${scale}, for ${channels.length} poolings)`,
    );
  }
  const { conv, linear } = layerFactory({ seed, initialization });
  const depths = [depth, ...channels];
  const mapShape = (level: number) => [height / 2 ** level, width / 2 ** level, depths[level]];
  const smallest = mapShape(channels.length);

  const image = tf.input({ shape: [...inputShape] });
  const pooled: tf.SymbolicTensor[] = [];
  let map = image;
  channels.forEach((filters, i) => {
    map = chain(map, [
      conv(`encoder.conv${i + 1}`, depths[i], filters, 3, { activation: 'relu' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
    ]);
    pooled.unshift(map);
  });
  const widths = [tf.util.sizeFromShape(smallest), ...hiddenSizes, latentDim];
  const embedding = chain(map, [
    tf.layers.flatten(),
    ...widths.slice(1).map((size, i) => {
      const activation = i < hiddenSizes.length ? 'relu' : 'linear';
      return linear(`encoder.fc${i + 1}`, widths[i], size, { activation });
    }),
  ]);
  const encoder: ConvolutionalAutoencoder['encoder'] = tf.model({
    inputs: image,
    outputs: [embedding, ...pooled],
  });

  const h = tf.input({ shape: [latentDim] });
  const skipped = pooled.map((_, i) => tf.input({ shape: mapShape(channels.length - i) }));
  const growing = [...widths].reverse();
  map = chain(h, [
    ...growing.slice(1).map((size, i) => {
      return linear(`decoder.fc${i + 1}`, growing[i], size, { activation: 'relu' });
    }),
    tf.layers.reshape({ targetShape: smallest }),
  ]);
  skipped.forEach((skip, i) => {
    const level = channels.length - i;
    const activation = level > 1 ? 'relu' : 'sigmoid';
    if (skips) map = tf.layers.add().apply([map, skip]) as tf.SymbolicTensor;
    map = chain(map, [
      tf.layers.upSampling2d({ size: [2, 2], interpolation: 'nearest' }),
      conv(`decoder.conv${i + 1}`, depths[level], depths[level - 1], 3, { activation }),
    ]);
  });
  const decoder: ConvolutionalAutoencoder['decoder'] = tf.model({
    inputs: skips ? [h, ...skipped] : h,
    outputs: map,
  });

  const parts = { encoder, decoder };
  return {
    parts,
    encoder,
    decoder,
    latentDim,
    encode: (x) => tf.tidy(() => forward(encoder, x)[0]),
    decode(embedded) {
      if (skips) {
        throw new ModelError(
          'this decoder has skip connections and needs the pooled maps too: use reconstruct(x)',
        );
      }
      return forward(decoder, embedded);
    },
    reconstruct: (x) =>
      tf.tidy(() => {
        const [embedded, ...maps] = forward(encoder, x);
        return forward(decoder, skips ? [embedded, ...maps] : embedded);
      }),
    dispose: () => disposeParts(parts),
  };
}

import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import type { Autoencoder } from './autoencoder';
import type { Initialization } from './initializers';
import { chain, layerFactory } from './layers';
import { disposeParts, forward, forwardAll } from './model';

export interface ConvolutionalAutoencoderOptions {
  /** Height and width of an image, a multiple of 4. Default 28. */
  readonly imgSize?: number;
  /** Width of the embedding. Default 2. */
  readonly embeddingDim?: number;
  /** Whether each pooled map is added to the input of its upsampling layer. Default false. */
  readonly skips?: boolean;
  /** Default 'torch'. */
  readonly initialization?: Initialization;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * The convolutional autoencoder of AMTH 663 exercise II, problem 6: two 3×3 convolutions (4 and 8
 * channels) with 2×2 max-pooling, linear layers to 20 and to the embedding, and the same in
 * reverse with nearest-neighbour upsampling; a sigmoid at the end. Maps are
 * [batch, imgSize, imgSize, 1] going in and coming out.
 *
 * With `skips` (problem 6.2), the output of each pooling layer is added to the input of the
 * upsampling layer that undoes it, whose shape is the same; adding keeps the specified channels.
 * A decoder with skips needs the pooled maps, so `reconstruct(x)` works and `decode(h)` throws.
 *
 * Layers are 'encoder.conv1', 'encoder.conv2', 'encoder.fc1', 'encoder.fc2' and the same four of
 * 'decoder'. Parameters: 9·a·b + b a convolution, a·b + b a linear layer; 16,859 with the
 * defaults, skips or not.
 */
export function convolutionalAutoencoder({
  imgSize = 28,
  embeddingDim = 2,
  skips = false,
  initialization = 'torch',
  seed = 0,
}: ConvolutionalAutoencoderOptions = {}): Autoencoder {
  if (imgSize % 4 !== 0) throw new ModelError(`invalid image size: ${imgSize} (a multiple of 4)`);
  const { conv, linear } = layerFactory(seed, initialization);
  const pool = () => tf.layers.maxPooling2d({ poolSize: 2 });
  const upsample = () => tf.layers.upSampling2d({ size: [2, 2], interpolation: 'nearest' });
  const [half, quarter] = [imgSize / 2, imgSize / 4];
  const flatSize = quarter ** 2 * 8;

  const image = tf.input({ shape: [imgSize, imgSize, 1] });
  const pooled1 = chain(image, [conv('encoder.conv1', 1, 4, 3, { activation: 'relu' }), pool()]);
  const pooled2 = chain(pooled1, [conv('encoder.conv2', 4, 8, 3, { activation: 'relu' }), pool()]);
  const embedding = chain(pooled2, [
    tf.layers.flatten(),
    linear('encoder.fc1', flatSize, 20, { activation: 'relu' }),
    linear('encoder.fc2', 20, embeddingDim),
  ]);
  const encoder = tf.model({ inputs: image, outputs: [embedding, pooled2, pooled1] });

  const h = tf.input({ shape: [embeddingDim] });
  const skip2 = tf.input({ shape: [quarter, quarter, 8] });
  const skip1 = tf.input({ shape: [half, half, 4] });
  const withSkip = (x: tf.SymbolicTensor, skip: tf.SymbolicTensor) =>
    skips ? (tf.layers.add().apply([x, skip]) as tf.SymbolicTensor) : x;
  const small = chain(h, [
    linear('decoder.fc1', embeddingDim, 20, { activation: 'relu' }),
    linear('decoder.fc2', 20, flatSize, { activation: 'relu' }),
    tf.layers.reshape({ targetShape: [quarter, quarter, 8] }),
  ]);
  const middle = chain(withSkip(small, skip2), [
    upsample(),
    conv('decoder.conv1', 8, 4, 3, { activation: 'relu' }),
  ]);
  const output = chain(withSkip(middle, skip1), [
    upsample(),
    conv('decoder.conv2', 4, 1, 3, { activation: 'sigmoid' }),
  ]);
  const decoder = tf.model({ inputs: skips ? [h, skip2, skip1] : h, outputs: output });

  const parts = { encoder, decoder };
  return {
    parts,
    encoder,
    decoder,
    embeddingDim,
    encode: (x) => tf.tidy(() => forwardAll(encoder, x)[0] as tf.Tensor2D),
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
        const [embedded, ...pooled] = forwardAll(encoder, x);
        return forward(decoder, skips ? [embedded, ...pooled] : embedded);
      }),
    dispose: () => disposeParts(parts),
  };
}

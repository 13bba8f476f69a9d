import { checkCountLists, checkCounts } from '../checks';
import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import type { Seeded } from '../seeded';
import type { Initialization } from './initializers';
import { type Activation, layerFactory, stack } from './layers';
import { type Composite, disposeParts, forward, type Model } from './model';

/** A model that squeezes images through an embedding and builds them up again. */
export interface Autoencoder<Y extends tf.Tensor = tf.Tensor> extends Composite {
  readonly encoder: tf.LayersModel;
  readonly decoder: tf.LayersModel;
  readonly latentDim: number;
  /** A batch of images → their embeddings, [batch, latentDim]. */
  encode(x: tf.Tensor): tf.Tensor2D;
  /** Embeddings, [batch, latentDim] → images, a row or a map each as the model has them. */
  decode(h: tf.Tensor): Y;
  /** `decode(encode(x))`. */
  reconstruct(x: tf.Tensor): Y;
}

/** An autoencoder of linear layers, whose images come out as rows of pixels. */
export interface DenseAutoencoder extends Autoencoder<tf.Tensor2D> {
  readonly encoder: Model<tf.Tensor, tf.Tensor2D>;
  readonly decoder: Model<tf.Tensor, tf.Tensor2D>;
}

/** What `denseAutoencoder` is made of. */
export interface DenseAutoencoderOptions extends Seeded {
  /** Shape of a sample, flattened at once if it is not a vector. Default [28, 28, 1]. */
  readonly inputShape?: readonly number[];
  /** Width of the embedding. Default 2. */
  readonly latentDim?: number;
  /** Widths of the encoder's hidden layers; the decoder has them in reverse. Default [512, 128, 32]. */
  readonly hiddenSizes?: readonly number[];
  /** Of the hidden layers. Default 'relu'. */
  readonly activation?: Activation;
  /** Of the embedding. Default 'linear', so that it can lie anywhere. */
  readonly embeddingActivation?: Activation;
  /** Of the decoder's last layer. Default 'sigmoid', since pixels lie in [0, 1]. */
  readonly outputActivation?: Activation;
  /** Default 'torch'. */
  readonly initialization?: Initialization;
}

/**
 * A dense autoencoder: with the defaults, four linear layers to a two-dimensional embedding and
 * four back, ReLU between them and nothing at the embedding. `hiddenSizes: []` leaves the embedding
 * as the only hidden layer; activations all 'linear' make it a linear autoencoder.
 *
 * `encode` takes [batch, …inputShape], or [batch, pixels] as `decode` gives it. Layers are 'encoder.fc1',
 * … and 'decoder.fc1', …. Neighbouring widths a, b have a·b + b parameters each way.
 */
export function denseAutoencoder(options: DenseAutoencoderOptions = {}): DenseAutoencoder {
  const {
    inputShape = [28, 28, 1],
    latentDim = 2,
    hiddenSizes = [512, 128, 32],
    activation = 'relu',
    embeddingActivation = 'linear',
    outputActivation = 'sigmoid',
    initialization = 'torch',
    seed = 0,
    ...unknown
  } = optionsOf('denseAutoencoder', options);
  refuseUnknown('denseAutoencoder', unknown);
  checkCountLists({ inputShape, hiddenSizes }, ModelError);
  checkCounts({ latentDim }, ModelError);
  const { linear } = layerFactory({ seed, initialization });

  function dense(
    name: string,
    widths: readonly number[],
    last: Activation,
  ): Model<tf.Tensor, tf.Tensor2D> {
    const layers = widths.slice(1).map((width, i) =>
      linear(`${name}.fc${i + 1}`, widths[i], width, {
        activation: i === widths.length - 2 ? last : activation,
      }),
    );
    return stack(name, [widths[0]], layers);
  }

  const numPixels = tf.util.sizeFromShape([...inputShape]);
  const widths = [numPixels, ...hiddenSizes, latentDim];
  const encoder = dense('encoder', widths, embeddingActivation);
  const decoder = dense('decoder', [...widths].reverse(), outputActivation);

  const encode = (x: tf.Tensor): tf.Tensor2D =>
    tf.tidy(() => forward(encoder, x.reshape([x.shape[0], numPixels])));
  const decode = (h: tf.Tensor): tf.Tensor2D => forward(decoder, h);

  const parts = { encoder, decoder };
  return {
    parts,
    encoder,
    decoder,
    latentDim,
    encode,
    decode,
    reconstruct: (x) => tf.tidy(() => decode(encode(x))),
    dispose: () => disposeParts(parts),
  };
}

import * as tf from '../engine/tf';
import type { Initialization } from './initializers';
import { type Activation, layerFactory, stack } from './layers';
import { type Composite, disposeParts, forward } from './model';

/** A model that squeezes images through an embedding and builds them up again. */
export interface Autoencoder extends Composite {
  readonly encoder: tf.LayersModel;
  readonly decoder: tf.LayersModel;
  readonly embeddingDim: number;
  /** A batch of images → their embeddings, [batch, embeddingDim]. */
  encode(x: tf.Tensor): tf.Tensor2D;
  /** Embeddings, [batch, embeddingDim] → images, a row or a map each as the model has them. */
  decode(h: tf.Tensor): tf.Tensor;
  /** `decode(encode(x))`. */
  reconstruct(x: tf.Tensor): tf.Tensor;
}

export interface DenseAutoencoderOptions {
  /** Height and width of an image. Default 28. */
  readonly imgSize?: number;
  /** Width of the embedding. Default 2. */
  readonly embeddingDim?: number;
  /** Widths of the encoder's hidden layers; the decoder has them in reverse. Default [512, 128, 32]. */
  readonly hidden?: readonly number[];
  /** Of the hidden layers. Default 'relu'. */
  readonly activation?: Activation;
  /** Of the embedding. Default 'linear', so that it can lie anywhere. */
  readonly embeddingActivation?: Activation;
  /** Of the decoder's last layer. Default 'sigmoid', since pixels lie in [0, 1]. */
  readonly outputActivation?: Activation;
  /** Default 'torch'. */
  readonly initialization?: Initialization;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * A dense autoencoder: with the defaults, four linear layers to a two-dimensional embedding and
 * four back, ReLU between them and nothing at the embedding (CS479 assignment 5, question 2;
 * AMTH 663 exercise II, problem 5). `hidden: []` leaves the embedding as the only hidden layer
 * (AMTH 663 exercise III, problem 3); activations all 'linear' make it a linear autoencoder.
 *
 * `encode` takes [batch, imgSize²] or [batch, imgSize, imgSize, 1]; `decode` gives
 * [batch, imgSize²]. Layers are 'encoder.fc1', … and 'decoder.fc1', …. Neighbouring widths a, b
 * have a·b + b parameters each way.
 */
export function denseAutoencoder({
  imgSize = 28,
  embeddingDim = 2,
  hidden = [512, 128, 32],
  activation = 'relu',
  embeddingActivation = 'linear',
  outputActivation = 'sigmoid',
  initialization = 'torch',
  seed = 0,
}: DenseAutoencoderOptions = {}): Autoencoder {
  const { linear } = layerFactory(seed, initialization);

  function dense(name: string, widths: readonly number[], last: Activation): tf.LayersModel {
    const layers = widths.slice(1).map((width, i) =>
      linear(`${name}.fc${i + 1}`, widths[i], width, {
        activation: i === widths.length - 2 ? last : activation,
      }),
    );
    return stack(name, [widths[0]], layers);
  }

  const widths = [imgSize ** 2, ...hidden, embeddingDim];
  const encoder = dense('encoder', widths, embeddingActivation);
  const decoder = dense('decoder', [...widths].reverse(), outputActivation);

  const encode = (x: tf.Tensor): tf.Tensor2D =>
    tf.tidy(() => forward(encoder, x.reshape([x.shape[0], imgSize ** 2])) as tf.Tensor2D);
  const decode = (h: tf.Tensor): tf.Tensor => forward(decoder, h);

  const parts = { encoder, decoder };
  return {
    parts,
    encoder,
    decoder,
    embeddingDim,
    encode,
    decode,
    reconstruct: (x) => tf.tidy(() => decode(encode(x))),
    dispose: () => disposeParts(parts),
  };
}

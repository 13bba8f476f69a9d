import {
  checkCountLists,
  checkCounts,
  checkFilled,
  checkNumbers,
  checkRecords,
  checkTensors,
} from '../checks';
import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import type { Seeded } from '../seeded';
import type { ImageShape } from './image-shape';
import { checkImageShape } from './image-shape';
import type { Initialization } from './initializers';
import { type Activation, chain, layerFactory } from './layers';
import { binaryCrossEntropy } from './loss-functions';
import {
  type Composite,
  disposeParts,
  type ForwardOptions,
  forward,
  type Model,
  partsOf,
} from './model';

/** What the encoder makes of a batch: q(z|x) = N(mean, exp(logVariance)), each [batch, latentDim]. */
export interface Posterior {
  readonly mean: tf.Tensor2D;
  readonly logVariance: tf.Tensor2D;
}

/** All that the loss of a batch needs. */
export interface VaeOutput extends Posterior {
  /** Of each pixel being 1, in the shape of the images. */
  readonly logits: tf.Tensor4D;
}

/**
 * A variational autoencoder (Kingma and Welling, "Auto-encoding variational Bayes", 2014).
 * Images are [batch, height, width, channels] in [0, 1] going in and coming out. Modes are as in
 * `forward`: training where a gradient is taken, unless the options say which.
 */
export interface Vae extends Composite {
  readonly encoder: Model<tf.Tensor, [tf.Tensor2D, tf.Tensor2D]>;
  readonly decoder: Model<tf.Tensor, tf.Tensor4D>;
  readonly latentDim: number;
  /** Images → what the latents of each may be. */
  encode(x: tf.Tensor, options?: ForwardOptions): Posterior;
  /** mean + exp(logVariance / 2)·ε, with ε from N(0, 1), by default the next of `seedRandom`'s sequence. */
  reparametrise(posterior: Posterior, epsilon?: tf.Tensor): tf.Tensor2D;
  /** Latents, [batch, latentDim] → the logits of the pixels. */
  decodeLogits(z: tf.Tensor, options?: ForwardOptions): tf.Tensor4D;
  /** Latents, [batch, latentDim] → images. */
  decode(z: tf.Tensor): tf.Tensor4D;
  /** Encodes, samples and decodes in training mode, for `vaeLoss`. */
  run(x: tf.Tensor, epsilon?: tf.Tensor): VaeOutput;
  /** Images rebuilt from the means of their posteriors. */
  reconstruct(x: tf.Tensor): tf.Tensor4D;
}

/** What `vae` makes a variational autoencoder of. */
export interface VaeParts {
  /** Images → [mean, logVariance]. */
  readonly encoder: Model<tf.Tensor, [tf.Tensor2D, tf.Tensor2D]>;
  /** Latents → logits in the shape of the images. */
  readonly decoder: Model<tf.Tensor, tf.Tensor4D>;
  readonly latentDim: number;
}

/**
 * A variational autoencoder of any encoder and decoder, for pixels in [0, 1].
 *
 * @throws when one of the two is no model, or `latentDim` no whole number above 0
 */
export function vae(options: VaeParts): Vae {
  const { encoder, decoder, latentDim } = optionsOf('vae', options);
  checkCounts({ latentDim }, ModelError);
  for (const part of [encoder, decoder]) partsOf(part);
  function encode(x: tf.Tensor, options?: ForwardOptions): Posterior {
    const [mean, logVariance] = forward(encoder, x, options);
    return { mean, logVariance };
  }
  const reparametrise = ({ mean, logVariance }: Posterior, epsilon?: tf.Tensor): tf.Tensor2D =>
    tf.tidy(() =>
      mean.add(
        logVariance
          .mul(0.5)
          .exp()
          .mul(epsilon ?? tf.randomNormal(mean.shape)),
      ),
    );
  const decodeLogits = (z: tf.Tensor, options?: ForwardOptions): tf.Tensor4D =>
    forward(decoder, z, options);
  const decode = (z: tf.Tensor): tf.Tensor4D => tf.tidy(() => decodeLogits(z).sigmoid());

  const parts = { encoder, decoder };
  return {
    parts,
    encoder,
    decoder,
    latentDim,
    encode,
    reparametrise,
    decodeLogits,
    decode,
    run: (x, epsilon) =>
      tf.tidy(() => {
        const posterior = encode(x, { training: true });
        const z = reparametrise(posterior, epsilon);
        return { ...posterior, logits: decodeLogits(z, { training: true }) };
      }),
    reconstruct: (x) => tf.tidy(() => decode(encode(x).mean)),
    dispose: () => disposeParts(parts),
  };
}

/** The two terms of the negative ELBO and their weighted sum, each a mean over the batch. */
export interface VaeLoss {
  readonly loss: tf.Scalar;
  /** −log p(x|z), added up over the pixels. */
  readonly reconstruction: tf.Scalar;
  /** KL(q(z|x) ‖ N(0, 1)), added up over the latents. */
  readonly kl: tf.Scalar;
}

/**
 * The negative evidence lower bound per image with Bernoulli pixels: reconstruction + β·KL
 * (Kingma and Welling 2014; β ≠ 1 is Higgins et al., "β-VAE", 2017), in nats.
 *
 * @param x images in [0, 1], of the shape of the logits
 * @param output what `run` gave for them
 * @param beta weight of the KL divergence. Default 1
 * @throws ModelError when shapes do not fit
 */
export function vaeLoss(x: tf.Tensor, output: VaeOutput, beta = 1): VaeLoss {
  checkNumbers({ beta }, ModelError);
  checkRecords({ output }, ModelError);
  return tf.tidy(() => {
    const reconstruction = binaryCrossEntropy(x, output.logits);
    const kl = klDivergence(output);
    return { loss: reconstruction.add<tf.Scalar>(kl.mul(beta)), reconstruction, kl };
  });
}

/**
 * KL(N(mean, exp(logVariance)) ‖ N(0, 1)) = −½ Σ (1 + logVariance − mean² − exp(logVariance)),
 * in nats, added up over the latents and averaged over the batch (Kingma and Welling 2014, appendix B).
 *
 * @throws ModelError when mean and logVariance are not [batch, latentDim] both
 */
export function klDivergence(posterior: Posterior): tf.Scalar {
  const { mean, logVariance } = optionsOf('klDivergence', posterior);
  checkTensors({ mean, logVariance }, ModelError, 2);
  checkFilled({ mean, logVariance }, ModelError);
  if (String(mean.shape) !== String(logVariance.shape)) {
    throw new ModelError(
      `mean [${mean.shape}] does not fit logVariance [${logVariance.shape}]: give the same shape`,
    );
  }
  return tf.tidy(() =>
    logVariance
      .add(1)
      .sub(mean.square())
      .sub(logVariance.exp())
      .sum()
      .mul<tf.Scalar>(-0.5 / mean.shape[0]),
  );
}

/** What `denseVae` is made of. */
export interface DenseVaeOptions extends Seeded {
  /** Height, width and channels of an image. Default [28, 28, 1]. */
  readonly inputShape?: ImageShape;
  /** Widths of the encoder's hidden layers; the decoder has them in reverse. Default [400]. */
  readonly hiddenSizes?: readonly number[];
  /** How many latents there are. Default 20. */
  readonly latentDim?: number;
  /** Of the hidden layers. Default 'relu'. */
  readonly activation?: Activation;
  /** Default 'torch'. */
  readonly initialization?: Initialization;
}

/**
 * A VAE of linear layers; the defaults, 784-400-20, are PyTorch's usual example.
 *
 * Layers are 'encoder.fc1', …, 'encoder.mean', 'encoder.logVariance', 'decoder.fc1', …. Neighbouring
 * widths a, b have a·b + b parameters, and mean and log-variance such a layer each: 652,824 with
 * the defaults.
 */
export function denseVae(options: DenseVaeOptions = {}): Vae {
  const {
    inputShape = [28, 28, 1],
    hiddenSizes = [400],
    latentDim = 20,
    activation = 'relu',
    initialization = 'torch',
    seed = 0,
    ...unknown
  } = optionsOf('denseVae', options);
  refuseUnknown('denseVae', unknown);
  checkImageShape(inputShape);
  checkCountLists({ hiddenSizes }, ModelError);
  checkCounts({ latentDim }, ModelError);
  const { linear } = layerFactory({ seed, initialization });
  const numPixels = tf.util.sizeFromShape([...inputShape]);
  const dense = (name: string, widths: readonly number[]) =>
    widths
      .slice(1)
      .map((width, i) => linear(`${name}.fc${i + 1}`, widths[i], width, { activation }));

  const image = tf.input({ shape: [...inputShape] });
  const features = chain(image, [
    tf.layers.flatten(),
    ...dense('encoder', [numPixels, ...hiddenSizes]),
  ]);
  const numFeatures = hiddenSizes.at(-1) ?? numPixels;
  const mean = chain(features, [linear('encoder.mean', numFeatures, latentDim)]);
  const logVariance = chain(features, [linear('encoder.logVariance', numFeatures, latentDim)]);

  const z = tf.input({ shape: [latentDim] });
  const widths = [latentDim, ...[...hiddenSizes].reverse()];
  const logits = chain(z, [
    ...dense('decoder', widths),
    linear(`decoder.fc${widths.length}`, widths.at(-1)!, numPixels),
    tf.layers.reshape({ targetShape: [...inputShape] }),
  ]);

  return vae({
    encoder: tf.model({ inputs: image, outputs: [mean, logVariance] }),
    decoder: tf.model({ inputs: z, outputs: logits }),
    latentDim,
  });
}

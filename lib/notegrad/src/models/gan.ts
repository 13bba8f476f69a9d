import { checkCountLists, checkCounts, checkFilled, checkNumbers, checkTensors } from '../checks';
import { oneHotRows } from '../engine/one-hot';
import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import type { Seeded } from '../seeded';
import type { ImageShape } from './image-shape';
import { checkImageShape } from './image-shape';
import type { Initialization } from './initializers';
import { chain, type LayerFactory, layerFactory } from './layers';
import { binaryCrossEntropy } from './loss-functions';
import { type Composite, disposeParts, type ForwardOptions, forward, type Model } from './model';

/**
 * A generative adversarial network (Goodfellow et al., 2014), conditional (Mirza and Osindero, 2014)
 * if `numClasses` is not 0: then both parts must be given the class ids, [batch] int32. Modes are as in
 * `forward`: training where a gradient is taken, unless the options say which.
 */
export interface Gan extends Composite {
  readonly generator: Model<tf.Tensor | tf.Tensor[], tf.Tensor4D>;
  readonly discriminator: Model<tf.Tensor | tf.Tensor[], tf.Tensor2D>;
  /** How many numbers of noise an image is made of. */
  readonly latentDim: number;
  /** 0 for a plain GAN. */
  readonly numClasses: number;
  /** Noise, [batch, latentDim] → images in [−1, 1], [batch, height, width, channels]. */
  generate(z: tf.Tensor, labels?: tf.Tensor1D, options?: ForwardOptions): tf.Tensor4D;
  /** Images in [−1, 1] → logits of being real, [batch, 1]. */
  discriminate(images: tf.Tensor, labels?: tf.Tensor1D, options?: ForwardOptions): tf.Tensor2D;
}

/** What `denseGan` is made of. */
export interface DenseGanOptions extends Seeded {
  /** Height, width and channels of an image. Default [28, 28, 1]. */
  readonly inputShape?: ImageShape;
  /** Width of the generator's noise. Default 100. */
  readonly latentDim?: number;
  /** 0 (default) for a plain GAN, or the number of classes of a conditional one. */
  readonly numClasses?: number;
  /** Widths of the generator's hidden layers; the discriminator has them in reverse. Default [256, 512, 1024]. */
  readonly hiddenSizes?: readonly number[];
  /** Slope of the hidden layers' leaky ReLU below zero. Default 0.2. */
  readonly negativeSlope?: number;
  /** Probability of dropout after each hidden layer of the discriminator. Default 0.3. */
  readonly dropout?: number;
  /** Default 'torch'. */
  readonly initialization?: Initialization;
}

/**
 * A GAN of linear layers and leaky ReLU, with the widths that are usual for MNIST: a generator ending
 * in tanh and a discriminator ending in a logit. Real images have to be scaled to [−1, 1].
 *
 * A conditional one joins the one-hot label to the noise and to the flattened image.
 *
 * Layers are 'generator.fc1', … and 'discriminator.fc1', …. Neighbouring widths a, b have a·b + b
 * parameters: 1,486,352 and 1,460,225 with the defaults; `numClasses` is added to the first widths.
 */
export function denseGan(options: DenseGanOptions = {}): Gan {
  const {
    inputShape = [28, 28, 1],
    latentDim = 100,
    numClasses = 0,
    hiddenSizes = [256, 512, 1024],
    negativeSlope = 0.2,
    dropout = 0.3,
    initialization = 'torch',
    seed = 0,
    ...unknown
  } = optionsOf('denseGan', options);
  refuseUnknown('denseGan', unknown);
  checkImageShape(inputShape);
  checkCountLists({ hiddenSizes }, ModelError);
  checkCounts({ latentDim }, ModelError);
  checkCounts({ numClasses }, ModelError, 0);
  checkNumbers({ dropout }, ModelError, 0, 1);
  checkNumbers({ negativeSlope }, ModelError);
  const layers = layerFactory({ seed, initialization });
  const numPixels = tf.util.sizeFromShape([...inputShape]);
  const classes = numClasses > 0 ? [tf.input({ shape: [numClasses] })] : [];
  const join = (x: tf.SymbolicTensor) =>
    numClasses > 0 ? (tf.layers.concatenate().apply([x, ...classes]) as tf.SymbolicTensor) : x;

  const z = tf.input({ shape: [latentDim] });
  const generated = chain(join(z), [
    ...hiddenLayers(
      layers,
      'generator',
      [latentDim + numClasses, ...hiddenSizes],
      negativeSlope,
      0,
    ),
    layers.linear(
      `generator.fc${hiddenSizes.length + 1}`,
      hiddenSizes.at(-1) ?? latentDim + numClasses,
      numPixels,
      { activation: 'tanh' },
    ),
    tf.layers.reshape({ targetShape: [...inputShape] }),
  ]);
  const generator: Gan['generator'] = tf.model({ inputs: [z, ...classes], outputs: generated });

  const image = tf.input({ shape: [...inputShape] });
  const flat = join(chain(image, [tf.layers.flatten()]));
  const narrowing = [numPixels + numClasses, ...[...hiddenSizes].reverse()];
  const logit = chain(flat, [
    ...hiddenLayers(layers, 'discriminator', narrowing, negativeSlope, dropout),
    layers.linear(`discriminator.fc${narrowing.length}`, narrowing.at(-1)!, 1),
  ]);
  const discriminator: Gan['discriminator'] = tf.model({
    inputs: [image, ...classes],
    outputs: logit,
  });

  function apply<Y extends tf.Tensor>(
    part: Model<tf.Tensor | tf.Tensor[], Y>,
    x: tf.Tensor,
    labels: tf.Tensor1D | undefined,
    options: ForwardOptions | undefined,
  ): Y {
    if (numClasses === 0) {
      if (!labels) return forward(part, x, options);
      throw new ModelError('this GAN takes no labels: numClasses makes it a conditional one');
    }
    if (!labels) throw new ModelError('a conditional GAN needs the labels of the batch');
    return tf.tidy(() => forward(part, [x, oneHotRows(labels, numClasses)], options));
  }

  const parts = { generator, discriminator };
  return {
    parts,
    generator,
    discriminator,
    latentDim,
    numClasses,
    generate: (noise, labels, options) => apply(generator, noise, labels, options),
    discriminate: (images, labels, options) => apply(discriminator, images, labels, options),
    dispose: () => disposeParts(parts),
  };
}

function hiddenLayers(
  { linear, dropout }: LayerFactory,
  part: string,
  widths: readonly number[],
  negativeSlope: number,
  dropProbability: number,
): tf.layers.Layer[] {
  return widths
    .slice(1)
    .flatMap((width, i) => [
      linear(`${part}.fc${i + 1}`, widths[i], width),
      tf.layers.leakyReLU({ alpha: negativeSlope }),
      ...(dropProbability > 0 ? [dropout(dropProbability)] : []),
    ]);
}

/**
 * What the discriminator minimises: real images should have logits above 0, generated ones below. The
 * sum of two `binaryCrossEntropy`, each the mean over its batch.
 */
export function discriminatorLoss(realLogits: tf.Tensor, fakeLogits: tf.Tensor): tf.Scalar {
  checkTensors({ realLogits, fakeLogits }, ModelError);
  checkFilled({ realLogits, fakeLogits }, ModelError);
  return tf.tidy(() =>
    binaryCrossEntropy(tf.onesLike(realLogits), realLogits).add<tf.Scalar>(
      binaryCrossEntropy(tf.zerosLike(fakeLogits), fakeLogits),
    ),
  );
}

/**
 * What the generator minimises: −log D(G(z)), the non-saturating loss of Goodfellow et al. 2014,
 * section 3, rather than log(1 − D(G(z))), whose gradient vanishes while the discriminator wins. The
 * mean over the batch.
 */
export function generatorLoss(fakeLogits: tf.Tensor): tf.Scalar {
  checkTensors({ fakeLogits }, ModelError);
  checkFilled({ fakeLogits }, ModelError);
  return binaryCrossEntropy(tf.onesLike(fakeLogits), fakeLogits);
}

import * as tf from '../lib/notegrad/src/engine/tf';
import { denseAutoencoder } from '../lib/notegrad/src/models/autoencoder';
import { charLstmClassifier } from '../lib/notegrad/src/models/char-lstm-classifier';
import { cnn } from '../lib/notegrad/src/models/cnn';
import { convolutionalAutoencoder } from '../lib/notegrad/src/models/convolutional-autoencoder';
import { denseGan, discriminatorLoss, generatorLoss } from '../lib/notegrad/src/models/gan';
import { crossEntropy, squaredError } from '../lib/notegrad/src/models/loss-functions';
import { mlp } from '../lib/notegrad/src/models/mlp';
import {
  type AnyModel,
  forward,
  type Model,
  trainableVariables,
} from '../lib/notegrad/src/models/model';
import { resnet } from '../lib/notegrad/src/models/resnet';
import { denseVae, vaeLoss } from '../lib/notegrad/src/models/vae';
import { vgg11 } from '../lib/notegrad/src/models/vgg11';

/** The arrays of one step by name: images 'x' [batch, h, w, c], class ids 'y', noise, …. */
export type Batch = Record<string, tf.Tensor>;

export type Step = (batch: Batch) => tf.Scalar;

export interface JobOptions {
  readonly seed?: number;
  /** Whether dropout is on where the model has it. Default true. */
  readonly dropout?: boolean;
  /** Width of VGG11's linear layers. Default 4096. */
  readonly hiddenSizes?: readonly number[];
  /** Channels of the ResNet's stages. Default [16, 32, 64]. */
  readonly channels?: readonly number[];
}

/** A model in training: one update a step. */
export interface Training {
  readonly model: AnyModel;
  readonly step: Step;
}

/** One thing that is trained, here and in torch_models.py under the same name. */
export interface Job {
  /** What it is, for people. */
  readonly title: string;
  readonly batchSize: number;
  /** A batch of random data, with the step's noise if `withNoise` (else the step draws its own). */
  batch(size: number, seed: number, withNoise?: boolean): Batch;
  train(options: JobOptions): Training;
  /**
   * How often a step multiplies by each part's weights, counting a gradient as one more product:
   * 3 for a forward pass and the gradients of input and weights.
   */
  readonly products: readonly number[];
}

/** The most characters of a tweet. */
export const TWEET_LENGTH = 140;

const nesterov = () => tf.train.momentum(0.01, 0.9, true);
/** With PyTorch's ε, which is a tenth of tfjs's. */
const adam = (lr: number) => tf.train.adam(lr, 0.9, 0.999, 1e-8);

function images(size: number, seed: number, imgSize = 28): Batch {
  return { x: tf.randomUniform([size, imgSize, imgSize, 1], 0, 1, 'float32', seed) };
}

function labelled(size: number, seed: number, imgSize = 28): Batch {
  const y = tf.randomUniform([size], 0, 10, 'int32', seed + 1);
  return { ...images(size, seed, imgSize), y };
}

function noise(name: string, size: number, dim: number, seed: number): Batch {
  return { [name]: tf.randomNormal([size, dim], 0, 1, 'float32', seed) };
}

/** A step that gives the model's variables the gradient of a loss. */
function trained(
  model: AnyModel,
  optimizer: tf.Optimizer,
  lossOf: (batch: Batch) => tf.Scalar,
): Training {
  const variables = trainableVariables(model);
  const step: Step = (batch) =>
    optimizer.minimize(() => lossOf(batch), true, variables) as tf.Scalar;
  return { model, step };
}

function classifier(model: Model<tf.Tensor4D, tf.Tensor2D>): Training {
  return trained(model, nesterov(), ({ x, y }) =>
    crossEntropy(y as tf.Tensor1D, forward(model, x as tf.Tensor4D)),
  );
}

function ganTraining({ seed, dropout = true }: JobOptions): Training {
  const model = denseGan({ seed, dropout: dropout ? 0.3 : 0 });
  const { generator, discriminator } = model;
  const [discriminatorAdam, generatorAdam] = [adam(0.0002), adam(0.0002)];
  const ofDiscriminator = trainableVariables(discriminator);
  const ofGenerator = trainableVariables(generator);
  const training = { training: true };
  const judge = (x: tf.Tensor) => model.discriminate(x, undefined, training);
  const generate = (z: tf.Tensor) => model.generate(z, undefined, training);
  const step: Step = ({ x, z1, z2 }) =>
    tf.tidy(() => {
      const draw = () => tf.randomNormal([x.shape[0], model.latentDim]);
      const real = x.mul(2).sub(1);
      const fake = generate(z1 ?? draw());
      const discriminatorCost = discriminatorAdam.minimize(
        () => discriminatorLoss(judge(real), judge(fake)),
        true,
        ofDiscriminator,
      ) as tf.Scalar;
      const generatorCost = generatorAdam.minimize(
        () => generatorLoss(judge(generate(z2 ?? draw()))),
        true,
        ofGenerator,
      ) as tf.Scalar;
      return discriminatorCost.add(generatorCost);
    });
  return { model, step };
}

export const jobs = {
  mlp: {
    title: 'MLP 784-100-100-10',
    batchSize: 64,
    batch: (size, seed) => labelled(size, seed),
    train: ({ seed }) => classifier(mlp({ seed })),
    products: [3],
  },
  cnn: {
    title: 'CNN 16/32/64 3×3 + pool',
    batchSize: 64,
    batch: (size, seed) => labelled(size, seed),
    train: ({ seed }) => classifier(cnn({ seed })),
    products: [3],
  },
  vgg11: {
    title: 'VGG11, 32×32×1, 4096-wide head',
    batchSize: 64,
    batch: (size, seed) => labelled(size, seed, 32),
    train: ({ seed, dropout = true, hiddenSizes }) =>
      classifier(vgg11({ seed, dropout: dropout ? 0.5 : 0, hiddenSizes })),
    products: [3],
  },
  'char-lstm': {
    title: `char-LSTM 128, T = ${TWEET_LENGTH}`,
    batchSize: 32,
    batch: (size, seed) => ({
      ids: tf.randomUniform([size, TWEET_LENGTH], 0, 128, 'int32', seed),
      lengths: tf.fill([size], TWEET_LENGTH, 'int32'),
      y: tf.randomUniform([size], 0, 2, 'int32', seed + 1),
    }),
    train({ seed }) {
      const model = charLstmClassifier({ seed });
      return trained(model, adam(0.0001), ({ ids, lengths, y }) =>
        crossEntropy(
          y as tf.Tensor1D,
          forward(model, [ids as tf.Tensor2D, lengths as tf.Tensor1D]),
        ),
      );
    },
    products: [3],
  },
  'conv-autoencoder': {
    title: 'convolutional autoencoder with skips',
    batchSize: 64,
    batch: (size, seed) => images(size, seed),
    train({ seed }) {
      const model = convolutionalAutoencoder({ skips: true, seed });
      return trained(model, adam(0.001), ({ x }) =>
        squaredError(x, model.reconstruct(x), { per: 'element' }),
      );
    },
    products: [3, 3],
  },
  vae: {
    title: 'VAE 784-400-20',
    batchSize: 64,
    batch: (size, seed, withNoise) => ({
      ...images(size, seed),
      ...(withNoise ? noise('epsilon', size, 20, seed + 1) : {}),
    }),
    train({ seed }) {
      const model = denseVae({ seed });
      return trained(
        model,
        adam(0.001),
        ({ x, epsilon }) => vaeLoss(x, model.run(x, epsilon)).loss,
      );
    },
    products: [3, 3],
  },
  gan: {
    title: 'GAN 100-256-512-1024-784 and back',
    batchSize: 64,
    batch: (size, seed, withNoise) => ({
      ...images(size, seed),
      ...(withNoise ? noise('z1', size, 100, seed + 1) : {}),
      ...(withNoise ? noise('z2', size, 100, seed + 2) : {}),
    }),
    train: ganTraining,
    products: [4, 8],
  },
  resnet: {
    title: 'ResNet, 3 blocks 16/32/64 with batch normalisation',
    batchSize: 64,
    batch: (size, seed) => labelled(size, seed),
    train: ({ seed, channels }) => classifier(resnet({ seed, channels })),
    products: [3],
  },
  autoencoder: {
    title: 'autoencoder 784-512-128-32-2 and back',
    batchSize: 64,
    batch: (size, seed) => images(size, seed),
    train({ seed }) {
      const model = denseAutoencoder({ seed });
      return trained(model, adam(0.001), ({ x }) =>
        squaredError(x.reshape([x.shape[0], -1]), model.reconstruct(x), { per: 'element' }),
      );
    },
    products: [3, 3],
  },
} satisfies Record<string, Job>;

export type JobName = keyof typeof jobs;

/** @throws when there is no such job, naming those there are */
export function jobNamed(name: string): Job {
  if (!Object.hasOwn(jobs, name)) {
    throw new Error(`unknown job: ${name} (known: ${Object.keys(jobs).join(', ')})`);
  }
  return jobs[name as JobName];
}

import { test } from 'uvu';
import { jobs } from '../../bench/jobs';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { denseAutoencoder } from '../../lib/notegrad/src/models/autoencoder';
import { charLstmClassifier } from '../../lib/notegrad/src/models/char-lstm-classifier';
import { cnn } from '../../lib/notegrad/src/models/cnn';
import { convolutionalAutoencoder } from '../../lib/notegrad/src/models/convolutional-autoencoder';
import { denseGan, discriminatorLoss, generatorLoss } from '../../lib/notegrad/src/models/gan';
import { crossEntropy, squaredError } from '../../lib/notegrad/src/models/loss-functions';
import { mlp } from '../../lib/notegrad/src/models/mlp';
import {
  type AnyModel,
  forward,
  type Model,
  trainableVariables,
} from '../../lib/notegrad/src/models/model';
import { resnet } from '../../lib/notegrad/src/models/resnet';
import { denseVae, vaeLoss } from '../../lib/notegrad/src/models/vae';
import type { Numbers } from '../support/native-and-cpu';
import { loadEngines } from '../support/on-every-engine';
import {
  assertSameLosses,
  ids,
  losses,
  type Program,
  type Step,
  testParity,
  uniform,
} from '../support/training-parity';

function minimizing(
  model: AnyModel,
  lossOf: () => tf.Tensor,
  optimizer: tf.Optimizer = tf.train.adam(0.001),
): Step {
  const variables = trainableVariables(model);
  return () => optimizer.minimize(() => lossOf() as tf.Scalar, true, variables) as tf.Scalar;
}

const images = (numbers: Numbers, size: number) =>
  tf.tidy(() => uniform(numbers, [3, size, size, 1]).add(1).div(2) as tf.Tensor4D);

type Classifier = Model<tf.Tensor4D, tf.Tensor2D>;

const classified = (model: Classifier, numbers: Numbers, size: number): Step => {
  const x = images(numbers, size);
  const y = ids(numbers, [3], 10) as tf.Tensor1D;
  return minimizing(
    model,
    () => crossEntropy(y, forward(model, x)),
    tf.train.momentum(0.01, 0.9, true),
  );
};

/** The bench's models in small. */
const benchPrograms: Record<Exclude<keyof typeof jobs, 'vgg11'>, Program> = {
  mlp: (numbers) => classified(mlp({ inputShape: [6, 6, 1], hiddenSizes: [9, 7] }), numbers, 6),
  cnn: (numbers) =>
    classified(cnn({ inputShape: [8, 8, 1], channels: [2, 3, 4], hiddenSizes: [5] }), numbers, 8),
  resnet: (numbers) =>
    classified(resnet({ inputShape: [8, 8, 1], channels: [2, 3, 4] }), numbers, 8),
  'char-lstm': (numbers) => {
    const model = charLstmClassifier({ vocabularySize: 12, hiddenSize: 8 });
    const characters = ids(numbers, [4, 15], 12) as tf.Tensor2D;
    const lengths = tf.tensor1d([15, 9, 1, 15], 'int32');
    const y = ids(numbers, [4], 2) as tf.Tensor1D;
    return minimizing(model, () => crossEntropy(y, forward(model, [characters, lengths])));
  },
  'conv-autoencoder': (numbers) => {
    const model = convolutionalAutoencoder({ skips: true, inputShape: [8, 8, 1] });
    const x = images(numbers, 8);
    return minimizing(model, () => squaredError(x, model.reconstruct(x), { per: 'element' }));
  },
  autoencoder: (numbers) => {
    const model = denseAutoencoder({ inputShape: [6, 6, 1], hiddenSizes: [12, 8] });
    const x = images(numbers, 6);
    return minimizing(model, () =>
      squaredError(x.reshape([3, -1]), model.reconstruct(x), { per: 'element' }),
    );
  },
  vae: (numbers) => {
    const model = denseVae({ inputShape: [6, 6, 1], hiddenSizes: [10], latentDim: 3 });
    const x = images(numbers, 6);
    const epsilon = uniform(numbers, [3, 3]);
    return minimizing(model, () => vaeLoss(x, model.run(x, epsilon)).loss);
  },
  gan: (numbers) => {
    const model = denseGan({
      inputShape: [6, 6, 1],
      latentDim: 4,
      hiddenSizes: [6, 8],
      dropout: 0,
    });
    const [real, z] = [uniform(numbers, [3, 6, 6, 1]), uniform(numbers, [3, 4])];
    const judge = (x: tf.Tensor) => model.discriminate(x, undefined, { training: true });
    const fake = () => model.generate(z, undefined, { training: true });
    const d = minimizing(model.discriminator, () => discriminatorLoss(judge(real), judge(fake())));
    const g = minimizing(model.generator, () => generatorLoss(judge(fake())));
    return () => tf.tidy(() => d().add(g()) as tf.Scalar);
  },
};

for (const [name, program] of Object.entries(benchPrograms)) testParity(test, name, program);

test('vgg11 has the same losses on native and wasm (on cpu a step takes half a minute)', async () => {
  const program: Program = () => {
    const { batch, train } = jobs.vgg11;
    const { step } = train({ seed: 1, dropout: false, hiddenSizes: [16, 16] });
    const data = batch(1, 1);
    return () => step(data);
  };
  const expected = await losses('native', program, 10);
  assertSameLosses(await losses('wasm', program, 10), expected, 'wasm');
});

test.before(loadEngines);

test.run();

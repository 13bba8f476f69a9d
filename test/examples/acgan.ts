import * as tf from '../../lib/notegrad/src/engine/tf';

const NUM_CLASSES = 2;
const LATENT_SIZE = 4;
const IMAGE_SIZE = 6;
const BATCH_SIZE = 16;

function buildGenerator(): tf.LayersModel {
  const cnn = tf.sequential();
  cnn.add(tf.layers.dense({ units: 3 * 3 * 6, inputShape: [LATENT_SIZE], activation: 'relu' }));
  cnn.add(tf.layers.reshape({ targetShape: [3, 3, 6] }));
  cnn.add(
    tf.layers.conv2dTranspose({
      filters: 4,
      kernelSize: 3,
      strides: 2,
      padding: 'same',
      activation: 'relu',
    }),
  );
  cnn.add(tf.layers.batchNormalization());
  cnn.add(
    tf.layers.conv2dTranspose({
      filters: 1,
      kernelSize: 3,
      strides: 1,
      padding: 'same',
      activation: 'tanh',
    }),
  );
  const latent = tf.input({ shape: [LATENT_SIZE] });
  const imageClass = tf.input({ shape: [1] });
  const classEmbedding = tf.layers
    .embedding({
      inputDim: NUM_CLASSES,
      outputDim: LATENT_SIZE,
      embeddingsInitializer: 'glorotNormal',
    })
    .apply(imageClass) as tf.SymbolicTensor;
  const flat = tf.layers.flatten().apply(classEmbedding) as tf.SymbolicTensor;
  const h = tf.layers.multiply().apply([latent, flat]) as tf.SymbolicTensor;
  return tf.model({ inputs: [latent, imageClass], outputs: cnn.apply(h) as tf.SymbolicTensor });
}

function buildDiscriminator(): tf.LayersModel {
  const cnn = tf.sequential();
  cnn.add(
    tf.layers.conv2d({
      filters: 8,
      kernelSize: 3,
      padding: 'same',
      strides: 2,
      inputShape: [IMAGE_SIZE, IMAGE_SIZE, 1],
    }),
  );
  cnn.add(tf.layers.leakyReLU({ alpha: 0.2 }));
  cnn.add(tf.layers.dropout({ rate: 0.1 }));
  cnn.add(tf.layers.flatten());
  const image = tf.input({ shape: [IMAGE_SIZE, IMAGE_SIZE, 1] });
  const features = cnn.apply(image) as tf.SymbolicTensor;
  const realness = tf.layers.dense({ units: 1, activation: 'sigmoid' }).apply(features);
  const aux = tf.layers.dense({ units: NUM_CLASSES, activation: 'softmax' }).apply(features);
  return tf.model({ inputs: image, outputs: [realness, aux] as tf.SymbolicTensor[] });
}

/** Bright left halves are class 0, bright right halves class 1. */
function realBatch(): [tf.Tensor, tf.Tensor] {
  const labels = tf.randomUniform([BATCH_SIZE, 1], 0, NUM_CLASSES, 'int32');
  const isRight = tf
    .range(0, IMAGE_SIZE)
    .greaterEqual(IMAGE_SIZE / 2)
    .toFloat();
  const side = isRight.sub(0.5).mul(1.6).reshape([1, 1, IMAGE_SIZE, 1]);
  const sign = labels.toFloat().sub(0.5).mul(2).reshape([BATCH_SIZE, 1, 1, 1]);
  const noise = tf.randomNormal([BATCH_SIZE, IMAGE_SIZE, IMAGE_SIZE, 1], 0, 0.1);
  return [side.mul(sign).add(noise), labels.toFloat()];
}

/** An auxiliary-classifier GAN with `trainOnBatch`: as tfjs-examples/mnist-acgan. */
export async function acgan(): Promise<{ classLosses: number[]; contrast: number[] }> {
  const loss = ['binaryCrossentropy', 'sparseCategoricalCrossentropy'];
  const discriminator = buildDiscriminator();
  discriminator.compile({ optimizer: tf.train.adam(0.01, 0.5), loss });
  const generator = buildGenerator();
  const latent = tf.input({ shape: [LATENT_SIZE] });
  const imageClass = tf.input({ shape: [1] });
  const fake = generator.apply([latent, imageClass]) as tf.SymbolicTensor;
  discriminator.trainable = false;
  const combined = tf.model({
    inputs: [latent, imageClass],
    outputs: discriminator.apply(fake) as tf.SymbolicTensor[],
  });
  combined.compile({ optimizer: tf.train.adam(0.01, 0.5), loss });

  const classLosses: number[] = [];
  const draw = () => tf.randomUniform([BATCH_SIZE, LATENT_SIZE]);
  const classes = () => tf.randomUniform([BATCH_SIZE, 1], 0, NUM_CLASSES, 'int32').toFloat();
  for (let step = 0; step < 120; step++) {
    const [x, y, auxY] = tf.tidy(() => {
      const [real, labels] = realBatch();
      const fakeLabels = classes();
      const generated = generator.predict([draw(), fakeLabels], {
        batchSize: BATCH_SIZE,
      }) as tf.Tensor;
      return [
        tf.concat([real, generated]),
        tf.concat([tf.fill([BATCH_SIZE, 1], 0.95), tf.zeros([BATCH_SIZE, 1])]),
        tf.concat([labels, fakeLabels]),
      ];
    });
    const losses = (await discriminator.trainOnBatch(x, [y, auxY])) as number[];
    classLosses.push(losses[2]);
    const [z, sampled, trick] = [draw(), classes(), tf.fill([BATCH_SIZE, 1], 0.95)];
    await combined.trainOnBatch([z, sampled], [trick, sampled]);
    tf.dispose([x, y, auxY, z, sampled, trick]);
  }

  const contrast = [0, 1].map((label) =>
    tf.tidy(() => {
      const labels = tf.fill([BATCH_SIZE, 1], label);
      const images = generator.predict([draw(), labels]) as tf.Tensor4D;
      const [left, right] = tf.split(images, 2, 2);
      return right.mean().sub(left.mean()).dataSync()[0];
    }),
  );
  return { classLosses, contrast };
}

// What the types of models promise: compiled by the check `types`, never run.
import {
  type AnyModel,
  type Batch,
  binaryCrossEntropy,
  charLstmClassifier,
  cnn,
  convolutionalAutoencoder,
  convolutionalVae,
  crossEntropy,
  denseAutoencoder,
  denseGan,
  denseVae,
  forward,
  type ImageShape,
  type Model,
  mlp,
  multiTaskCnn,
  numParameters,
  predict,
  resnet,
  squaredError,
  stack,
  type Tensors,
  tf,
  vgg11,
} from '../../lib/notegrad/src';
import { exactly, type Holds, type Same } from './exactly';

declare const images: tf.Tensor4D;
declare const rows: tf.Tensor2D;
declare const labels: tf.Tensor1D;
declare const someTensor: tf.Tensor;

export function classifiersGiveLogits(): void {
  for (const model of [cnn(), resnet(), vgg11()]) {
    exactly<tf.Tensor2D>()(forward(model, images));
    exactly<tf.Tensor2D>()(predict(model, images));
    crossEntropy(labels, forward(model, images));
    // @ts-expect-error a network of images takes no rows
    forward(model, rows);
    // @ts-expect-error nor what may be of any rank
    forward(model, someTensor);
  }
  exactly<tf.Tensor2D>()(forward(mlp(), rows));
  exactly<tf.Tensor2D>()(forward(mlp(), images));
}

export function severalInputsAndOutputsKeepTheirTypes(): void {
  const lstm = charLstmClassifier();
  exactly<tf.Tensor2D>()(forward(lstm, [rows, labels]));
  // @ts-expect-error the lengths are missing
  forward(lstm, [rows]);
  // @ts-expect-error the lengths come last
  forward(lstm, [labels, rows]);
  exactly<tf.Tensor2D[]>()(forward(multiTaskCnn(), images));

  const [embedding, ...maps] = predict(convolutionalAutoencoder().encoder, images);
  exactly<tf.Tensor2D>()(embedding);
  exactly<tf.Tensor4D[]>()(maps);
}

export function aModelOfYourOwnIsCalledWhatItIs(layers: tf.LayersModel): void {
  const named: Model<tf.Tensor4D, tf.Tensor2D> = tf.sequential();
  exactly<tf.Tensor2D>()(forward(named, images));
  exactly<tf.Tensor>()(forward(layers, images));
  const expected: tf.Tensor2D = forward(layers, images);
  crossEntropy(labels, expected);
  crossEntropy(labels, forward(layers, images));
  exactly<tf.Tensor>()(tf.softmax(predict(layers, images)));

  const stacked = stack('mine', [28, 28, 1], []);
  crossEntropy(labels, forward(stacked, images));
  const named2d: Model<tf.Tensor4D, tf.Tensor2D> = stacked;
  exactly<tf.Tensor2D>()(predict(named2d, images));

  const ofAnyInput: Model<tf.Tensor, tf.Tensor2D> = mlp();
  const classifier: Model<tf.Tensor4D, tf.Tensor2D> = ofAnyInput;
  numParameters(classifier);
  // @ts-expect-error a network of images is none of any input
  const tooWide: Model<tf.Tensor, tf.Tensor2D> = cnn();
  // @ts-expect-error logits are no maps
  const otherOutput: Model<tf.Tensor4D, tf.Tensor4D> = cnn();
  numParameters(tooWide);
  numParameters(otherOutput);
}

export function modesAreSaidByNameOnly(): void {
  forward(cnn(), images, { training: true });
  // @ts-expect-error a bare true says nothing
  forward(cnn(), images, true);
  // @ts-expect-error inference has no mode
  predict(cnn(), images, { training: true });
}

export function composedModelsGiveWhatTheyDraw(): void {
  exactly<tf.Tensor2D>()(denseAutoencoder().reconstruct(images));
  exactly<tf.Tensor2D>()(denseAutoencoder().encode(images));
  exactly<tf.Tensor4D>()(convolutionalAutoencoder().reconstruct(images));
  for (const vae of [denseVae(), convolutionalVae()]) {
    exactly<tf.Tensor4D>()(vae.decode(rows));
    exactly<tf.Tensor4D>()(vae.run(images).logits);
    exactly<tf.Tensor2D>()(vae.encode(images).mean);
    exactly<number>()(vae.latentDim);
  }
  const gan = denseGan();
  exactly<tf.Tensor4D>()(gan.generate(rows));
  exactly<tf.Tensor2D>()(gan.discriminate(images));
  const all: AnyModel[] = [cnn(), gan, denseVae(), denseAutoencoder(), tf.sequential()];
  all.forEach(numParameters);
}

type Options<F> = F extends (options?: infer O) => unknown ? NonNullable<O> : never;
type ImageOptions =
  | Options<typeof cnn>
  | Options<typeof resnet>
  | Options<typeof vgg11>
  | Options<typeof multiTaskCnn>
  | Options<typeof convolutionalAutoencoder>
  | Options<typeof denseVae>
  | Options<typeof convolutionalVae>
  | Options<typeof denseGan>;
type HiddenOptions =
  | Options<typeof mlp>
  | Options<typeof cnn>
  | Options<typeof vgg11>
  | Options<typeof multiTaskCnn>
  | Options<typeof denseAutoencoder>
  | Options<typeof convolutionalAutoencoder>
  | Options<typeof denseVae>
  | Options<typeof denseGan>;
type LatentOptions =
  | Options<typeof denseAutoencoder>
  | Options<typeof convolutionalAutoencoder>
  | Options<typeof denseVae>
  | Options<typeof convolutionalVae>
  | Options<typeof denseGan>;
type AllOptions = ImageOptions | HiddenOptions | LatentOptions | Options<typeof charLstmClassifier>;

export type OneThingHasOneNameAndOneType = [
  Holds<Same<ImageOptions['inputShape'], ImageShape | undefined>>,
  Holds<Same<HiddenOptions['hiddenSizes'], readonly number[] | undefined>>,
  Holds<Same<LatentOptions['latentDim'], number | undefined>>,
  Holds<Same<AllOptions['seed'], number | undefined>>,
  Holds<Same<Tensors, tf.Tensor | [tf.Tensor, ...tf.Tensor[]] | tf.Tensor[]>>,
];

export function formerNamesAreRefused(): void {
  // @ts-expect-error the name of 0.1
  mlp({ hidden: [3] });
  // @ts-expect-error the name of 0.1
  denseAutoencoder({ embeddingDim: 2 });
  // @ts-expect-error the name of 0.1
  denseVae({ imageShape: [28, 28, 1] });
  // @ts-expect-error an image has three lengths
  cnn({ inputShape: [28, 28] });
}

export function lossesAreScalarsReducedByName({ x }: Batch): void {
  exactly<tf.Scalar>()(squaredError(x, x));
  exactly<tf.Scalar>()(binaryCrossEntropy(x, x, { per: 'element' }));
  // @ts-expect-error there are two ways
  squaredError(x, x, { per: 'batch' });
  // @ts-expect-error logits have two axes
  crossEntropy(labels, x);
}

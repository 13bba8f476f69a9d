// What the types of data, training and plots promise: compiled by the check `types`, never run.
import {
  adam,
  type Batch,
  batches,
  evaluate,
  fit,
  type GalaxySet,
  gradientStep,
  type History,
  type IdBatch,
  type ImageSet,
  imageAt,
  learningCurves,
  lines,
  lion,
  type MultiMnistSet,
  NotegradError,
  pixelOrder,
  type SequenceSet,
  select,
  selectFirst,
  sequenceBatches,
  sgd,
  shuffled,
  split,
  type TargetBatch,
  type TweetSet,
  type tf,
} from '../../lib/notegrad/src';
import { exactly } from './exactly';

declare const set: ImageSet;
declare const galaxySet: GalaxySet;
declare const pairs: MultiMnistSet;
declare const tweetSet: TweetSet;
declare const sequences: SequenceSet;

export function whatIsChosenOfASetIsSuchASet(): void {
  exactly<ImageSet>()(select(set, [0, 1]));
  exactly<GalaxySet>()(selectFirst(galaxySet, 10));
  exactly<TweetSet>()(shuffled(tweetSet, { seed: 1 }));
  exactly<Record<'train' | 'test', TweetSet>>()(split(tweetSet, { train: 3, test: 2 }));
  exactly<Uint8Array>()(imageAt(set, 0));
  // @ts-expect-error a seed is an option
  shuffled(set, 1);
  // @ts-expect-error a seed is an option
  pixelOrder(set, 1);
}

export function batchesKnowWhatIsInThem(): void {
  for (const batch of batches(set, { batchSize: 2 })) {
    exactly<Batch>()(batch);
    exactly<tf.Tensor4D>()(batch.x);
  }
  for (const batch of batches(pairs, { batchSize: 2 })) {
    exactly<TargetBatch<MultiMnistSet['targets']>>()(batch);
    // @ts-expect-error there is no such target
    batch.targets.labels3;
  }
  for (const batch of sequenceBatches(sequences, { batchSize: 2 })) exactly<IdBatch>()(batch);
  for (const { x } of sequenceBatches(sequences, { batchSize: 2, oneHot: true })) {
    exactly<tf.Tensor3D>()(x);
  }
}

export function optimizersTakeOptionsByPyTorchsNames(): void {
  const optimizers: tf.Optimizer[] = [
    adam(),
    adam({ lr: 1e-3, betas: [0.5, 0.999], eps: 1e-8 }),
    sgd({ lr: 0.1, momentum: 0.9, nesterov: true }),
    lion({ lr: 1e-4, weightDecay: 0.1 }),
  ];
  optimizers.forEach((optimizer) => {
    optimizer.dispose();
  });
  // @ts-expect-error the learning rate has a name
  adam(0.001);
  // @ts-expect-error and this is it
  sgd({ learningRate: 0.1 });
  // @ts-expect-error two betas
  adam({ betas: [0.9] });
}

export async function aRunGivesItsHistory(): Promise<void> {
  const step = gradientStep(adam(), ({ x }) => x.mean<tf.Scalar>(), undefined, { maxNorm: 1 });
  const history = await fit({ batches: () => batches(set, { batchSize: 2 }), step, numEpochs: 1 });
  exactly<History>()(history);
  exactly<number[]>()(history.epochs.validationLoss);
  exactly<Record<string, number>>()(
    evaluate(batches(set, { batchSize: 2 }), ({ x }) => ({ mean: x.mean<tf.Scalar>() })),
  );
  learningCurves({ title: 't', yLabel: 'y', runs: { a: history }, yScale: 'log' });
  // @ts-expect-error the name of 0.1
  learningCurves({ title: 't', yLabel: 'y', runs: { a: history }, scale: 'log' });
  lines({ title: 't', xLabel: 'x', yLabel: 'y', series: {}, xRange: [0, 1], yRange: [0, 1] });
}

export function errorsAreOneFamily(error: unknown): string {
  if (error instanceof NotegradError) {
    exactly<NotegradError>()(error);
    return error.message;
  }
  return '';
}

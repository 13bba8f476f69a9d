import { checkCountLists } from '../checks';
import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import type { Seeded } from '../seeded';
import type { ImageShape } from './image-shape';
import { checkImageShape } from './image-shape';
import type { Initialization } from './initializers';
import { chain, layerFactory } from './layers';
import type { Model } from './model';

/** What `multiTaskCnn` is made of. */
export interface MultiTaskOptions extends Seeded {
  /** Height, width and channels of an image. Default [36, 36, 1], as in MultiMNIST. */
  readonly inputShape?: ImageShape;
  /** Filters of each 5×5 convolution. Default [10, 20]. */
  readonly channels?: readonly number[];
  /** Widths of the hidden linear layers that the tasks share. Default [50]. */
  readonly hiddenSizes?: readonly number[];
  /** How many classes each task has. Default [10, 10]. */
  readonly numClassesByTask?: readonly number[];
  /** Default 'torch'. */
  readonly initialization?: Initialization;
}

/**
 * A multi-task network for images: one encoder of 5×5 convolutions without padding, ReLU and 2×2
 * max-pooling after each, and linear layers with ReLU; a linear decoder for each task.
 * [batch, …inputShape] → one tensor of logits [batch, numClassesByTask[i]] a task.
 *
 * Layers are 'encoder.conv1', …, 'encoder.fc1', …, 'decoder1', 'decoder2', …. With the defaults
 * 36 → 32 → 16 → 12 → 6, and 25·10 + 10 + 25·10·20 + 20 + 720·50 + 50 + 2·(50·10 + 10) = 42,350
 * parameters.
 *
 * @throws when the poolings leave nothing of the image
 */
export function multiTaskCnn(options: MultiTaskOptions = {}): Model<tf.Tensor4D, tf.Tensor2D[]> {
  const {
    inputShape = [36, 36, 1],
    channels = [10, 20],
    hiddenSizes = [50],
    numClassesByTask = [10, 10],
    initialization = 'torch',
    seed = 0,
    ...unknown
  } = optionsOf('multiTaskCnn', options);
  refuseUnknown('multiTaskCnn', unknown);
  checkImageShape(inputShape);
  checkCountLists({ channels, hiddenSizes, numClassesByTask }, ModelError);
  const { conv, linear } = layerFactory({ seed, initialization });
  const image = tf.input({ shape: [...inputShape] });
  let [height, width, depth] = inputShape;
  let map = image;
  channels.forEach((filters, i) => {
    [height, width] = [height, width].map((size) => Math.floor((size - 4) / 2));
    if (height < 1 || width < 1) {
      throw new ModelError(
        `image too small: ${inputShape.join('×')} (after ${i + 1} poolings nothing is left)`,
      );
    }
    map = chain(map, [
      conv(`encoder.conv${i + 1}`, depth, filters, 5, { activation: 'relu', padding: 'valid' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
    ]);
    depth = filters;
  });
  const widths = [height * width * depth, ...hiddenSizes];
  const code = chain(map, [
    tf.layers.flatten(),
    ...hiddenSizes.map((size, i) =>
      linear(`encoder.fc${i + 1}`, widths[i], size, { activation: 'relu' }),
    ),
  ]);
  const outputs = numClassesByTask.map((numClasses, i) =>
    chain(code, [linear(`decoder${i + 1}`, widths[hiddenSizes.length], numClasses)]),
  );
  return tf.model({ inputs: image, outputs, name: 'multi-task' });
}

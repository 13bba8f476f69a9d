import {
  checkCountLists,
  checkCounts,
  checkFunctions,
  checkNumbers,
  checkRecords,
  checkTexts,
} from '../checks';
import { described } from '../described';
import * as tf from '../engine/tf';
import { ModelError } from '../errors';
import { optionsOf, refuseUnknown } from '../options';
import type { Seeded } from '../seeded';
import type { ImageShape } from './image-shape';
import { checkImageShape } from './image-shape';
import type { Initialization } from './initializers';
import { chain, type LayerFactory, layerFactory } from './layers';
import type { Model } from './model';

/** A residual block of a network. */
export interface ResidualBlockOptions {
  /** The block's path, put before its layers' names: 'layer1.0' gives 'layer1.0.conv1', …. */
  readonly name: string;
  /** Channels of what goes in. */
  readonly inputs: number;
  /** Channels of what comes out. */
  readonly outputs: number;
  /** Of the first convolution. Default 1. */
  readonly stride?: number;
  /** Makes the block's layers: the network's `layerFactory`, so that seeds go on. */
  readonly layers: LayerFactory;
}

/**
 * The basic block of He et al., "Deep residual learning for image recognition" (2016), figure 2:
 * relu(bn(conv(relu(bn(conv(x))))) + x), with 3×3 convolutions without biases. Where the shape
 * changes, x passes a strided 1×1 convolution and batch normalisation (option B of the paper).
 * [batch, h, w, inputs] → [batch, ⌈h/stride⌉, ⌈w/stride⌉, outputs].
 *
 * Layers are named as torchvision's: 'conv1', 'bn1', 'conv2', 'bn2', 'downsample.0',
 * 'downsample.1'. Parameters: 9·a·b + 9·b² + 4·b, and a·b + 2·b for the 1×1 convolution.
 */
export function residualBlock(
  x: tf.SymbolicTensor,
  options: ResidualBlockOptions,
): tf.SymbolicTensor {
  const {
    name,
    inputs,
    outputs,
    stride = 1,
    layers,
    ...unknown
  } = optionsOf('residualBlock', options);
  refuseUnknown('residualBlock', unknown);
  checkTexts({ name }, ModelError);
  checkRecords({ layers }, ModelError);
  checkFunctions({ conv: layers.conv, batchNorm: layers.batchNorm }, ModelError);
  if (!(x instanceof tf.SymbolicTensor)) {
    throw new ModelError(`expected what tf.input gives, got ${described(x)}`);
  }
  checkCounts({ inputs, outputs, stride }, ModelError);
  const { conv, batchNorm } = layers;
  const residual = chain(x, [
    // One pixel on each side, as PyTorch pads: 'same' at stride 2 would pad only the far side.
    tf.layers.zeroPadding2d({ padding: 1 }),
    conv(`${name}.conv1`, inputs, outputs, 3, { stride, padding: 'valid', bias: false }),
    batchNorm(`${name}.bn1`),
    tf.layers.activation({ activation: 'relu' }),
    conv(`${name}.conv2`, outputs, outputs, 3, { bias: false }),
    batchNorm(`${name}.bn2`),
  ]);
  const changesShape = stride !== 1 || inputs !== outputs;
  const shortcut = changesShape
    ? chain(x, [
        conv(`${name}.downsample.0`, inputs, outputs, 1, { stride, padding: 'valid', bias: false }),
        batchNorm(`${name}.downsample.1`),
      ])
    : x;
  const sum = tf.layers.add().apply([residual, shortcut]) as tf.SymbolicTensor;
  return chain(sum, [tf.layers.activation({ activation: 'relu' })]);
}

/** What `resnet` is made of. */
export interface ResnetOptions extends Seeded {
  /** Height, width and channels of an image. Default [28, 28, 1]. */
  readonly inputShape?: ImageShape;
  /** Channels of each stage; every stage but the first halves height and width. Default [16, 32, 64]. */
  readonly channels?: readonly number[];
  /** Residual blocks a stage. Default 1. */
  readonly blocksPerStage?: number;
  /** Probability of dropout before the linear layer. Default 0. */
  readonly dropout?: number;
  /** Default 10. */
  readonly numClasses?: number;
  /** Default 'torch'. */
  readonly initialization?: Initialization;
}

/**
 * A small residual network for images of MNIST's or CIFAR's size (He et al. 2016, section 4.2):
 * a 3×3 convolution, stages of residual blocks, the mean over each map, and a linear layer.
 * [batch, …inputShape] → logits [batch, numClasses]. With 3 stages of n blocks it has 6n + 2 layers.
 *
 * Layers are named as torchvision's: 'conv1', 'bn1', 'layer1.0.conv1', …, 'fc'.
 *
 * @throws ModelError for a size that is no whole number above 0
 */
export function resnet(options: ResnetOptions = {}): Model<tf.Tensor4D, tf.Tensor2D> {
  const {
    inputShape = [28, 28, 1],
    channels = [16, 32, 64],
    blocksPerStage = 1,
    dropout = 0,
    numClasses = 10,
    initialization = 'torch',
    seed = 0,
    ...unknown
  } = optionsOf('resnet', options);
  refuseUnknown('resnet', unknown);
  checkImageShape(inputShape);
  checkCountLists({ channels }, ModelError);
  if (channels.length === 0) throw new ModelError('invalid channels: [] (at least one)');
  checkCounts({ blocksPerStage, numClasses }, ModelError);
  checkNumbers({ dropout }, ModelError, 0, 1);
  const layers = layerFactory({ seed, initialization });
  const image = tf.input({ shape: [...inputShape] });
  let x = chain(image, [
    layers.conv('conv1', inputShape[2], channels[0], 3, { bias: false }),
    layers.batchNorm('bn1'),
    tf.layers.activation({ activation: 'relu' }),
  ]);
  let inputs = channels[0];
  channels.forEach((outputs, stage) => {
    for (let block = 0; block < blocksPerStage; block++) {
      const name = `layer${stage + 1}.${block}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      x = residualBlock(x, { name, inputs, outputs, stride, layers });
      inputs = outputs;
    }
  });
  const logits = chain(x, [
    tf.layers.globalAveragePooling2d({}),
    ...(dropout > 0 ? [layers.dropout(dropout)] : []),
    layers.linear('fc', inputs, numClasses),
  ]);
  return tf.model({ inputs: image, outputs: logits, name: 'resnet' });
}

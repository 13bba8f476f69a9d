// Not `import * as`, which may be a copy of the exports.
import core = require('@tensorflow/tfjs-core');

import { constrainTrainedWeights } from './constraints';
import { logSoftmax } from './cross-entropy';
import { nameDisposedTensors } from './disposed';
import { fused } from './gradients/fused';
import { euclideanNorm, norm } from './gradients/norm';
import { refuseForeignLabels } from './label-range';
import { mendLayers } from './mended-layers';
import { dropout, randomNormal, randomUniform, truncatedNormal } from './random';
import { seedDatasetShuffle, shuffle, shuffleCombo } from './shuffle';
import { checkLength, withRoomFor } from './tensor-sizes';
import { keepTrainable } from './trainable';

/**
 * The layers API takes these functions from the exports of tfjs-core when it calls them: its
 * initialisers, `Dropout` and the noise layers draw from our seeded sequence, its losses use our
 * operations, its dense and convolutional layers our gradients.
 */
Object.assign(core, {
  dropout,
  euclideanNorm,
  fused,
  logSoftmax,
  norm,
  randomNormal,
  randomStandardNormal: (shape: number[], dtype?: 'float32' | 'int32', seed?: number) =>
    randomNormal(shape as [number], 0, 1, dtype, seed),
  randomUniform,
  truncatedNormal,
});

/**
 * Arrays whose rows are not equally long are refused, the first such row named, wherever tfjs makes
 * tensors of arrays: `tf.tensor`, an operation's arguments, … It looks at them itself, but only in
 * its debug mode. Otherwise [[1, 2], [3]] is a tensor of shape [2, 2] with 3 values.
 */
core.env().set('TENSORLIKE_CHECK_SHAPE_CONSISTENCY', true);

/** No tensor has other than as many values as its shape says, on any engine. */
type Engine = Pick<ReturnType<typeof core.engine>, 'makeTensor'>;
const engine = Object.getPrototypeOf(core.engine()) as Engine;
const { makeTensor } = engine;
engine.makeTensor = function (this: Engine, values, shape, dtype, backend) {
  if (values != null && dtype !== 'complex64') checkLength(values, shape);
  return makeTensor.call(this, values, shape, dtype, backend);
};

/** What makes tensors of a shape alone says so where that is too large. */
const { zeros, ones, fill } = core;
Object.assign(core, {
  zeros: ((shape, dtype = 'float32') =>
    withRoomFor(shape, dtype, () => zeros(shape, dtype))) as typeof zeros,
  ones: ((shape, dtype = 'float32') =>
    withRoomFor(shape, dtype, () => ones(shape, dtype))) as typeof ones,
  fill: ((shape, value, dtype) =>
    withRoomFor(shape, dtype ?? 'float32', () => fill(shape, value, dtype))) as typeof fill,
});
Object.assign(core.util, { shuffle, shuffleCombo });
seedDatasetShuffle();
keepTrainable();
refuseForeignLabels();
constrainTrainedWeights();
mendLayers();
nameDisposedTensors();

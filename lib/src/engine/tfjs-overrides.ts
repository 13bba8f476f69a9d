// Not `import * as`, which may be a copy of the exports.
import core = require('@tensorflow/tfjs-core');

import { constrainTrainedWeights } from './constraints';
import { nameDisposedTensors } from './disposed';
import { fused } from './gradients/fused';
import { euclideanNorm, norm } from './gradients/norm';
import { logSoftmax } from './losses';
import { mendLayers } from './mended-layers';
import { dropout, randomNormal, randomUniform, truncatedNormal } from './random';
import { seedDatasetShuffle, shuffle, shuffleCombo } from './shuffle';
import { keepTrainable } from './trainable';

/**
 * The layers API takes these functions from the exports of tfjs-core when it calls them: its
 * initialisers, `Dropout` and the noise layers draw from our seeded sequence, its losses use our
 * operations, its convolutions our gradients.
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

Object.assign(core.util, { shuffle, shuffleCombo });
seedDatasetShuffle();
keepTrainable();
constrainTrainedWeights();
mendLayers();
nameDisposedTensors();

// Not `import * as`, which may be a copy of the exports.
import core = require('@tensorflow/tfjs-core');

import { logSoftmax } from '../cross-entropy';
import { fused } from '../gradients/fused';
import { euclideanNorm, norm } from '../gradients/norm';
import { dropout, randomNormal, randomUniform, truncatedNormal } from '../random';
import type { Patch } from './patch';

const own = {
  dropout,
  euclideanNorm,
  fused,
  logSoftmax,
  norm,
  randomNormal,
  randomStandardNormal: (
    shape: number[],
    dtype?: 'float32' | 'int32',
    seed?: number,
  ): core.Tensor => randomNormal(shape as [number], 0, 1, dtype, seed),
  randomUniform,
  truncatedNormal,
};

/**
 * The layers API takes these functions from the exports of tfjs-core when it calls them: its
 * initialisers, `Dropout` and the noise layers draw from our seeded sequence, its losses use our
 * operations, its dense and convolutional layers our gradients.
 */
export const functions: Patch = {
  changes: [...Object.keys(own), ...Object.keys(fused).map((name) => `fused.${name}`)],
  apply() {
    Object.assign(core, own);
  },
};

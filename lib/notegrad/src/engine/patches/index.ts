import { batchNormalizationLayer } from './batch-normalization-layer';
import { constraints } from './constraints';
import { disposed } from './disposed';
import { functions } from './functions';
import { greeting } from './greeting';
import { labelRange } from './label-range';
import { layers } from './layers';
import { losses } from './losses';
import { norm } from './norm';
import { optimizers } from './optimizers';
import type { Patch } from './patch';
import { raggedArrays } from './ragged-arrays';
import { shuffle } from './shuffle';
import { tape } from './tape';
import { tensorSizes } from './tensor-sizes';
import { trainable } from './trainable';

/**
 * Every change to tfjs that importing the library makes, in the order in which they are made: of two
 * that wrap one method, the later is the outer one. What is made when an engine is chosen stands in
 * `first-operation.ts`, `native/` and `wasm/`. Kernels and gradients are no patches: they are put in
 * tfjs's registries.
 */
export const patches: readonly Patch[] = [
  batchNormalizationLayer,
  tape,
  norm,
  losses,
  optimizers,
  functions,
  greeting,
  raggedArrays,
  tensorSizes,
  shuffle,
  trainable,
  labelRange,
  constraints,
  layers,
  disposed,
];

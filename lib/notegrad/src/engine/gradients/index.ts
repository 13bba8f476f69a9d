import type * as tf from '../tfjs';
import { activationGradients } from './activations';
import { castGradients } from './cast';
import { convolutionGradients } from './convolutions';
import { cumulativeGradients } from './cumulative';
import { indexingGradients } from './indexing';
import { mirrorPadGradient } from './mirror-pad';
import { normalisationGradients } from './normalisation';
import { pairwiseGradients } from './pairwise';
import { poolingGradients } from './pooling';
import { productGradients } from './products';
import { reductionGradients } from './reductions';
import { setGradient } from './register';
import { resizingGradients } from './resizing';
import { selectionGradients } from './selection';
import { spectralGradients } from './spectral';

/** The gradients of every engine that tfjs lacks or has wrong (see `differences.ts`). */
const gradients: readonly tf.GradConfig[] = [
  ...activationGradients,
  ...castGradients,
  ...convolutionGradients,
  ...cumulativeGradients,
  ...indexingGradients,
  mirrorPadGradient,
  ...normalisationGradients,
  ...pairwiseGradients,
  ...poolingGradients,
  ...productGradients,
  ...reductionGradients,
  ...resizingGradients,
  ...selectionGradients,
  ...spectralGradients,
];

/** Puts them in tfjs's registry. */
export function registerGradients(): void {
  for (const gradient of gradients) setGradient(gradient);
}

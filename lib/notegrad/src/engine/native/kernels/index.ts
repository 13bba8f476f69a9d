import type { KernelConfig } from '../../tf';
import { convolutionKernels } from './convolutions';
import { elementwiseKernels } from './elementwise';
import { lossKernels } from './losses';
import { movementKernels } from './movement';
import { normalisationKernels } from './normalisation';
import { optimizerKernels } from './optimizers';
import { poolingKernels } from './pooling';
import { productKernels } from './products';
import { randomKernels } from './random';
import { recurrenceKernels } from './recurrence';
import { reductionKernels } from './reductions';
import { upsamplingKernels } from './upsampling';

/** Every native kernel: each file beside this one has those of one subject. */
export const kernels: readonly KernelConfig[] = [
  ...convolutionKernels,
  ...elementwiseKernels,
  ...lossKernels,
  ...movementKernels,
  ...normalisationKernels,
  ...optimizerKernels,
  ...poolingKernels,
  ...productKernels,
  ...randomKernels,
  ...recurrenceKernels,
  ...reductionKernels,
  ...upsamplingKernels,
];

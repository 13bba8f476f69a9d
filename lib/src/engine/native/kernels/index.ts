import type { GradConfig, KernelConfig } from '../../tf';
import { elementwiseKernels } from './elementwise';
import { lossKernels } from './losses';
import { reductionKernels } from './reductions';

/** Every native kernel: each file beside this one has those of one subject. */
export const kernels: readonly KernelConfig[] = [
  ...elementwiseKernels,
  ...lossKernels,
  ...reductionKernels,
];

/** The gradients that replace tfjs's own. */
export const gradients: readonly GradConfig[] = [];

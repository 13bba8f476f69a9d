import type { GradConfig, KernelConfig } from '../../tf';

/** Every native kernel: each file beside this one has those of one subject. */
export const kernels: readonly KernelConfig[] = [];

/** The gradients that replace tfjs's own. */
export const gradients: readonly GradConfig[] = [];

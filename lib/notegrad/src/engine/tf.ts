import './one-copy';
import './batch-normalization-layer';
import './gradients';
import './optimizers';
import './tfjs-overrides';
import { mendCpuKernels } from './cpu/register';

mendCpuKernels();

export * from '@tensorflow/tfjs';
export { logSoftmax } from './cross-entropy';
export { fused } from './gradients/fused';
export { euclideanNorm, norm } from './gradients/norm';
export { dropout, randomNormal, randomUniform, truncatedNormal } from './random';

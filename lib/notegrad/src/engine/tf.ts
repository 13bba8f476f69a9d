import './one-copy';
import './batch-normalization-layer';
import './gradients';
import './optimizers';
import './tfjs-overrides';
import { mendCpuKernels } from './cpu/register';
import { standInForWholeTfjs } from './whole-tfjs';

standInForWholeTfjs();
mendCpuKernels();

export { fused } from './gradients/fused';
export { euclideanNorm, norm } from './gradients/norm';
export { logSoftmax } from './losses';
export { dropout, randomNormal, randomUniform, truncatedNormal } from './random';
export * from './tfjs';

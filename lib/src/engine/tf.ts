import './batch-normalization-layer';
import './cpu/register';
import './gradients';
import './optimizers';
import './tfjs-overrides';

export * from '@tensorflow/tfjs';
export { fused } from './gradients/fused';
export { euclideanNorm, norm } from './gradients/norm';
export { logSoftmax } from './losses';
export { dropout, randomNormal, randomUniform, truncatedNormal } from './random';

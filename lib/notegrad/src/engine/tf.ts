import './one-copy';
import { mendCpuKernels } from './cpu/register';
import { registerGradients } from './gradients';
import { standInForOtherTfjs } from './one-tfjs';
import { patches } from './patches';
import { applyOnce } from './patches/patch';

standInForOtherTfjs();
applyOnce(patches);
registerGradients();
mendCpuKernels();

export { logSoftmax } from './cross-entropy';
export { fused } from './gradients/fused';
export { euclideanNorm, norm } from './gradients/norm';
export { dropout, randomNormal, randomUniform, truncatedNormal } from './random';
export * from './tfjs';

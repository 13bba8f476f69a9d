import './one-copy';
import { mendCpuKernels } from './cpu/register';
import { registerGradients } from './gradients';
import { patches } from './patches';
import { applyOnce } from './patches/patch';
import { standInForWholeTfjs } from './whole-tfjs';

standInForWholeTfjs();
applyOnce(patches);
registerGradients();
mendCpuKernels();

export { logSoftmax } from './cross-entropy';
export { fused } from './gradients/fused';
export { euclideanNorm, norm } from './gradients/norm';
export { dropout, randomNormal, randomUniform, truncatedNormal } from './random';
export * from './tfjs';

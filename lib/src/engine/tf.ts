import './one-copy';
import './optimizers';
import './tfjs-overrides';

export * from '@tensorflow/tfjs';
export { logSoftmax } from './losses';
export { dropout, randomNormal, randomUniform, truncatedNormal } from './random';

import './optimizers';

export * from '@tensorflow/tfjs';
export { logSoftmax } from './losses';

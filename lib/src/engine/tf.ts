import './optimizers';

export * from '@tensorflow/tfjs';

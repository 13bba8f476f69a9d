import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { Patch } from './patch';

/**
 * tfjs's cpu backend greets on stderr at its first tensor (“Hi, looks like you are running
 * TensorFlow.js in Node.js. …”) and recommends another package. nbgrader scores a cell with anything
 * on stderr 0, and the native engine is quicker than that package.
 */
export const greeting: Patch = {
  changes: ['MathBackendCPU.prototype.firstUse'],
  apply() {
    // Its constructor sets it to true.
    Object.defineProperty(MathBackendCPU.prototype, 'firstUse', { get: () => false, set() {} });
  },
};

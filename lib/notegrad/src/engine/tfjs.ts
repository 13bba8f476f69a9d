/**
 * tfjs as its authors made it, by its parts. `@tensorflow/tfjs`, which puts them together, brings
 * WebGL and bundles for browsers with it, 164 MB, and the reader of TensorFlow's graphs: who wants that
 * one adds `@tensorflow/tfjs-converter`, which works on this tfjs.
 *
 * @module
 */
import '../../vendor/tfjs-gradients';
import { version_cpu } from '@tensorflow/tfjs-backend-cpu';
import { version_core } from '@tensorflow/tfjs-core';
import * as data from '@tensorflow/tfjs-data';
import { version_layers } from '@tensorflow/tfjs-layers';

export * from '@tensorflow/tfjs-backend-cpu';
export * from '@tensorflow/tfjs-core';
export * from '@tensorflow/tfjs-layers';
export { data };

/** The versions of tfjs's parts, by their packages' names. */
export const version: Readonly<Record<string, string>> = {
  'tfjs-core': version_core,
  'tfjs-backend-cpu': version_cpu,
  'tfjs-data': data.version_data,
  'tfjs-layers': version_layers,
  tfjs: version_core,
};

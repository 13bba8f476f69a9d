import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type * as tf from '../../tfjs';
import type { Patch } from '../patch';

/** The wasm backend can store complex tensors, but not give them back. */
export const complex: Patch = {
  changes: ['BackendWasm.prototype.readSync'],
  apply() {
    const readReal = BackendWasm.prototype.readSync;
    BackendWasm.prototype.readSync = function (dataId, start = 0, end) {
      const { dtype, shape } = this.dataIdMap.get(dataId);
      if (dtype !== 'complex64') return readReal.call(this, dataId, start, end);
      const size = (shape as tf.TensorInfo['shape']).reduce((product, n) => product * n, 1);
      const last = end ?? size;
      const interleaved = { dataId, shape: [2 * size], dtype: 'float32' } as const;
      return this.typedArrayFromHeap({ ...interleaved, shape: [2 * size] }).slice(
        2 * start,
        2 * last,
      );
    };
  },
};

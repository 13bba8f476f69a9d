// Not `import * as`, which may be a copy of the exports.
import core = require('@tensorflow/tfjs-core');

import { checkLength, withRoomFor } from '../tensor-sizes';
import type { Patch } from './patch';

type Engine = Pick<ReturnType<typeof core.engine>, 'makeTensor'>;

/**
 * No tensor has other than as many values as its shape says, on any engine. What makes tensors of a
 * shape alone says so where that is too large.
 */
export const tensorSizes: Patch = {
  changes: ['Engine.prototype.makeTensor', 'zeros', 'ones', 'fill'],
  apply() {
    const engine = Object.getPrototypeOf(core.engine()) as Engine;
    const { makeTensor } = engine;
    engine.makeTensor = function (this: Engine, values, shape, dtype, backend) {
      if (values != null && dtype !== 'complex64') checkLength(values, shape);
      return makeTensor.call(this, values, shape, dtype, backend);
    };
    const { zeros, ones, fill } = core;
    Object.assign(core, {
      zeros: ((shape, dtype = 'float32') =>
        withRoomFor(shape, dtype, () => zeros(shape, dtype))) as typeof zeros,
      ones: ((shape, dtype = 'float32') =>
        withRoomFor(shape, dtype, () => ones(shape, dtype))) as typeof ones,
      fill: ((shape, value, dtype) =>
        withRoomFor(shape, dtype ?? 'float32', () => fill(shape, value, dtype))) as typeof fill,
    });
  },
};

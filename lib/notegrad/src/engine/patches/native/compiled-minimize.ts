import { traced } from '../../native/compiler/compile-step';
import { Traces } from '../../native/compiler/record/traces';
import * as tf from '../../tf';
import type { Patch } from '../patch';

/**
 * Lets `optimizer.minimize` compute as `compileStep` does, and with it `model.fit` and
 * `model.trainOnBatch`, which call it at each step.
 */
export const compiledMinimize: Patch = {
  changes: ['Optimizer.prototype.minimize'],
  apply() {
    const tracesOf = new WeakMap<tf.Optimizer, Traces>();
    const { prototype } = tf.Optimizer;
    const { minimize } = prototype;
    prototype.minimize = function (...args) {
      const traces = tracesOf.get(this) ?? new Traces();
      tracesOf.set(this, traces);
      return traced(traces, () => minimize.apply(this, args));
    };
  },
};

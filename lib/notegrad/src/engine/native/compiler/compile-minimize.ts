import * as tf from '../../tf';
import { traced } from './compile-step';
import { Traces } from './traces';

let compiled = false;

/**
 * Lets `optimizer.minimize` compute as `compileStep` does, and with it `model.fit` and
 * `model.trainOnBatch`, which call it at each step.
 */
export function compileMinimize(): void {
  if (compiled) return;
  compiled = true;
  const tracesOf = new WeakMap<tf.Optimizer, Traces>();
  const { prototype } = tf.Optimizer;
  const { minimize } = prototype;
  prototype.minimize = function (...args) {
    const traces = tracesOf.get(this) ?? new Traces();
    tracesOf.set(this, traces);
    return traced(traces, () => minimize.apply(this, args));
  };
}

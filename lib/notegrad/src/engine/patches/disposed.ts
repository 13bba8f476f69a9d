import { EngineError } from '../../errors';
import * as tf from '../tfjs';
import type { Patch } from './patch';

interface Engine {
  readonly state: { readonly activeScope?: { readonly name: string } };
  runKernel(kernelName: string, inputs: Inputs, attrs?: tf.NamedAttrMap): tf.Tensor | tf.Tensor[];
}

/** A kernel's inputs by name, of which optional ones may be missing. */
type Inputs = Record<string, tf.Tensor | tf.Tensor[] | null | undefined>;

const WHY =
  '`fit` disposes of a batch after its step, `tf.tidy` of what it does not return; ' +
  'keep a copy (`tf.keep(x.clone())`) of what is used later';

/**
 * Has every operation and every method of a tensor say which of its tensors was disposed of, and what
 * may have done that: tfjs says `Tensor is disposed`, or fails somewhere inside.
 */
export const disposed: Patch = {
  changes: ['Tensor.prototype.throwIfDisposed', 'engine().runKernel'],
  apply() {
    tf.Tensor.prototype.throwIfDisposed = function (this: tf.Tensor) {
      if (this.isDisposed) throw wasDisposed(callerOfThis(), describe(this));
    };

    const engine = tf.engine() as unknown as Engine;
    const { runKernel } = engine;
    engine.runKernel = (kernelName, inputs, attrs) => {
      for (const name in inputs) {
        const input = inputs[name];
        if (input == null) continue;
        for (const tensor of Array.isArray(input) ? input : [input]) {
          if (tensor.isDisposed) {
            throw wasDisposed(
              operation(engine) ?? kernelName,
              `argument \`${name}\`, ${describe(tensor)},`,
            );
          }
        }
      }
      return runKernel.call(engine, kernelName, inputs, attrs);
    };
  },
};

/** The operation that the user called, if it is one. */
function operation({ state }: Engine): string | undefined {
  const scope = state.activeScope?.name ?? '';
  return scope.endsWith('__op') ? scope.slice(0, -'__op'.length) : undefined;
}

function wasDisposed(operation: string, which: string): Error {
  return new EngineError(`${operation}: ${which} was disposed already (${WHY})`);
}

function describe({ shape, dtype }: tf.Tensor): string {
  return `a ${dtype} tensor of shape [${shape}]`;
}

/** The method that called the function which called this one. */
function callerOfThis(): string {
  const line = new Error().stack?.split('\n')[3] ?? '';
  return /(\w+)(?: \[as \w+\])? \(/.exec(line)?.[1] ?? 'tensor';
}

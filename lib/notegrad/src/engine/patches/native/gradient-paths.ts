import { NativeBackend } from '../../native/backend/native-backend';
import { sameSignature, tapeSignature } from '../../native/compiler/record/tape-signature';
import { Trace } from '../../native/compiler/record/trace';
import { isNumeric } from '../../native/kernels/native-kernel';
import * as tf from '../../tf';
import type { Patch } from '../patch';
import { SAVED, type TapeEngine, type TapeNode } from '../tape';

// tfjs's exports are getters of getters, which cost too much at every operation.
const { backend: presentBackend, cast, getGradient } = tf;

/**
 * In a trace, lets the gradient of a tape that was gone through before be the same calls as then,
 * instead of running the JavaScript that makes them. Only where that is certain: the gradients of all
 * kernels of the tape are among those registered so far, which are functions of what the tape holds;
 * `tf.customGrad` and gradients that are registered later are gone through as ever.
 */
export const gradientPaths: Patch = {
  changes: ['engine().backward', 'engine().clone'],
  apply() {
    const pure = new Set(registeredGradients());
    // A gradient that is not registered is of tf.customGrad, and may depend on anything.
    const hasPureGradient = ({ kernelName, gradient, attrs }: TapeNode) => {
      const registered = getGradient(kernelName)?.gradFunc;
      if (registered !== undefined) return pure.has(registered);
      return gradient === undefined || attrs === SAVED;
    };
    const engine = tf.engine() as unknown as TapeEngine;
    const { backward, clone } = engine;

    engine.backward = (tape, xs, y, options) => {
      const trace = traceOf(presentBackend());
      const passBack = () => backward(tape, xs, y, options);
      const isOutermost = engine.state.gradientDepth === 0 && options.dy === null;
      if (trace === null || !isOutermost) return passBack();
      const signature = tapeSignature(trace, tape, xs, y, hasPureGradient);
      if (signature === null) return passBack();
      const known = trace.gradientPaths.find((path) => sameSignature(path.signature, signature));
      return known ? trace.follow(known) : trace.noteGradientPath(signature, passBack);
    };

    // tfjs runs a kernel for it; every tensor that is saved for a gradient is such a copy.
    engine.clone = function <T extends tf.Tensor>(this: TapeEngine, x: T): T {
      const backend = presentBackend();
      if (!(backend instanceof NativeBackend) || !isNumeric(x.dtype))
        return clone.call(this, x) as T;
      backend.incRef(x.dataId);
      const y = backend.tensorOf(x) as T;
      this.addTapeNode(this.state.activeScope.name, { x }, [y], slopeOfCopy, [], SAVED);
      return y;
    };
  },
};

const slopeOfCopy = (dy: tf.Tensor) => ({ x: () => cast(dy, 'float32') });

function traceOf(backend: unknown): Trace | null {
  if (!(backend instanceof NativeBackend)) return null;
  return backend.trace instanceof Trace ? backend.trace : null;
}

function registeredGradients(): tf.GradFunc[] {
  const names = tf.getKernelsForBackend('native').map(({ kernelName }) => kernelName);
  return names.flatMap((name) => tf.getGradient(name)?.gradFunc ?? []);
}

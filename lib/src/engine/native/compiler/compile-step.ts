import * as tf from '../../tf';
import { NativeBackend } from '../backend';
import { Trace } from './trace';
import { TraceNode } from './trace-tree';

export interface CompileOptions {
  /** Whether operations that follow each other are fused. Default true. */
  readonly fuse?: boolean;
}

/**
 * A function that computes natively in one call, with the same results, bit for bit.
 *
 * Its JavaScript runs at every call, so whatever it depends on may change from call to call: numbers,
 * branches, the tensors, variables and optimizers that it takes. Only the computing waits: operations
 * are noted, and at the end, or where a value is read, they run all together. The second time that a
 * call asks for the same operations they become one program. Each way through the function has a
 * program of its own.
 *
 * On other backends than `native`, and inside a gradient or another such function, the function just
 * runs.
 *
 * @param step synchronous; what it returns is the caller's to dispose, and what it keeps (`tf.keep`,
 *   variables) is kept; other tensors that it makes are disposed
 */
export function compileStep<A extends unknown[], R>(
  step: (...batch: A) => R,
  { fuse: fused = true }: CompileOptions = {},
): (...batch: A) => R {
  const root = TraceNode.root();
  return (...batch) => {
    const backend = tf.backend();
    if (!(backend instanceof NativeBackend) || isObserved(backend)) return step(...batch);
    return run(backend, root, () => step(...batch), fused);
  };
}

function isObserved(backend: NativeBackend): boolean {
  return backend.trace !== null || tf.engine().state.gradientDepth > 0;
}

function run<R>(backend: NativeBackend, root: TraceNode, step: () => R, fused: boolean): R {
  const trace = new Trace(backend, root, { fused });
  backend.trace = trace;
  try {
    const result = tf.tidy(() => step() as tf.TensorContainer) as R;
    if (result instanceof Promise) throw new Error('a step to compile must not be asynchronous');
    return result;
  } finally {
    try {
      trace.settle();
    } finally {
      backend.trace = null;
    }
  }
}

import { checkFlags } from '../../../checks';
import { EngineError } from '../../../errors';
import { optionsOf } from '../../../options';
import * as tf from '../../tf';
import { NativeBackend } from '../backend/native-backend';
import { Trace } from './record/trace';
import { Traces } from './record/traces';
import type { Segment } from './replay/segment';

// tfjs's exports are getters of getters, which cost too much at every step.
const { backend: presentBackend, engine, tidy } = tf;

/** How `compileStep` compiles. */
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
  options: CompileOptions = {},
): (...batch: A) => R {
  const { fuse: fused = true } = optionsOf('compileStep', options);
  checkFlags({ fuse: fused }, EngineError);
  const traces = new Traces({ fused });
  return (...batch) => traced(traces, stepOf(step, ...batch));
}

/** A call of the step, which keeps only what it returns. */
export function stepOf<A extends unknown[], R>(step: (...batch: A) => R, ...batch: A): () => R {
  return () => {
    const result = tidy(() => step(...batch) as tf.TensorContainer) as R;
    if (result instanceof Promise)
      throw new EngineError('a step to compile must not be asynchronous');
    return result;
  };
}

/**
 * Does the work, computing with the programs for what it did before.
 *
 * @param onComputed told of each part of the work that was computed at once
 */
export function traced<R>(
  traces: Traces,
  work: () => R,
  onComputed?: (segment: Segment) => void,
): R {
  const backend = presentBackend();
  if (!(backend instanceof NativeBackend) || isObserved(backend)) return work();
  traces.tidyUp();
  const trace = new Trace(backend, traces, onComputed);
  backend.trace = trace;
  let result: R;
  try {
    result = work();
  } catch (error) {
    // What was asked for before the error is still done; the first error is the one to be told of.
    attempt(() => end(backend, trace));
    throw error;
  }
  end(backend, trace);
  return result;
}

function end(backend: NativeBackend, trace: Trace): void {
  try {
    trace.settle();
  } finally {
    backend.trace = null;
  }
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {}
}

let isOff = false;

/** Does the work with each operation computed when it is called, even where it is compiled. */
export function withoutCompiling<R>(work: () => R): R {
  const before = isOff;
  isOff = true;
  try {
    return work();
  } finally {
    isOff = before;
  }
}

/** Whether something else takes down what is done (a trace, a gradient's tape), or nothing may. */
export function isObserved(backend: NativeBackend): boolean {
  return isOff || backend.trace !== null || engine().state.gradientDepth > 0;
}

import * as tf from '../tf';
import { NativeBackend } from './backend';
import { Compilation } from './compilation';
import { signature } from './container';

export interface CompileOptions {
  /** Whether operations that follow each other are fused. Default true. */
  readonly fuse?: boolean;
}

const MOST_KINDS = 16;

/**
 * A step that runs natively in one call, with the same results.
 *
 * The step runs as it is, and is recorded, until two calls in a row did the same on the backend;
 * from then on the recording is replayed on each new batch. It is kept for each set of batch shapes
 * (the 16 used last). What it returns is the caller's to dispose; other tensors that it makes are
 * disposed.
 *
 * The step's JavaScript does not run in a replay. What may change from call to call are the batch,
 * variables, the optimizers' learning rates and native random numbers, all of which stay live. A
 * step that does otherwise (makes numbers in JavaScript, reads values, branches on data, keeps
 * tensors) is not replayed: one warning says why, and it runs as it is. A step that comes to do
 * otherwise, say because a number that it takes from outside changes with the epoch, is found out
 * only when the step itself runs in place of the 16th, 64th, 256th, … replay: make such a number a
 * variable, or part of the batch. On other backends than `native`, and inside a gradient, the step
 * itself always runs.
 *
 * @param step called with a batch: a tensor, or an array or object of tensors; returns the like
 */
export function compileStep<B, R>(
  step: (batch: B) => R,
  { fuse: fused = true }: CompileOptions = {},
): (batch: B) => R {
  const kinds = new Map<string, Compilation<B, R>>();
  let warned = false;
  const onGivenUp = (reason: string) => {
    if (!warned) console.warn(`compileStep: the step runs as it is from now on: ${reason}`);
    warned = true;
  };
  return (batch) => {
    const backend = tf.backend();
    if (!(backend instanceof NativeBackend) || isObserved(backend)) return step(batch);
    const kind = signature(batch);
    const compilation = kinds.get(kind) ?? new Compilation(backend, step, { fused, onGivenUp });
    useLast(kinds, kind, compilation);
    return compilation.run(batch);
  };
}

/** Something else takes down what the step does: a recorder, or a gradient's tape. */
function isObserved(backend: NativeBackend): boolean {
  return backend.recorder !== null || tf.engine().state.gradientDepth > 0;
}

/** Keeps the kinds in the order of their last use, and those used longest ago no longer. */
function useLast<T>(kinds: Map<string, T>, kind: string, used: T): void {
  kinds.delete(kind);
  kinds.set(kind, used);
  if (kinds.size <= MOST_KINDS) return;
  const [oldest] = kinds.keys();
  kinds.delete(oldest);
}

import * as tf from '../tf';
import { NativeBackend } from './backend';
import { difference } from './compare';
import { replaceTensors, signature, tensorsOf } from './container';
import { fuse } from './fuse';
import { graphOf } from './graph';
import { Recorder } from './recorder';
import type { Recording } from './recording';
import { Replay } from './replay';

export interface CompileOptions {
  /** Whether operations that follow each other are fused. Default true. */
  readonly fuse?: boolean;
}

/** A training step: takes a batch, updates variables, returns tensors such as the loss. */
type Step<B extends tf.TensorContainer, R extends tf.TensorContainer> = (batch: B) => R;

/** What is known of a step for batches of one kind. */
interface Compilation<R> {
  recordings: number;
  last: Recorded<R> | null;
  replay: Replay | null;
  replays: number;
}

interface Recorded<R> {
  readonly recording: Recording;
  readonly result: R;
}

const MOST_RECORDINGS = 4;
const MOST_KINDS = 16;
/** At the 16th, 64th, 256th, … replay the step itself runs, to see whether it still does the same. */
const isCheck = (replays: number): boolean =>
  replays >= 16 && Number.isInteger(Math.log2(replays) / 2);

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
 * @param step called with a batch: a tensor, or an array or object of tensors
 */
export function compileStep<B extends tf.TensorContainer, R extends tf.TensorContainer>(
  step: (batch: B) => R,
  options: CompileOptions = {},
): (batch: B) => R {
  const compilations = new Map<string, Compilation<R>>();
  let warned = false;
  const warn = (reason: string) => {
    if (!warned) console.warn(`compileStep: the step runs as it is from now on: ${reason}`);
    warned = true;
  };
  return (batch) => {
    const backend = tf.backend();
    if (!(backend instanceof NativeBackend) || isObserved(backend)) return step(batch);
    const compilation = compilationOf(compilations, signature(batch));
    if (compilation.replay?.isCurrent()) {
      return isCheck(++compilation.replays)
        ? check(backend, compilation, step, batch, warn)
        : replay(backend, compilation, batch);
    }
    if (compilation.replay !== null) Object.assign(compilation, newCompilation());
    if (compilation.recordings >= MOST_RECORDINGS) return step(batch);
    return recordOnce(backend, compilation, step, batch, options, warn);
  };
}

/** Something else takes down what the step does: a recorder, or a gradient's tape. */
function isObserved(backend: NativeBackend): boolean {
  return backend.recorder !== null || tf.engine().state.gradientDepth > 0;
}

function compilationOf<R>(compilations: Map<string, Compilation<R>>, kind: string): Compilation<R> {
  const compilation = compilations.get(kind) ?? newCompilation();
  compilations.delete(kind);
  compilations.set(kind, compilation);
  if (compilations.size > MOST_KINDS) {
    const [oldest] = compilations.keys();
    compilations.delete(oldest);
  }
  return compilation;
}

function newCompilation<R>(): Compilation<R> {
  return { recordings: 0, last: null, replay: null, replays: 0 };
}

function replay<B extends tf.TensorContainer, R extends tf.TensorContainer>(
  backend: NativeBackend,
  { replay, last }: Compilation<R>,
  batch: B,
): R {
  const dataIds = replay!.run(tensorsOf(batch));
  let next = 0;
  return replaceTensors(last!.result, ({ shape, dtype }) =>
    backend.tensorOf({ dataId: dataIds[next++], shape, dtype }),
  );
}

/** Runs and records the step itself; if it no longer does what is replayed, it is no longer replayed. */
function check<B extends tf.TensorContainer, R extends tf.TensorContainer>(
  backend: NativeBackend,
  compilation: Compilation<R>,
  step: Step<B, R>,
  batch: B,
  warn: (reason: string) => void,
): R {
  const recorded = record(backend, step, batch, compilation.last);
  const reason = reasonAgainst(compilation.last, recorded);
  if (reason === null) return recorded.result;
  warn(`since it was recorded it does otherwise, which replays did not: ${reason}`);
  Object.assign(compilation, { recordings: MOST_RECORDINGS, last: null, replay: null });
  return recorded.result;
}

function recordOnce<B extends tf.TensorContainer, R extends tf.TensorContainer>(
  backend: NativeBackend,
  compilation: Compilation<R>,
  step: Step<B, R>,
  batch: B,
  { fuse: fused = true }: CompileOptions,
  warn: (reason: string) => void,
): R {
  const { recording, result } = record(backend, step, batch, compilation.last);
  const reason = reasonAgainst(compilation.last, { recording, result });
  compilation.recordings++;
  compilation.last = { recording, result };
  if (reason === null) {
    const graph = graphOf(recording);
    compilation.replay = new Replay(backend, fused ? fuse(graph) : graph);
  } else if (compilation.recordings === MOST_RECORDINGS) {
    compilation.last = null;
    warn(reason);
  }
  return result;
}

function record<B extends tf.TensorContainer, R extends tf.TensorContainer>(
  backend: NativeBackend,
  step: Step<B, R>,
  batch: B,
  last: Recorded<R> | null,
): Recorded<R> {
  // Copies that were taken since make the step move a variable, which it does not do at each call.
  for (const variable of last === null ? [] : changedVariables(last.recording)) {
    if (!variable.isDisposed) backend.makeExclusive(variable);
  }
  const recorder = new Recorder(backend, tensorsOf(batch));
  backend.recorder = recorder;
  try {
    const result = tf.tidy(() => step(batch));
    return { recording: recorder.finish(tensorsOf(result)), result };
  } finally {
    backend.recorder = null;
  }
}

function changedVariables({ calls, assignments }: Recording): Set<tf.Variable> {
  const changed = new Set(assignments.map(({ variable }) => variable));
  for (const { origin } of calls.flatMap(({ outputs }) => outputs)) {
    if (origin.kind === 'variable') changed.add(origin.variable);
  }
  return changed;
}

function reasonAgainst<R extends tf.TensorContainer>(
  last: Recorded<R> | null,
  now: Recorded<R>,
): string | null {
  if (now.recording.obstacle !== null) return now.recording.obstacle;
  if (last === null) return 'it was recorded only once';
  if (last.recording.obstacle !== null) return last.recording.obstacle;
  if (signature(last.result) !== signature(now.result)) {
    return 'it returns other values that JavaScript made at each call';
  }
  return difference(last.recording, now.recording);
}

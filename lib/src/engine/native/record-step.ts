import * as tf from '../tf';
import type { NativeBackend } from './backend';
import { difference } from './compare';
import { signature, tensorsOf } from './container';
import { Recorder } from './recorder';
import type { Recording } from './recording';

/** A training step: takes a batch, updates variables, returns tensors such as the loss. */
export type Step<B, R> = (batch: B) => R;

/** What a step did, and what it returned. */
export interface RecordedStep<R> {
  readonly recording: Recording;
  readonly result: R;
}

/** Runs the step as it is and takes down what it does. `last` is the recording before this one. */
export function recordStep<B, R>(
  backend: NativeBackend,
  step: Step<B, R>,
  batch: B,
  last: RecordedStep<R> | null = null,
): RecordedStep<R> {
  // Copies that were taken since make the step move a variable, which it does not do at each call.
  for (const variable of last === null ? [] : changedVariables(last.recording)) {
    if (!variable.isDisposed) backend.makeExclusive(variable);
  }
  const recorder = new Recorder(backend, tensorsOf(batch));
  backend.recorder = recorder;
  try {
    const result = tf.tidy(() => step(batch) as tf.TensorContainer) as R;
    if (result instanceof Promise) throw new Error('a step to compile must not be asynchronous');
    return { recording: recorder.finish(tensorsOf(result)), result };
  } finally {
    backend.recorder = null;
  }
}

/** Why the recording cannot be replayed, given the one before it; null if it can. */
export function reasonAgainst<R>(
  last: RecordedStep<R> | null,
  now: RecordedStep<R>,
): string | null {
  if (now.recording.obstacle !== null) return now.recording.obstacle;
  if (last === null) return 'it was recorded only once';
  if (last.recording.obstacle !== null) return last.recording.obstacle;
  if (signature(last.result) !== signature(now.result)) {
    return 'it returns other values that JavaScript made at each call';
  }
  return difference(last.recording, now.recording);
}

function changedVariables({ calls, assignments }: Recording): Set<tf.Variable> {
  const changed = new Set(assignments.map(({ variable }) => variable));
  for (const { origin } of calls.flatMap(({ outputs }) => outputs)) {
    if (origin.kind === 'variable') changed.add(origin.variable);
  }
  return changed;
}

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { RandomState } from '../engine/random';
import type * as tf from '../engine/tf';
import { TrainingError } from '../errors';
import { bytesOf, type NamedTensors } from '../weights/named-tensors';
import type { Safetensors } from '../weights/safetensors';

/** What a checkpoint says beside its tensors. */
export interface CheckpointNotes {
  readonly position: Position;
  readonly random: RandomState;
  readonly settings: Settings;
  readonly optimizers: readonly OptimizerNotes[];
  readonly diverged: { readonly epoch: number; readonly step: number } | null;
}

/** What makes a run another one. */
export type Settings = Readonly<Record<string, string | number | boolean>>;

/** How far a run has come. */
export interface Position {
  readonly epoch: number;
  /** Steps done in that epoch. */
  readonly step: number;
  /** Seconds that these took. */
  readonly seconds: number;
  /** The sequence of random numbers where the epoch began. */
  readonly beganAt: RandomState;
}

/** What an optimizer must be to go on. */
export interface OptimizerNotes {
  readonly kind: string;
  /** All but the learning rate, which changes with a schedule. */
  readonly hyperparameters: Readonly<Record<string, unknown>>;
}

const VERSION = '2';

export function optimizerNotes(optimizer: tf.Optimizer): OptimizerNotes {
  const { learningRate, ...hyperparameters } = optimizer.getConfig();
  return { kind: optimizer.getClassName(), hyperparameters };
}

/** The notes as the metadata of a file, with what tells that the file is as it was written. */
export function metadataOf(notes: CheckpointNotes, tensors: NamedTensors): Record<string, string> {
  const texts = Object.fromEntries(
    Object.entries(notes).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  return { version: VERSION, digest: digest(texts, tensors), ...texts };
}

/** @throws when the file is no checkpoint, of another version, or not as it was written */
export function notesIn({ tensors, metadata }: Safetensors, file: string): CheckpointNotes {
  const { version, digest: written, ...texts } = metadata;
  if (texts.position === undefined)
    throw new TrainingError(`${file} is no checkpoint: it has no position`);
  if (version !== VERSION) {
    const other = version === undefined ? 'an older version' : 'another version';
    throw new TrainingError(
      `${file} was written by ${other} of the library: this one cannot go on from it ` +
        '(delete it to begin anew)',
    );
  }
  if (written !== digest(texts, tensors)) {
    throw new TrainingError(
      `${file} is damaged: it does not hold what was written (delete it to begin anew)`,
    );
  }
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, JSON.parse(text)]),
  ) as unknown as CheckpointNotes;
}

/** In what the run of the notes is another one; null if it is the same. */
export function differenceOfRuns(
  theirs: CheckpointNotes,
  ours: Pick<CheckpointNotes, 'settings' | 'optimizers'>,
): string | null {
  if (!isDeepStrictEqual(theirs.settings, ours.settings)) {
    return `its settings are ${JSON.stringify(theirs.settings)}, not ${JSON.stringify(ours.settings)}`;
  }
  if (theirs.optimizers.length !== ours.optimizers.length) {
    return `it has ${theirs.optimizers.length} optimizers, not ${ours.optimizers.length}`;
  }
  for (const [i, { kind, hyperparameters: is }] of ours.optimizers.entries()) {
    const { kind: formerKind, hyperparameters: was } = theirs.optimizers[i];
    if (formerKind !== kind) return `its optimizer ${i} is ${formerKind}, not ${kind}`;
    const name = Object.keys({ ...was, ...is }).find(
      (key) => !isDeepStrictEqual(was[key], is[key]),
    );
    if (name !== undefined) {
      const [before, now] = [was[name], is[name]].map((value) => JSON.stringify(value));
      return `its optimizer ${i}, ${kind}, has ${name} ${before}, not ${now}`;
    }
  }
  return null;
}

function digest(texts: Readonly<Record<string, string>>, tensors: NamedTensors): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(texts).sort()) hash.update(`${name} ${texts[name]}\n`);
  for (const [name, tensor] of tensors) {
    hash.update(`${name} ${tensor.type} [${tensor.shape}]\n`).update(bytesOf(tensor));
  }
  return hash.digest('hex');
}

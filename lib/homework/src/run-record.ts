import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ClaimValues } from './claims/evaluated';
import type { Profile } from './execute';
import { handInOf } from './hand-in';
import { flawInside } from './inside';
import { codeCells, type Notebook, readNotebook, sourceOf, writeNotebook } from './notebook';

/**
 * What `homework run` notes in a notebook, under `notegrad.run`, about the run that made its
 * outputs. With it one can tell later whether they are still those of the code beside them.
 */
export interface RunRecord {
  readonly profile: Profile;
  /** A short digest of each code cell's source, in order. */
  readonly sources: readonly string[];
  /** A digest of all outputs. */
  readonly outputs: string;
  /** SHA-256 of each model file of the hand-in that the run wrote, by its declared path. */
  readonly modelFiles: Readonly<Record<string, string>>;
  /** What the claims of its texts gave in the full profile; absent where it has none. */
  readonly claims?: ClaimValues;
}

export interface RecordOptions {
  /** The executed notebook, into which the record goes. */
  readonly executed: string;
  /** The folder that it ran in, from which its model files are named. */
  readonly folder: string;
  readonly profile: Profile;
  /** When the run began, in ms since 1970: a model file that is older is not the run's. */
  readonly startedAt: number;
  readonly claims?: ClaimValues;
}

/** Notes in an executed notebook which run made its outputs. */
export function recordRun(options: RecordOptions): void {
  const { executed, folder, profile, startedAt, claims } = options;
  const notebook = readNotebook(executed);
  const files = handInOf(notebook, executed)?.files ?? [];
  const written = files
    .flatMap((file) => (file.from === 'model file' ? [file.path] : []))
    .filter((path) => flawInside(folder, path) === undefined)
    .filter((path) => changedAt(join(folder, path)) >= startedAt)
    .map((path) => [path, digestOfFile(join(folder, path))]);
  const run: RunRecord = {
    profile,
    sources: sourceDigests(notebook),
    outputs: outputDigest(notebook),
    modelFiles: Object.fromEntries(written),
    ...(claims && { claims }),
  };
  const notegrad = { ...notebook.metadata.notegrad, run };
  const recorded = { ...notebook, metadata: { ...notebook.metadata, notegrad } };
  writeNotebook(executed, recorded);
}

/** The record of a notebook's last run; undefined where there is none that can be read. */
export function runRecordOf(notebook: Notebook): RunRecord | undefined {
  const run = notebook.metadata.notegrad?.run as Partial<RunRecord> | undefined;
  const isRecord =
    (run?.profile === 'quick' || run?.profile === 'full') &&
    Array.isArray(run.sources) &&
    typeof run.outputs === 'string' &&
    typeof run.modelFiles === 'object' &&
    (run.claims === undefined || (typeof run.claims === 'object' && run.claims !== null));
  return isRecord ? (run as RunRecord) : undefined;
}

/** A short digest of each code cell's source. */
export function sourceDigests(notebook: Notebook): readonly string[] {
  return codeCells(notebook).map((cell) => sha256(sourceOf(cell)).slice(0, 8));
}

/**
 * A digest of all that the cells show, whichever program saved it. The interactive form of a figure
 * does not count where its picture stands beside: front ends that draw it add to it what they like.
 */
export function outputDigest(notebook: Notebook): string {
  const shown = codeCells(notebook).map(({ outputs = [] }) => outputs.map(withoutInteractive));
  return sha256(JSON.stringify(canonical(shown)));
}

function withoutInteractive(output: Record<string, unknown>): Record<string, unknown> {
  const data = output.data as Record<string, unknown> | undefined;
  if (data?.['image/png'] === undefined) return output;
  const { 'application/vnd.plotly.v1+json': _interactive, ...kept } = data;
  return { ...output, data: kept };
}

/** SHA-256 of a file's content. */
export function digestOfFile(path: string): string {
  return sha256(readFileSync(path));
}

/** SHA-256, in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Keys in order, and text in one piece where it was split into lines. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const isText = value.length > 0 && value.every((item) => typeof item === 'string');
    return isText ? value.join('') : value.map(canonical);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, canonical(item)]));
}

/** When a file was last written, in ms since 1970; never where there is none. */
function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}

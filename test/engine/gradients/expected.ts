import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What a case gives in float64. */
export interface Expected {
  /** Of the trial: one near which the case has no kink. */
  readonly seed: number;
  readonly value: readonly number[];
  /** The derivatives of the loss by each element of each input. */
  readonly first: readonly (readonly number[])[];
  /** Those of the loss's slope along the trial's directions; null where it is not asked for. */
  readonly second: readonly (readonly number[])[] | null;
}

/** All cases' values and derivatives, from a process that computes in float64. */
export async function expectedOfAll(): Promise<Expected[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['-r', 'esbuild-register', join(__dirname, 'reference.ts')],
    { maxBuffer: 2 ** 28 },
  );
  return JSON.parse(stdout);
}
